"""`nndoctor lr-sweep`."""

from typing import Annotated, Any

import typer

from ..errors import UsageError
from .clusters import on_cluster
from .examine import examine
from .options import Common, Scheduler, with_common


@with_common
def lr_sweep(
    common: Common,
    low: Annotated[float | None, typer.Option(help="Lowest rate (default: 1e-6).")] = None,
    high: Annotated[float | None, typer.Option(help="Highest rate (default: 10).")] = None,
    count: Annotated[
        int | None, typer.Option(help="How many rates, evenly spaced in log space (default: 15).")
    ] = None,
    updates: Annotated[
        int | None, typer.Option(help="Updates at each rate (default: by the recipe, 200 to 1000).")
    ] = None,
    range_test: Annotated[
        bool,
        typer.Option("--range-test", help="One run under an exponentially rising rate."),
    ] = False,
    scheduler: Scheduler = None,
) -> None:
    """Which learning rate fits?

    Trains the same start at many rates side by side, and verifies the suggestion on three seeds.

        nndoctor lr-sweep recipes/digits.toml --low 1e-5 --high 1
    """
    from .. import api

    given: dict[str, Any] = {"low": low, "high": high, "updates": updates}
    if range_test:
        if count is not None:
            raise UsageError("--count beside --range-test", "its rates are as many as --updates")
        if scheduler is not None:
            raise UsageError("--scheduler beside --range-test", "that is one run, on one machine")
        examine(common, lambda setup, watch: api.range_test(setup, watch, **given))
    given |= {"count": count, "jobs": common.workers}
    with on_cluster(common.source, scheduler):
        examine(common, lambda setup, watch: api.lr_sweep(setup, watch, **given))
