"""`nndoctor setup report`."""

import typer

from .examine import examine_plan
from .groups import Defaulting
from .help import Command
from .options import Common, with_common

setup = typer.Typer(
    cls=Defaulting.to("report"),
    no_args_is_help=True,
    help="Whether the parts of a set-up fit together.",
)


@setup.callback()
def _group() -> None:
    """Looks at the recipe, without training."""


@setup.command("report", cls=Command)
@with_common
def report(common: Common) -> None:
    """Do layers, loss, optimizer and schedule fit each other and the targets?

    Last layer and loss, depth and width, rate and budget of updates, penalties, dropout, batches.

        nndoctor setup report recipes/digits.toml

        nndoctor setup report sample_data/diabetes.csv --target progression
    """
    from ..api import setup_report

    examine_plan(common, setup_report)
