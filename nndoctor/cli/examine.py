"""What every examining command does around its one library call: open, watch, draw, exit."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, NoReturn, TypeVar

import typer

from ..errors import UsageError
from .options import Common

if TYPE_CHECKING:
    from rich.console import Console

    from ..findings import Report
    from ..setup import DataSetup, Setup
    from ..watch import Watch

    S = TypeVar("S", bound=Setup | DataSetup)


def examine(
    common: Common, run: "Callable[[Setup, Watch], Report]",
    finish: Callable[[], None] = lambda: None,
) -> NoReturn:  # fmt: skip
    """Opens the set-up, runs one examination over it, draws the report and exits with its code.

    `finish` is called once the report is out.
    """
    from ..api import load_setup

    _examine(common, load_setup, run, _compile, finish)


def examine_data(common: Common, run: "Callable[[DataSetup, Watch], Report]") -> NoReturn:
    """The same for data alone, which need not be fit to train on; nothing is compiled."""
    from ..api import load_data

    _examine(common, load_data, run, lambda *_: None)


def examine_plan(common: Common, run: "Callable[[Setup, Watch], Report]") -> NoReturn:
    """The same for a set-up of which nothing is run; nothing is compiled."""
    from ..api import load_setup

    _examine(common, load_setup, run, lambda *_: None)


def _examine(
    common: Common, load: "Callable[..., S]", run: "Callable[[S, Watch], Report]",
    prepare: "Callable[[S, Console, Common], None]", finish: Callable[[], None] = lambda: None,
) -> NoReturn:  # fmt: skip
    from ..report import ProgressWatch, make_console, render

    words = make_console("stderr", common.color.value, common.ascii)
    with ProgressWatch(words, not common.no_progress, common.verbosity) as watch:
        watch.stage("reading")
        only = common.codes
        opened = load(common.source, common.target, common.set or (), common.seed)
        opened = replace(opened, only=only)
        _tell(opened, common, words)
        prepare(opened, words, common)
        report = replace(run(opened, watch), fail_on=common.fail_on)
    out = make_console("stdout", common.color.value, common.ascii)
    with whoever_reads(out.file):
        render(report, common.format.value, out, common.verbosity)
    finish()
    raise typer.Exit(report.exit_code())


@contextmanager
def whoever_reads(out: IO[str]) -> Iterator[None]:
    """A closed pipe is no failure: `head` has what it wanted, and the exit code stays the same."""
    try:
        yield
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), out.fileno())
    except OSError as error:
        raise UsageError(f"the result can't be written: {error.strerror}") from None


def _tell(setup: "Setup | DataSetup", common: Common, words: "Console") -> None:
    """Shows a default recipe, and keeps the recipe where that is asked for."""
    if setup.is_default and not common.quiet:
        words.print(
            "no recipe given, so this one is used (--save-recipe FILE keeps it):\n", style="dim"
        )
        words.print(setup.text, style="dim")
    if common.save_recipe is not None:
        _save(setup, common.save_recipe)
        words.print(f"recipe written to {common.save_recipe}")


def _save(setup: "Setup | DataSetup", path: Path) -> None:
    from ..setup import save_recipe

    try:
        save_recipe(setup, path)
    except OSError as error:
        raise UsageError(f"{path} can't be written: {error.strerror}") from None


def _compile(setup: "Setup", words: "Console", common: Common) -> None:
    """On the first run ever, says that compiling takes a while and does it before any progress."""
    from ..engine.machine_code.compiler import turn
    from ..engine.machine_code.folder import cache_folder, entries
    from ..trainable import Plan

    if entries():
        return
    if cache_folder() is None:
        words.print("no folder can be written, so the engine is compiled anew in each run")
    if not common.quiet:
        words.print("compiling the engine, on the first run only: about fifteen seconds")
    with turn():
        setup.trainable.fresh(0).train(setup.train.rows(slice(0, 2)), Plan(1))
