"""`nndoctor weights`."""

from pathlib import Path
from typing import Annotated

import typer

from ..errors import UsageError
from .examine import examine, examine_alone
from .options import Common, with_common


@with_common
def weights(
    common: Common,
    source: Annotated[
        str,
        typer.Argument(
            metavar="MODEL|RECIPE|DATA",
            help="A network that `train --save` wrote, or a recipe or data file to train first.",
        ),
    ],
    untrained: Annotated[
        bool, typer.Option("--untrained", help="Show the weights before training.")
    ] = False,
) -> None:
    """What do the weights look like, and what do the layers make of the classes?

    First layer as pictures, histograms, singular values, mean activations by class.

        nndoctor weights recipes/digits.toml --save-plots figures
    """
    from .. import api
    from ..setup import load_model

    if api.is_model(common.source):
        _refuse_rows(common, untrained)
        examine_alone(common, lambda watch: api.weights(load_model(Path(common.source)), watch))
    examine(common, lambda setup, watch: api.weights(setup, watch, trained=not untrained))


def _refuse_rows(common: Common, untrained: bool) -> None:
    given = {
        "--target": common.target,
        "--set": common.overrides,
        "--save-recipe": common.save_recipe,
        "--untrained": untrained,
    }
    for option, value in given.items():
        if value:
            raise UsageError(f"{option} beside a saved network", "it belongs to a recipe")
