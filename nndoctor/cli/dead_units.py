"""`nndoctor dead-units`."""

from typing import Annotated

import typer

from .examine import examine
from .options import MOST_UPDATES, Common, with_common


@with_common
def dead_units(
    common: Common,
    after: Annotated[
        int | None,
        typer.Option(
            min=0,
            max=MOST_UPDATES,
            help="After this many updates (default: the recipe's whole run).",
        ),
    ] = None,
) -> None:
    """Which units are dead, since when, and by what?

    Tells dead units from sparse ones, born dead from died, by bias from by weights.

        nndoctor dead-units recipes/digits.toml --after 500
    """
    from .. import api

    examine(common, lambda setup, watch: api.dead_units_report(setup, watch, after=after))
