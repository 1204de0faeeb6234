"""`nndoctor activations report`."""

import os.path
from typing import Annotated

import typer

from ..errors import UsageError
from .examine import examine
from .groups import Defaulting
from .help import Command
from .options import MOST_UPDATES, Common, with_common

activations = typer.Typer(
    cls=Defaulting.to("report"), no_args_is_help=True, help="What the layers output."
)


@activations.callback()
def _group() -> None:
    """Looks inside the layers."""


@activations.command("report", cls=Command)
@with_common
def report(
    common: Common,
    after: Annotated[
        int, typer.Option(min=0, max=MOST_UPDATES, help="Look again after so many updates.")
    ] = 0,
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

    inits = [*([] if compare_inits is None else [compare_inits]), *(more_inits or [])]
    _refuse_muddle(common.source, after, compare_inits, inits)
    if inits:
        examine(common, lambda setup, watch: api.compare_inits(setup, inits, watch))
    examine(common, lambda setup, watch: api.activations_report(setup, watch, after=after))


def _refuse_muddle(source: str, after: int, compare_inits: str | None, inits: list[str]) -> None:
    """An option takes one value only, so further initialisers come as arguments of any kind."""
    if compare_inits is None and inits:
        raise UsageError(f"{inits[0]!r} is one argument too many", "one recipe or data file")
    if compare_inits is not None and after:
        raise UsageError(
            f"--after {after} beside --compare-inits", "it compares untrained networks"
        )
    if inits and os.path.isfile(inits[-1]) and not os.path.exists(source):
        raise UsageError(
            f"{source} stands where the recipe belongs",
            f"nndoctor activations report {inits[-1]} --compare-inits {compare_inits} {source}",
        )
