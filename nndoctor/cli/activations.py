"""`nndoctor activations report`."""

from typing import Annotated

import typer

from .examine import examine
from .options import Common, with_common

activations = typer.Typer(no_args_is_help=True, help="What the layers put out.")


@activations.callback()
def _group() -> None:
    """Looks inside the layers."""


@activations.command("report")
@with_common
def report(
    common: Common,
    after: Annotated[int, typer.Option(min=0, help="Look again after so many updates.")] = 0,
    compare_inits: Annotated[
        str | None,
        typer.Option(metavar="INIT [INIT ...]", help="Initialisers to show side by side."),
    ] = None,
    more_inits: Annotated[list[str] | None, typer.Argument(hidden=True)] = None,
) -> None:
    """What does each layer put out, and is anything collapsed, exploding, saturated or dead?

        nndoctor activations report recipes/digits.toml --after 500

        nndoctor activations report recipes/lecture-tanh-small.toml --compare-inits xavier he_normal
    """
    from .. import api

    if compare_inits is not None:
        inits = [compare_inits, *(more_inits or [])]
        examine(common, lambda setup, watch: api.compare_inits(setup, inits, watch))
    examine(common, lambda setup, watch: api.activations_report(setup, watch, after=after))
