"""`nndoctor compare`."""

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import UsageError
from .clusters import on_cluster
from .examine import examine, examine_story
from .options import Common, Scheduler, with_common

if TYPE_CHECKING:
    from ..findings import Report
    from ..setup import Setup
    from ..watch import Watch


@with_common
def compare(
    common: Common,
    others: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="RECIPE",
            help="Further recipes on the same data; after the name of a ready comparison, its one.",
        ),
    ] = None,
    vary: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KEY=A,B,C",
            help="Values of a key of the recipe. Repeatable: every combination.",
        ),
    ] = None,
    seeds: Annotated[
        int | None, typer.Option(help="Runs of each set-up, on the same seeds (default: 5).")
    ] = None,
    scheduler: Scheduler = None,
) -> None:
    """Which set-up does best on the same rows and seeds?

    Trains each several times; says what is shown, and where no difference is. Ready comparisons, on
    a set-up of their own or on yours: optimizers, inits, activations, batch-sizes, regularizers,
    preprocessing, batch-norm.

        nndoctor compare recipes/digits.toml --vary model.activation=relu,tanh,elu

        nndoctor compare optimizers
    """

    given: dict[str, Any] = {"jobs": common.workers} | ({} if seeds is None else {"seeds": seeds})
    compared = _story if _is_story(common.source) else _recipes
    with on_cluster(common.source, scheduler):
        compared(common, others or [], vary or [], given)


def _is_story(source: str) -> bool:
    """A bare word is the name of a ready comparison, unless a file is called so."""
    return not os.path.exists(source) and not Path(source).suffix and Path(source).name == source


def _story(common: Common, others: list[str], vary: list[str], given: dict[str, Any]) -> None:
    from .. import api

    name = common.source
    if vary or len(others) > 1:
        told = f"--vary {vary[0]}" if vary else others[1]
        raise UsageError(f"{told} beside compare {name}", f"nndoctor compare {name} RECIPE")

    def run(setup: "Setup", watch: "Watch") -> "Report":
        return api.compare_story(name, setup, watch, **given)

    api.known_story(name)
    if others:
        examine(replace(common, source=others[0]), run)
    examine_story(common, name, run)


def _recipes(common: Common, others: list[str], vary: list[str], given: dict[str, Any]) -> None:
    from .. import api

    def run(setup: "Setup", watch: "Watch") -> "Report":
        beside = [api.load_setup(one, None, common.overrides, common.seed) for one in others]
        return api.compare(setup, watch, others=beside, vary=vary, **given)

    examine(common, run)
