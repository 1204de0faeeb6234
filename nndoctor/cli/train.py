"""`nndoctor train`."""

import math
from pathlib import Path
from typing import Annotated, Any

import typer

from ..errors import UsageError
from .examine import examine
from .options import Common, with_common


@with_common
def train(
    common: Common,
    save: Annotated[
        Path | None,
        typer.Option(metavar="MODEL.npz", help="Keep the network, and how far it is, in a file."),
    ] = None,
    resume: Annotated[
        Path | None,
        typer.Option(metavar="MODEL.npz", help="Go on with a saved run, bit by bit the same."),
    ] = None,
    budget: Annotated[
        float | None, typer.Option(min=0, metavar="SECONDS", help="Stop after so long.")
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
    examine(common, lambda setup, watch: api.train(setup, watch, **given))
