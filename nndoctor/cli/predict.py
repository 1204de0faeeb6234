"""`nndoctor predict`."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from ..errors import UsageError
from .examine import whoever_reads


def predict(
    model: Annotated[
        Path, typer.Argument(metavar="MODEL.npz", help="A network that `train --save` wrote.")
    ],
    data: Annotated[Path, typer.Argument(metavar="DATA", help="Rows with the same columns.")],
    out: Annotated[
        Path | None, typer.Option(metavar="FILE.csv", help="Where to, instead of stdout.")
    ] = None,
    dropout_samples: Annotated[
        int, typer.Option(min=0, help="Add how far answers move under so many dropout masks.")
    ] = 0,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", metavar="", help="Say nothing beside the rows.")
    ] = False,
) -> None:
    """What does a saved network say of new rows?

    Writes CSV: the prediction, and for classes the probability of each.

        nndoctor predict digits.npz new_digits.csv --out answers.csv
    """
    from .. import api

    answers = api.predict(model, data, dropout_samples)
    for word in () if quiet else answers.words:
        typer.echo(word, err=True)
    if out is None:
        with whoever_reads(sys.stdout):
            answers.write(sys.stdout)
            sys.stdout.flush()
        return
    try:
        with out.open("w", encoding="utf-8", newline="") as file:
            answers.write(file)
    except OSError as error:
        raise UsageError(f"{out} can't be written: {error.strerror}", "name another file") from None
