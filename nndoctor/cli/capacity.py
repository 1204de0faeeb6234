"""`nndoctor capacity`."""

from typing import Annotated, Any

import typer

from .examine import examine
from .options import Common, with_common


@with_common
def capacity(
    common: Common,
    rows: Annotated[
        int | None, typer.Option(help="How many rows to memorise (default: 500).")
    ] = None,
    epochs: Annotated[
        int | None, typer.Option(help="Passes over them at most (default: 200).")
    ] = None,
) -> None:
    """Can it memorise rows, and do the labels mean anything?

    Learns rows with their true and with shuffled labels, without regularisation.

        nndoctor capacity recipes/digits.toml
    """
    from .. import api

    given: dict[str, Any] = {"rows": rows, "epochs": epochs, "jobs": common.workers}
    examine(common, lambda setup, watch: api.capacity(setup, watch, **given))
