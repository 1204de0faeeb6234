"""`nndoctor data report`."""

import typer

from ..limits import small_pages
from .examine import examine_data
from .groups import Defaulting
from .help import Command
from .options import Common, with_common

data = typer.Typer(
    cls=Defaulting.to("report"), no_args_is_help=True, help="What the data look like."
)


@data.callback()
def _group() -> None:
    """Looks at the data, without training."""


@data.command("report", cls=Command)
@with_common
def report(common: Common) -> None:
    """Are the data fit to train on?

    Missing and odd values, scales, repeated rows, leaks between the parts, classes, wrong labels.

        nndoctor data report recipes/digits.toml

        nndoctor data report sample_data/diabetes.csv --target progression
    """
    small_pages()
    from ..api import data_report

    examine_data(common, lambda opened, watch: data_report(opened, watch, jobs=common.workers))
