"""`nndoctor diagnose`, `nndoctor treat`, `nndoctor causes`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import UsageError
from .examine import examine
from .options import Common, with_common

if TYPE_CHECKING:
    from ..findings import Report
    from ..setup import Setup
    from ..watch import Watch


def _seconds(text: str) -> float:
    try:
        return float(text.removesuffix("s"))
    except ValueError:
        raise UsageError(f"--budget {text}: not a number of seconds", "such as 60s") from None


@with_common
def diagnose(
    common: Common,
    budget: Annotated[str, typer.Option(metavar="20s", help="Work that may be spent.")] = "20s",
    fast: Annotated[
        bool, typer.Option("--fast", metavar="", help="Suspects only, nothing is trained.")
    ] = False,
    write: Annotated[
        Path | None, typer.Option(metavar="FIXED.toml", help="Write the cured recipe.")
    ] = None,
) -> None:
    """Why does it not train? Names the causes and proves them by retraining.

    nndoctor diagnose recipes/sick/rate-far-too-high.toml --write fixed.toml
    """
    from ..api import diagnose as diagnosed
    from ..api import diagnosis_report, write_cured

    def run(setup: "Setup", watch: "Watch") -> "Report":
        told = diagnosed(setup, watch, budget=_seconds(budget), fast=fast, jobs=common.workers)
        if write is not None:
            write_cured(setup, told, write)
        return diagnosis_report(setup, told)

    examine(common, run)


@with_common
def treat(
    common: Common,
    cause: Annotated[str, typer.Option(help="A name out of `nndoctor causes`.")],
) -> None:
    """Does removing this one cause help?

    nndoctor treat recipes/sick/rate-far-too-high.toml --cause learning_rate_too_high
    """
    from ..api import treat as treated

    examine(common, lambda setup, watch: treated(setup, cause, watch, jobs=common.workers))


def causes() -> None:
    """Every cause that a diagnosis can name."""
    from ..diagnosis.causes import CAUSES

    group = ""
    for cause in CAUSES.values():
        if cause.group != group:
            group = cause.group
            typer.echo(f"{group}:")
        typer.echo(f"  {cause.name:30}{cause.title}")
