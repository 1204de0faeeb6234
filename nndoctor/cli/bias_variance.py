"""`nndoctor bias-variance`."""

from typing import Annotated, Any

import typer

from .clusters import on_cluster
from .examine import examine
from .options import Common, Scheduler, with_common


@with_common
def bias_variance(
    common: Common,
    target_error: Annotated[
        float | None,
        typer.Option(
            help="The lowest error possible, 0.01 for one row in a hundred; for regression "
            "the share of the variance that is noise (default: unknown, counted as 0)."
        ),
    ] = None,
    epochs: Annotated[
        int | None, typer.Option(help="Epochs to train (default: the recipe's).")
    ] = None,
    learning_curve: Annotated[
        bool, typer.Option(help="Train on fewer rows as well: would more rows help?")
    ] = True,
    scheduler: Scheduler = None,
) -> None:
    """Bias or variance?

    Whole runs on several seeds, and their errors on training and validation rows.

        nndoctor bias-variance recipes/digits.toml --target-error 0.01
    """
    from .. import api

    given: dict[str, Any] = {"target_error": target_error, "epochs": epochs}
    given |= {"learning_curve": learning_curve, "jobs": common.workers}
    with on_cluster(common.source, scheduler):
        examine(common, lambda setup, watch: api.bias_variance(setup, watch, **given))
