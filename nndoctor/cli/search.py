"""`nndoctor search`."""

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from ..errors import UsageError
from ..seconds import seconds_of
from .clusters import on_cluster
from .examine import examine
from .options import Common, Scheduler, with_common
from .stopping import Stoppable
from .studies import study_file


class Sampler(StrEnum):
    """Who chooses what is tried."""

    RANDOM = "random"
    GRID = "grid"
    QMC = "qmc"
    TPE = "tpe"
    GP = "gp"


@with_common
def search(
    common: Common,
    trials: Annotated[
        int | None, typer.Option(min=2, max=10**6, help="In all stages together (default: 60).")
    ] = None,
    stages: Annotated[
        int | None, typer.Option(min=1, max=10, help="Coarse to fine (default: 3).")
    ] = None,
    sampler: Annotated[
        Sampler | None, typer.Option(help="Who chooses the trials (default: random).")
    ] = None,
    compare_samplers: Annotated[
        bool,
        typer.Option("--compare-samplers", help="Random against grid, at equal cost."),
    ] = False,
    budget: Annotated[
        str | None,
        typer.Option(metavar="600s", help="Time for all, confirmation included."),
    ] = None,
    study: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Keep the trials here (default: in searches/)."),
    ] = None,
    storage: Annotated[
        str, typer.Option(metavar="URL", help="Keep them in a database that optuna supports.")
    ] = "",
    resume: Annotated[bool, typer.Option("--resume", help="Continue an existing study.")] = False,
    write: Annotated[
        Path | None, typer.Option(metavar="BEST.toml", help="Write the winner as a recipe.")
    ] = None,
    scheduler: Scheduler = None,
) -> None:
    """Which settings are best? Random trials from coarse to fine; the best few are confirmed.

    One run watched closely is the way of the panda (--jobs 1); many side by side that of the
    caviar, the default.

        nndoctor search recipes/search-digits.toml --write best.toml

        nndoctor search sample_data/digits.csv --target digit --trials 30 --resume
    """
    from .. import api

    if compare_samplers:
        _refuse_beside_comparison(
            {
                "--stages": stages,
                "--sampler": sampler,
                "--budget": budget,
                "--study": study,
                "--storage": storage,
                "--resume": resume,
                "--write": write,
            }
        )
        with on_cluster(common.source, scheduler):
            examine(
                common,
                lambda setup, watch: api.compare_samplers(
                    setup, watch, trials=trials, jobs=common.workers
                ),
            )
    chosen = (sampler or Sampler.RANDOM).value
    given: dict[str, Any] = {"trials": trials, "stages": stages, "sampler": chosen}
    given |= {"storage": storage, "resume": resume, "write": write, "force": common.force}
    if budget is not None:
        given["budget"] = seconds_of(budget)
    with Stoppable(), on_cluster(common.source, scheduler):
        given["study"] = study_file(common.source, study, storage, resume)
        examine(common, lambda setup, watch: api.search(setup, watch, jobs=common.workers, **given))


def _refuse_beside_comparison(options: Mapping[str, object]) -> None:
    """Those of a search, which a comparison of samplers would not heed."""
    if needless := [name for name, value in options.items() if value]:
        raise UsageError(
            f"{needless[0]} beside --compare-samplers",
            "that compares random and grid in one stage, keeps no trials and names no winner",
        )
