"""`nndoctor compare`."""

from typing import Annotated, Any

import typer

from .examine import examine
from .options import Common, with_common


@with_common
def compare(
    common: Common,
    others: Annotated[
        list[str] | None,
        typer.Argument(metavar="[RECIPE]...", help="Further recipes on the same data."),
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
) -> None:
    """Which set-up does best on the same rows and seeds?

    Trains each several times; says what is shown, and where no difference is.

        nndoctor compare recipes/digits.toml --vary model.activation=relu,tanh,elu
    """
    from .. import api

    given: dict[str, Any] = {"vary": vary or (), "jobs": common.workers}
    given |= {} if seeds is None else {"seeds": seeds}

    def run(setup: Any, watch: Any) -> Any:
        beside = [
            api.load_setup(other, None, common.overrides, common.seed) for other in others or ()
        ]
        return api.compare(setup, watch, others=beside, **given)

    examine(common, run)
