"""`nndoctor overfit-tiny`."""

from typing import Annotated

import typer

from .examine import examine
from .options import Common, with_common


@with_common
def overfit_tiny(
    common: Common,
    rows: Annotated[int, typer.Option(min=2, help="How many rows to learn by heart.")] = 20,
    updates: Annotated[int, typer.Option(min=1, help="Updates for each rate tried.")] = 5000,
    rate: Annotated[
        float | None, typer.Option(min=0, help="Learning rate (default: the best of short trials).")
    ] = None,
    optimizer: Annotated[
        str, typer.Option(help="Only this one (default: plain gradient descent, then adam).")
    ] = "",
) -> None:
    """Can the network learn twenty rows by heart?

    Regularisation and dropout are off; two rates of plain gradient descent and then Adam are tried
    before it fails.

        nndoctor overfit-tiny recipes/digits.toml
    """
    from .. import api

    given = {"rows": rows, "updates": updates, "rate": rate, "optimizer": optimizer}
    examine(common, lambda setup, watch: api.overfit_tiny(setup, watch, **given))
