"""`nndoctor runs`."""

from pathlib import Path
from typing import Annotated, Any

import typer

from .groups import Defaulting
from .help import Command

runs = typer.Typer(
    cls=Defaulting.to("list", "list", "compare"),
    help="Run folders that `train --run` and `--runs` keep.",
)


@runs.command("list", cls=Command)
def list_runs(
    folder: Annotated[Path, typer.Argument(metavar="[DIR]", help="Folder that holds them.")] = Path(
        "runs"
    ),
) -> None:
    """What came of each run?

    nndoctor train recipes/digits.toml --runs runs

    nndoctor runs
    """
    from .. import api

    _print([api.list_runs(folder)])


@runs.command("compare", cls=Command)
def compare(
    one: Annotated[Path, typer.Argument(metavar="A", help="A run folder.")],
    other: Annotated[Path, typer.Argument(metavar="B", help="Another run folder.")],
) -> None:
    """Where do two runs differ, in their recipes and in what came of them?

    nndoctor runs compare runs/A runs/B
    """
    from .. import api

    _print(api.compare_runs(one, other))


def _print(pieces: Any) -> None:
    from rich.text import Text

    from ..findings import Table
    from ..report.console import make_console
    from ..report.curves import draw_curves
    from ..report.explanation import print_trimmed
    from ..report.tables import draw_table
    from ..visible import all_visible

    out, parts = make_console(), []
    for piece in map(all_visible, pieces):
        draw = draw_table if isinstance(piece, Table) else draw_curves
        parts += [*draw(piece, out.width), Text("")]
    print_trimmed(out, parts)
