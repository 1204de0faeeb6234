"""`nndoctor report`."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from ..levels import FailOn
from .options import Output, with_output


@with_output
def report(
    output: Output,
    result: Annotated[
        Path,
        typer.Argument(
            metavar="RESULT.json", help="What `--format json` has printed, or a run folder."
        ),
    ],
    fail_on: Annotated[
        FailOn | None,
        typer.Option(
            help="Exit with 1 from this finding on (default: as when it was made).",
            rich_help_panel="Output",
        ),
    ] = None,
) -> None:
    """Shows a kept result again: on the terminal, as a page, or in any other format.

    nndoctor checkup recipes/digits.toml --format json > result.json

    nndoctor report result.json --html result.html
    """
    from ..report.kept import read_report, result_of
    from .examine import show

    told = read_report(result)
    show(
        told if fail_on is None else replace(told, fail_on=fail_on),
        output,
        reads=[result_of(result)],
    )
