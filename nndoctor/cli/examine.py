"""What every examining command does around its one library call: open, watch, draw, exit."""

import shlex
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import typer

from ..errors import TargetNotNamed, UsageError
from ..outputs import claimed, claimed_folder
from ..visible import all_visible, visible_lines
from .asking import with_target
from .meaning import refuse_word
from .options import Common, Output
from .stopping import Stoppable
from .streams import say

if TYPE_CHECKING:
    from rich.console import Console

    from ..findings import Report
    from ..setup import DataSetup, Setup, TorchSetup
    from ..watch import Watch

    S = TypeVar("S", bound=Setup | TorchSetup | DataSetup)


def examine(
    common: Common, run: "Callable[[Any, Watch], Report]", finish: Callable[[], None] = lambda: None
) -> NoReturn:
    """Opens the set-up, runs one examination over it, draws the report and exits with its code.

    `finish` is called once the report is out.
    """
    from ..api import load_any

    _examine(common, load_any, run, _compile, finish)


def examine_story(common: Common, name: str, run: "Callable[[Setup, Watch], Report]") -> NoReturn:
    """The same for a ready comparison on the set-up that comes with it."""
    from ..api import load_story

    if common.target:
        raise UsageError(
            f"--target {common.target[0]} without a data file",
            f"nndoctor compare {name} DATA --target {shlex.quote(common.target[0])}",
        )

    def load(
        _source: str, _target: object, overrides: tuple[str, ...], seed: int | None
    ) -> "Setup":
        return load_story(name, overrides, seed)

    _examine(common, load, run, _compile)


def examine_data(common: Common, run: "Callable[[Any, Watch], Report]") -> NoReturn:
    """The same for data alone, which need not be fit to train on; nothing is compiled."""
    from ..api import load_data

    _examine(common, load_data, run, lambda *_: None)


def examine_plan(common: Common, run: "Callable[[Any, Watch], Report]") -> NoReturn:
    """The same for a set-up of which nothing is run; nothing is compiled."""
    from ..api import load_any

    _examine(common, load_any, run, lambda *_: None)


def examine_alone(
    common: Common, run: "Callable[[Watch], Report]", finish: Callable[[], None] = lambda: None
) -> NoReturn:
    """The same for what needs neither recipe nor data."""
    from ..report.progress import ProgressWatch

    def report() -> "Report":
        with ProgressWatch(*_watching(common)) as watch:
            return replace(run(watch), fail_on=common.fail_on)

    _present(common, report, finish)


def _examine(
    common: Common,
    load: "Callable[..., S]",
    run: "Callable[[S, Watch], Report]",
    prepare: "Callable[[S, Console, Common], None]",
    finish: Callable[[], None] = lambda: None,
) -> NoReturn:
    refuse_word(common.source)

    def report() -> "Report":
        try:
            return _report(common, load, run, prepare)
        except TargetNotNamed as error:
            return _report(with_target(common, error), load, run, prepare)

    _present(common, report, finish)


def show(
    report: "Report",
    output: Output,
    finish: Callable[[], None] = lambda: None,
    reads: Iterable[Path] = (),
) -> NoReturn:
    """Draws a report that is there and exits with its code; `reads`: files that it is made of."""
    _present(output, lambda: report, finish, reads)


def _present(
    output: Output,
    make: "Callable[[], Report]",
    finish: Callable[[], None] = lambda: None,
    reads: Iterable[Path] = (),
) -> NoReturn:
    """Draws the report, its page and its figures, and exits with its code."""
    from ..report.console import make_console
    from ..report.formats import render

    known = _known(output)
    with ExitStack() as claims:
        if output.save_plots is not None or output.html is not None:
            claims.enter_context(Stoppable())
            claims.enter_context(claimed(output.html, reads, output.force))
            claims.enter_context(claimed_folder(output.save_plots, output.force))
        report = make()
        if output.baseline is not None:
            report = replace(report, known=known)
        out = make_console("stdout", output.color.value, output.ascii)
        render(report, output.format.value, out, output.verbosity)
        finish()
        _count_known(report, output)
        _save_page(report, output)
        _save_plots(report, output)
    raise typer.Exit(report.exit_code())


def _known(output: Output) -> tuple[str, ...]:
    """What the baseline names, read before anything runs."""
    if output.baseline is None:
        return ()
    from ..report.kept import read_baseline

    return read_baseline(output.baseline)


def _count_known(report: "Report", output: Output) -> None:
    if output.baseline is None or output.quiet:
        return
    from ..report.entries import loud

    found = loud(report)
    known = [one.code for one in found if one.known]
    named = f": {', '.join(known)}" if known else ""
    verb = "is" if len(known) == 1 else "are"
    say(f"{len(known)} of {len(found)} remarks {verb} known from {output.baseline}{named}")


def _save_page(report: "Report", output: Output) -> None:
    if output.html is None:
        return
    from ..report.page import write_page
    from ..report.progress import ProgressWatch

    write_page(report, output.html)
    ProgressWatch(*_watching(output)).wrote(output.html)


def _save_plots(report: "Report", common: Output) -> None:
    from ..report.progress import ProgressWatch

    if common.save_plots is None:
        return
    from ..report.figures.saving import write_plots

    watch = ProgressWatch(*_watching(common))
    for path in write_plots(report, common.save_plots, common.plot_format.value):
        watch.wrote(path)
    if not common.save_plots.exists():
        say(f"{common.save_plots} is not made: this report holds nothing to draw")


def _watching(common: Output) -> "tuple[Console, bool, int]":
    """Where progress is shown, whether, and how much of it."""
    from ..report.console import make_console

    words = make_console("stderr", common.color.value, common.ascii)
    return words, not common.no_progress, common.verbosity


def _report(
    common: Common,
    load: "Callable[..., S]",
    run: "Callable[[S, Watch], Report]",
    prepare: "Callable[[S, Console, Common], None]",
) -> "Report":
    from ..report.progress import ProgressWatch

    words, *_ = watching = _watching(common)
    with (
        ProgressWatch(*watching) as watch,
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
    from ..report.tables import draw_table
    from ..setup import TorchSetup, rows_claimed, save_recipe

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
        with rows_claimed(setup, common.save_recipe, common.force):
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
