"""`nndoctor surface`."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import UsageError
from ..outputs import claimed, write_text
from .examine import examine, examine_alone
from .options import MOST_UPDATES, Common, with_common
from .stopping import Stoppable
from .streams import say

if TYPE_CHECKING:
    from ..findings import Report


@with_common
def surface(
    common: Common,
    source: Annotated[
        str,
        typer.Argument(
            metavar="[RECIPE|DATA]",
            help="Show this network's own loss, not a function of two parameters.",
        ),
    ] = "",
    function: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="valley, turned-valley, saddle, plateau, local-minimum, beale, rosenbrock, "
            "parabola, or all (default: valley). Repeatable.",
        ),
    ] = None,
    optimizer: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="Any that a recipe takes, or newton (default: nine of them). Repeatable.",
        ),
    ] = None,
    rate: Annotated[
        float | None,
        typer.Option(help="The same rate for all (default: the best of eight for each)."),
    ] = None,
    steps: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=MOST_UPDATES,
            help="At most this many steps (default: 300; a recipe's whole run).",
        ),
    ] = None,
    start: Annotated[
        str | None,
        typer.Option(metavar="X,Y", help="Starting point (default: the function's own)."),
    ] = None,
    html: Annotated[
        Path | None, typer.Option(metavar="FILE.html", help="Write an animation of the walks.")
    ] = None,
) -> None:
    """Which way down do optimizers take?

    Over functions of two parameters, or with a recipe over the loss of its own network.

        nndoctor surface --function rosenbrock --optimizer sgd,adam

        nndoctor surface recipes/spiral.toml --save-plots figures
    """
    from .. import api

    of_functions = {"function": function, "optimizer": optimizer, "rate": rate, "start": start}
    page, common = _Page(html), replace(common, html=None)  # a page of its own
    reads = [Path(common.source)] if common.source else []
    with Stoppable(), claimed(html, reads, common.force):
        if common.source:
            _refuse_beside_recipe(common.source, of_functions)
            jobs = common.workers
            examine(
                common,
                lambda setup, watch: page.of(
                    api.loss_surface(setup, watch, jobs=jobs, steps=steps)
                ),
                page.write,
            )
        given = _given(function, optimizer, rate, steps, start)
        examine_alone(common, lambda watch: page.of(api.surface(watch=watch, **given)), page.write)


def _given(
    function: list[str] | None,
    optimizer: list[str] | None,
    rate: float | None,
    steps: int | None,
    start: str | None,
) -> dict[str, Any]:
    """What was asked for, by the names of the function's arguments."""
    values = {
        "functions": _names(function),
        "optimizers": _names(optimizer),
        "rate": rate,
        "steps": steps,
        "start": _numbers(start),
    }
    return {name: value for name, value in values.items() if value is not None}


def _names(words: list[str] | None) -> list[str] | None:
    """Names apart at commas."""
    return None if words is None else [name.strip() for one in words for name in one.split(",")]


def _numbers(text: str | None) -> list[float] | None:
    if text is None:
        return None
    with suppress(ValueError):
        return [float(word) for word in text.split(",")]
    raise UsageError(f"--start {text}: not numbers", "such as --start 2,-1")


def _refuse_beside_recipe(source: str, options: Mapping[str, object]) -> None:
    for name, value in options.items():
        if value is not None:
            raise UsageError(f"--{name} beside {source}", "leave one of them out")


@dataclass
class _Page:
    """Writes the animation once the report is out."""

    path: Path | None
    report: "Report | None" = None

    def of(self, report: "Report") -> "Report":
        self.report = report
        return report

    def write(self) -> None:
        if self.path is None or self.report is None:
            return
        from ..report.figures.animation import animation

        write_text(self.path, animation(self.report))
        say(f"wrote {self.path}")
