"""`nndoctor lr-sweep`."""

from typing import Annotated

import typer

from .examine import examine
from .options import Common, with_common


@with_common
def lr_sweep(
    common: Common,
    low: Annotated[float, typer.Option(help="Lowest rate.")] = 1e-6,
    high: Annotated[float, typer.Option(help="Highest rate.")] = 10.0,
    count: Annotated[int, typer.Option(min=3, help="How many rates, even in log space.")] = 15,
    updates: Annotated[
        int, typer.Option(min=0, help="Updates at each rate; 0: by the recipe, 200 to 1000.")
    ] = 0,
    range_test: Annotated[
        bool, typer.Option("--range-test", help="One run under an exponentially rising rate.")
    ] = False,
) -> None:
    """Which learning rate fits?

    Trains the same start at many rates side by side, and verifies the suggestion on three seeds.

        nndoctor lr-sweep recipes/digits.toml --low 1e-5 --high 1
    """
    from .. import api

    given = {"low": low, "high": high, "updates": updates}
    if range_test:
        examine(common, lambda setup, watch: api.range_test(setup, watch, **given))
    examine(
        common,
        lambda setup, watch: api.lr_sweep(
            setup, watch, jobs=common.workers, count=count, **given
        ),
    )
