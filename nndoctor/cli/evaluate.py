"""`nndoctor evaluate`."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from .data_options import EncodingOfNewRows
from .meaning import refuse_swapped
from .options import Output, with_output
from .stopping import Stoppable


@with_output
def evaluate(
    output: Output,
    model: Annotated[
        Path, typer.Argument(metavar="MODEL.npz", help="A network that `train --save` wrote.")
    ],
    data: Annotated[
        Path, typer.Argument(metavar="DATA", help="Rows with the same columns and their target.")
    ],
    encoding: EncodingOfNewRows = None,
) -> None:
    """How good is a saved network on rows with known answers?

    Scores with intervals; each class and what it is mistaken for; whether probabilities hold.

        nndoctor evaluate digits.npz new_digits.csv
    """
    from .. import api
    from .examine import show

    refuse_swapped("evaluate", model, data)
    with Stoppable():
        report = replace(api.evaluate(model, data, encoding or ""), fail_on=output.fail_on)
    show(report, output)
