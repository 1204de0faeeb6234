"""`nndoctor train`."""

import math
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import UsageError
from .examine import examine
from .options import Common, with_common

if TYPE_CHECKING:
    from ..findings import Report
    from ..setup import Setup
    from ..watch import Watch


@with_common
def train(
    common: Common,
    save: Annotated[
        Path | None,
        typer.Option(
            metavar="MODEL.npz", help="Save the network and its training state in a file."
        ),
    ] = None,
    resume: Annotated[
        Path | None,
        typer.Option(metavar="MODEL.npz|DIR", help="Continue a saved run, bit for bit the same."),
    ] = None,
    run: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Keep recipe, network, events and result in a folder."),
    ] = None,
    runs: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="The same, in a new folder in DIR named by date and time."
        ),
    ] = None,
    events: Annotated[
        Path | None,
        typer.Option(metavar="FILE.jsonl", help="A line of JSON for each epoch and event."),
    ] = None,
    break_off: Annotated[
        bool,
        typer.Option(
            "--break-off/--no-break-off",
            help="End a run whose loss stays above three times the first.",
        ),
    ] = True,
    budget: Annotated[
        float | None, typer.Option(min=0, metavar="SECONDS", help="Stop after this time.")
    ] = None,
) -> None:
    """What does training make of it?

    Trains as the recipe says, validates after each epoch, and says why it ended.

        nndoctor train recipes/digits.toml --save digits.npz
    """
    from .. import api

    given: dict[str, Any] = {"save": save, "resume": resume, "force": common.force}
    given["jobs"] = common.workers
    if budget is not None and not math.isfinite(budget):
        raise UsageError(f"--budget {budget}: not a number of seconds", "leave it out for no limit")
    if budget is not None:
        given["budget"] = budget
    if run is not None and runs is not None:
        raise UsageError(f"--run {run} beside --runs {runs}", "one of them says where it is kept")
    if not break_off:
        common = replace(common, set=[*(common.set or ()), "training.break_off=false"])

    def whole(setup: "Setup", watch: "Watch") -> "Report":
        folder = run if runs is None else api.new_run(runs, setup)
        return api.train(setup, watch, events=events, run=folder, **given)

    examine(common, whole)
