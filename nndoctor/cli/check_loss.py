"""`nndoctor check-loss`."""

from .examine import examine
from .options import Common, with_common


@with_common
def check_loss(common: Common) -> None:
    """Is the loss of the untrained network what chance gives?

    Measures it over five seeds without regularisation, then turns regularisation up.

        nndoctor check-loss recipes/digits.toml
    """
    from .. import api

    examine(common, api.check_loss)
