"""`nndoctor overfit-tiny`."""

from typing import Annotated, Any

import typer

from .examine import examine
from .options import Common, with_common


@with_common
def overfit_tiny(
    common: Common,
    rows: Annotated[
        int | None, typer.Option(help="How many rows to memorise (default: 20).")
    ] = None,
    updates: Annotated[
        int | None, typer.Option(help="Most updates for each rate tried (default: 5000).")
    ] = None,
    rate: Annotated[
        float | None, typer.Option(help="Learning rate (default: the best of short trials).")
    ] = None,
    optimizer: Annotated[
        str | None,
        typer.Option(help="Only this one (default: plain gradient descent, then adam)."),
    ] = None,
) -> None:
    """Can the network memorise twenty rows?

    Regularisation and dropout are off; two rates of plain gradient descent and then Adam are tried
    before it fails.

        nndoctor overfit-tiny recipes/digits.toml
    """
    from .. import api

    given: dict[str, Any] = {"rows": rows, "updates": updates, "rate": rate, "optimizer": optimizer}
    examine(common, lambda setup, watch: api.overfit_tiny(setup, watch, **given))
