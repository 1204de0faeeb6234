"""What every examining command does around its one library call: open, watch, draw, exit."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, NoReturn

import typer

from ..errors import UsageError
from .options import Common

if TYPE_CHECKING:
    from rich.console import Console

    from ..findings import Report
    from ..setup import Setup
    from ..watch import Watch


def examine(common: Common, run: "Callable[[Setup, Watch], Report]") -> NoReturn:
    """Opens the set-up, runs one examination over it, draws the report and exits with its code."""
    from ..report import ProgressWatch, make_console, render

    words = make_console("stderr", common.color.value, common.ascii)
    with ProgressWatch(words, not common.no_progress, common.verbosity) as watch:
        watch.stage("reading")
        setup = _open(common, words)
        _compile(setup, words, common)
        report = run(setup, watch)
    out = make_console("stdout", common.color.value, common.ascii)
    with whoever_reads(out.file):
        render(report, common.format.value, out, common.verbosity)
    raise typer.Exit(report.exit_code(common.fail_on))


@contextmanager
def whoever_reads(out: IO[str]) -> Iterator[None]:
    """A closed pipe is no failure: `head` has what it wanted, and the exit code stays the same."""
    try:
        yield
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), out.fileno())
    except OSError as error:
        raise UsageError(f"the result can't be written: {error.strerror}") from None


def _open(common: Common, words: "Console") -> "Setup":
    from ..api import load_setup

    setup = load_setup(common.source, common.target, common.set or (), common.seed)
    if setup.is_default and not common.quiet:
        words.print(
            "no recipe given, so this one is used (--save-recipe FILE keeps it):\n", style="dim"
        )
        words.print(setup.text, style="dim")
    if common.save_recipe is not None:
        _save(setup, common.save_recipe)
        words.print(f"recipe written to {common.save_recipe}")
    return setup


def _save(setup: "Setup", path: Path) -> None:
    from ..setup import save_recipe

    try:
        save_recipe(setup, path)
    except OSError as error:
        raise UsageError(f"{path} can't be written: {error.strerror}") from None


def _compile(setup: "Setup", words: "Console", common: Common) -> None:
    """On the first run ever, says that compiling takes a while and does it before any progress."""
    from ..engine.jit import cache_folder, cache_is_cold
    from ..trainable import Plan

    if not cache_is_cold():
        return
    if cache_folder() is None:
        words.print("no folder can be written, so the engine is compiled anew in each run")
    if not common.quiet:
        words.print("compiling the engine, on the first run only: about ten seconds")
    setup.trainable.fresh(0).train(setup.train.rows(slice(0, 2)), Plan(1))
