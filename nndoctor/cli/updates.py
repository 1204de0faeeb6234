"""`nndoctor updates`."""

from typing import Annotated

import typer

from .examine import examine
from .options import MOST_UPDATES, Common, with_common


@with_common
def updates(
    common: Common,
    updates: Annotated[
        int | None,
        typer.Option(
            min=1, max=MOST_UPDATES, help="How many updates (default: the recipe's whole run)."
        ),
    ] = None,
) -> None:
    """What do the updates do to the loss and to the weights of each layer?

    Trains once as the recipe says: rate, plateau, oscillation, spikes, explosion, gradients.

        nndoctor updates recipes/digits.toml
    """
    from .. import api

    examine(common, lambda setup, watch: api.updates_report(setup, watch, updates=updates))
