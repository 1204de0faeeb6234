"""Whether many columns are cells of one picture, or answers on one scale."""

from collections.abc import Sequence

import numpy as np

from .column_profile import Profile

MANY = 16  # columns: a picture of 4 x 4


def share_bounds(profiles: Sequence[Profile]) -> bool:
    """Whether most columns have the lowest value of all, and reach at least half of the range.

    So do pixels, dark or empty at the borders. Within common bounds a value is no slip, however
    rare it is in its column; a slip would stretch the bounds, which then are no longer shared.
    """
    known = [profile for profile in profiles if profile.distinct > 1]
    if len(known) < MANY:
        return False
    low = np.array([profile.low.value for profile in known])
    high = np.array([profile.high.value for profile in known])
    with np.errstate(over="ignore"):
        reach = low.min() + (high.max() - low.min()) / 2
    return bool(np.mean((low == low.min()) & (high >= reach)) > 0.5)
