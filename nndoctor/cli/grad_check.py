"""`nndoctor grad-check`."""

from typing import Annotated

import typer

from .examine import examine
from .options import Common, with_common


@with_common
def grad_check(
    common: Common,
    rows: Annotated[
        int | None, typer.Option(help="How many rows the loss is computed on (default: 50).")
    ] = None,
    samples: Annotated[
        int | None, typer.Option(help="Entries of each parameter array (default: 20).")
    ] = None,
    after: Annotated[
        int | None, typer.Option(help="Look again after so many updates (default: 20; 0: never).")
    ] = None,
) -> None:
    """Is the gradient the slope of the cost?

    Compares it with centred differences in float64, without regularisation and with it, at the
    start and after some updates.

        nndoctor grad-check recipes/digits.toml --samples 50
    """
    from .. import api

    given = {"rows": rows, "samples": samples, "after": after}
    examine(common, lambda setup, watch: api.grad_check(setup, watch, **given))
