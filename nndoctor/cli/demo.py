"""`nndoctor demo` and `nndoctor recipes`."""

import shutil
import textwrap
from pathlib import Path
from typing import Annotated

import typer

from ..patients import ORDER, PATIENTS, patient
from ..seconds import seconds_of
from .completion import PATIENT_NAMES
from .examine import examine
from .groups import Defaulting
from .help import Command
from .options import Common, Format, Output, with_output
from .streams import say

NAME = typer.Argument(
    metavar="NAME", help="One of `nndoctor recipes`.", autocompletion=PATIENT_NAMES
)
recipes = typer.Typer(cls=Defaulting.to("show", "list"), help="Recipes that come with nndoctor.")


@with_output
def demo(
    output: Output,
    name: Annotated[
        str,
        typer.Argument(
            metavar="[NAME]", help="Which of them (see the list).", autocompletion=PATIENT_NAMES
        ),
    ] = "",
    budget: Annotated[str, typer.Option(metavar="15s", help="Seconds for experiments.")] = "15s",
) -> None:
    """Shows a diagnosis and its cure on a small network that is bundled.

    nndoctor demo

    nndoctor demo vanishing-gradient
    """
    from .. import api

    chosen, seconds = patient(name or ORDER[0]), seconds_of(budget)
    if output.format is Format.TEXT and output.verbosity >= 0:
        _introduce(chosen.name, listed=not name)
    common = Common(source=str(chosen.path), **vars(output))
    examine(
        common,
        lambda setup, watch: api.demo(
            chosen.name, setup, watch, budget=seconds, jobs=common.workers
        ),
    )


def _introduce(name: str, listed: bool) -> None:
    for number, one in enumerate(PATIENTS, 1):
        if listed:
            typer.echo(f"  {number}  {one:<20} {PATIENTS[one].title}")
    width = shutil.get_terminal_size().columns
    typer.echo("\n" * listed + textwrap.fill(f"{name}: {patient(name).story}", width) + "\n")


@recipes.command("list", cls=Command)
def list_recipes() -> None:
    """Lists them."""
    from .. import api
    from ..report.console import make_console
    from ..report.explanation import print_trimmed
    from ..report.tables import draw_table

    out = make_console()
    print_trimmed(out, draw_table(api.list_recipes(), out.width, every_row=True))


@recipes.command("show", cls=Command)
def show(name: Annotated[str, NAME]) -> None:
    """Prints one.

    nndoctor recipes show raw-inputs
    """
    typer.echo(patient(name).text, nl=False)


@recipes.command("copy", cls=Command)
def copy(
    name: Annotated[str, NAME],
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE.toml]", help="Where to (default: NAME.toml).")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace files that are there.")] = False,
) -> None:
    """Copies one into this folder, its data beside it.

    nndoctor recipes copy raw-inputs mine.toml
    """
    import shlex

    from .. import api

    for path in reversed(files := api.copy_recipe(name, file, force)):
        say(f"wrote {path}")
    typer.echo(f"next: nndoctor checkup {shlex.quote(str(files[0]))}")
