"""`nndoctor backprop`."""

from typing import Annotated

import typer

from .examine import examine
from .options import MOST_UPDATES, Common, with_common


@with_common
def backprop(
    common: Common,
    row: Annotated[int, typer.Option(min=1, help="Which row of the data, counted from 1.")] = 1,
    updates: Annotated[
        int, typer.Option(min=0, max=MOST_UPDATES, help="Train for so many updates first.")
    ] = 0,
) -> None:
    """How does one row go forward through the network, and its gradient back?

    nndoctor backprop recipes/spiral.toml --row 7 --updates 100
    """
    from .. import api

    examine(common, lambda setup, watch: api.backprop(setup, watch, row=row, updates=updates))
