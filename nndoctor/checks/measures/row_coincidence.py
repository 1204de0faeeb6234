"""How many equal rows chance alone would give."""

from collections.abc import Sequence

import numpy as np

from .column_profile import Profile

# Columns are taken for independent, which they are not: so many times as many pairs are let pass.
DEPENDENCE = 1000.0
MANY, SPARSE = 30, 0.01  # values, and the share of the places that they fill


def by_chance(
    profiles: Sequence[Profile], pairs: int, equal: int, dependence: float = DEPENDENCE
) -> bool:
    """Whether so many equal pairs of rows may be coincidence: few columns of few values each.

    Two rows agree in a column with the chance that two random ones do, and in all columns with the
    product. Pairs of rows: n (n - 1) / 2 within a table, n m between two.
    """
    rate = np.log([max(profile.collision, 1e-12) for profile in profiles]).sum()
    return bool(np.log(max(equal, 1)) <= np.log(max(pairs, 1) * dependence) + rate)


def is_fine(profile: Profile) -> bool:
    """Whether a column holds measured numbers, of which two are never equal by chance.

    They leave most places of their grid free, while counts and rounded numbers fill theirs.
    """
    return profile.distinct >= MANY and profile.distinct < SPARSE * profile.places
