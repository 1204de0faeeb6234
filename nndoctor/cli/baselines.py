"""`nndoctor baselines`."""

from .examine import examine
from .options import Common, with_common


@with_common
def baselines(common: Common) -> None:
    """Does it learn from its inputs?

    Trained networks against ones that see no inputs, a constant prediction and a linear model.

        nndoctor baselines recipes/digits.toml
    """
    from .. import api

    examine(common, lambda setup, watch: api.baselines(setup, watch, jobs=common.workers))
