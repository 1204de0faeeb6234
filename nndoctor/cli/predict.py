"""`nndoctor predict`."""

import io
import sys
from pathlib import Path
from typing import Annotated

import typer

from ..outputs import claimed, write_text
from ..visible import visible_lines
from .data_options import EncodingOfNewRows
from .meaning import refuse_swapped
from .stopping import Stoppable
from .streams import say


def predict(
    model: Annotated[
        Path, typer.Argument(metavar="MODEL.npz", help="A network that `train --save` wrote.")
    ],
    data: Annotated[Path, typer.Argument(metavar="DATA", help="Rows with the same columns.")],
    out: Annotated[
        Path | None, typer.Option(metavar="FILE.csv", help="Write to this file instead of stdout.")
    ] = None,
    dropout_samples: Annotated[
        int,
        typer.Option(
            min=0,
            max=10_000,
            help="Average over this many dropout masks; adds the spread of the predictions.",
        ),
    ] = 0,
    encoding: EncodingOfNewRows = None,
    force: Annotated[bool, typer.Option("--force", help="Replace an existing file.")] = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Print nothing but the rows.")
    ] = False,
) -> None:
    """What does a saved network say of new rows?

    Writes CSV: the prediction, and for classes the probability of each.

        nndoctor predict digits.npz new_digits.csv --out answers.csv
    """
    from .. import api

    refuse_swapped("predict", model, data)
    with Stoppable(), claimed(out, [model, data], force):
        answers = api.predict(model, data, dropout_samples, encoding or "")
        text = io.StringIO()
        answers.write(text)
        words = list(answers.words)
        if out is not None:
            write_text(out, text.getvalue())
            words.append(f"wrote {out}")
    for word in () if quiet else words:
        say(word)
    if out is None:
        told = text.getvalue()
        sys.stdout.write(visible_lines(told) if sys.stdout.isatty() else told)
