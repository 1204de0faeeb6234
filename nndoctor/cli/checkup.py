"""`nndoctor checkup`."""

from .examine import examine
from .options import Common, with_common


@with_common
def checkup(common: Common) -> None:
    """All examinations in order, a line each, and what to do next.

    nndoctor checkup sample_data/digits.csv --target digit
    """
    from .. import api

    examine(common, lambda setup, watch: api.checkup(setup, watch, jobs=common.workers))
