"""`nndoctor init`."""

import shlex
from pathlib import Path
from typing import Annotated

import typer

from ..errors import TargetNotNamed, UsageError
from .asking import with_target
from .columns import complete_column
from .options import Common
from .stopping import Stoppable
from .streams import say

MODULE = Path("train.py")


def init(
    data: Annotated[
        str, typer.Argument(metavar="[DATA]", help="A table; without one the rows are made up.")
    ] = "",
    target: Annotated[
        list[str] | None,
        typer.Option(
            "--target",
            "-t",
            metavar="COLUMN",
            help="The column to be learned.",
            autocompletion=complete_column,
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE.toml", help="Where to (default: by the name of the data)."),
    ] = None,
    torch: Annotated[
        bool,
        typer.Option("--torch", help="Write a Python file for a PyTorch model."),
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
) -> None:
    """Writes a commented recipe to begin with.

    nndoctor init

    nndoctor init data.csv --target price
    """
    with Stoppable():
        if torch:
            path, run = _module(data, out, force)
        else:
            path = _recipe(data, target, out, force)
            run = str(path)
    say(f"wrote {path}")
    typer.echo(f"next: nndoctor checkup {shlex.quote(run)}")


def _recipe(data: str, target: list[str] | None, out: Path | None, force: bool) -> Path:
    from .. import api

    try:
        return api.init_recipe(data or None, target, out, force=force)
    except TargetNotNamed as error:
        error.gaps = 0  # the recipe leaves such rows out
        asked = with_target(Common(source=data, target=target), error)
        return api.init_recipe(data, asked.target, out, force=force)


def _module(data: str, out: Path | None, force: bool) -> tuple[Path, str]:
    """The file for an own model, and how it is named to a command."""
    from .. import api
    from ..outputs import claimed, write_text

    if data:
        raise UsageError(f"{data} beside --torch", "the Python file reads the data itself")
    path = out or MODULE
    with claimed(path, force=force):
        write_text(path, api.torch_template())
    return path, f"{path}:setup"
