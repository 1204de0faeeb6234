"""What every examining command does around its one library call: open, watch, draw, exit."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import typer

from ..errors import TargetNotNamed, UsageError
from ..outputs import claimed
from ..visible import all_visible, visible_lines
from .asking import with_target
from .options import Common

if TYPE_CHECKING:
    from rich.console import Console

    from ..findings import Report
    from ..setup import DataSetup, Setup, TorchSetup
    from ..watch import Watch

    S = TypeVar("S", bound=Setup | TorchSetup | DataSetup)


def examine(
    common: Common, run: "Callable[[Any, Watch], Report]",
    finish: Callable[[], None] = lambda: None,
) -> NoReturn:  # fmt: skip
    """Opens the set-up, runs one examination over it, draws the report and exits with its code.

    `finish` is called once the report is out.
    """
    from ..api import load_any

    _examine(common, load_any, run, _compile, finish)


def examine_data(common: Common, run: "Callable[[DataSetup, Watch], Report]") -> NoReturn:
    """The same for data alone, which need not be fit to train on; nothing is compiled."""
    from ..api import load_data

    _examine(common, load_data, run, lambda *_: None)


def examine_plan(common: Common, run: "Callable[[Any, Watch], Report]") -> NoReturn:
    """The same for a set-up of which nothing is run; nothing is compiled."""
    from ..api import load_any

    _examine(common, load_any, run, lambda *_: None)


def _examine(
    common: Common, load: "Callable[..., S]", run: "Callable[[S, Watch], Report]",
    prepare: "Callable[[S, Console, Common], None]", finish: Callable[[], None] = lambda: None,
) -> NoReturn:  # fmt: skip
    from ..report import make_console, render

    try:
        report = _report(common, load, run, prepare)
    except TargetNotNamed as error:
        report = _report(with_target(common, error), load, run, prepare)
    out = make_console("stdout", common.color.value, common.ascii)
    render(report, common.format.value, out, common.verbosity)
    finish()
    raise typer.Exit(report.exit_code())


def _report(
    common: Common, load: "Callable[..., S]", run: "Callable[[S, Watch], Report]",
    prepare: "Callable[[S, Console, Common], None]",
) -> "Report":  # fmt: skip
    from ..report import ProgressWatch, make_console

    words = make_console("stderr", common.color.value, common.ascii)
    with (
        ProgressWatch(words, not common.no_progress, common.verbosity) as watch,
        claimed(common.save_recipe, [Path(common.source)], common.force),
    ):
        watch.stage("reading")
        only = common.codes
        opened = load(common.source, common.target, common.overrides, common.seed)
        opened = replace(opened, only=only)
        _tell(opened, common, words, watch)
        prepare(opened, words, common)
        return replace(run(opened, watch), fail_on=common.fail_on)


def _tell(
    setup: "Setup | TorchSetup | DataSetup", common: Common, words: "Console", watch: "Watch"
) -> None:
    """Says that a default recipe is used and what columns are taken for; keeps it if asked to."""
    from ..api import columns_in_short
    from ..report import draw_table
    from ..setup import TorchSetup, save_recipe

    if setup.is_default and not common.quiet:
        shown = "" if common.verbose else ", -v shows it"
        words.print(
            "no recipe given: a default for a table of this size is used "
            f"(--save-recipe FILE keeps it, --set KEY=VALUE changes it{shown})",
            style="dim",
        )
    if setup.is_default and common.verbose:
        words.print(visible_lines(setup.text), style="dim")
    if isinstance(setup, TorchSetup):
        if common.save_recipe is not None:
            raise UsageError("--save-recipe beside a set-up in Python", "it has no recipe")
        return
    columns = None if common.quiet else columns_in_short(setup)
    if columns is not None:
        words.print(*draw_table(all_visible(columns), words.width), sep="\n")
    if common.save_recipe is not None:
        save_recipe(setup, common.save_recipe)
        watch.wrote(common.save_recipe)


def _compile(setup: "Setup | TorchSetup", words: "Console", common: Common) -> None:
    """Where nothing is compiled yet, says that it takes a while and does it before any progress."""
    from ..engine.machine_code.compiler import turn
    from ..engine.machine_code.folder import cache_folder, entries
    from ..engine.machine_code.shipment import shipped_entries
    from ..setup import TorchSetup
    from ..trainable import Plan

    if isinstance(setup, TorchSetup) or entries() or shipped_entries():
        return
    if cache_folder() is None:
        words.print("no folder can be written, so the engine is compiled anew in each run")
    if not common.quiet:
        words.print("compiling the engine, on the first run only: about fifteen seconds")
    with turn():
        setup.trainable.fresh(0).train(setup.train.rows(slice(0, 2)), Plan(1))
