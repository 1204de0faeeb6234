"""How many equal rows chance alone would give."""

from collections.abc import Sequence

import numpy as np

from .column_profile import Profile

# Columns are taken for independent, which they are not: so many times as many pairs are let pass.
DEPENDENCE = 1000.0
MANY, SPARSE = 30, 0.01  # values, and the share of the places that they fill
TIMES = 5.0  # that a measured number occurs at most, where rows were copied; prices do more often
HANDFUL = 12  # values of a column whose rows may well be of few kinds: answers, levels, grades
KEY = 0.9  # of the distinct rows, which one column alone tells apart
SHARE = 0.5  # of the rows; where no more of them differ they are of few kinds


def by_chance(
    columns: Sequence[Profile], pairs: int, repeats: int, dependence: float = DEPENDENCE
) -> bool:
    """Whether so many rows may equal another by coincidence: few columns of few values each.

    Two rows agree in a column with the chance that two random ones do, and in all columns with the
    product; in one of measured numbers never. Pairs of rows: n (n - 1) / 2 within a table, n m
    between two.
    """
    if any(map(is_fine, columns)):
        return False
    rate = np.log([max(column.collision, 1e-12) for column in columns]).sum()
    return bool(np.log(max(repeats, 1)) <= np.log(max(pairs, 1) * dependence) + rate)


def of_few_kinds(columns: Sequence[Profile], kinds: int, rows: int) -> bool:
    """Whether rows differ little by nature: columns of a handful of values, few distinct rows.

    Columns that go together (sixteen answers of one party) make far fewer kinds of rows than the
    product of their values.
    """
    return all(column.distinct <= HANDFUL for column in columns) and kinds <= SHARE * rows


def of_copies(columns: Sequence[Profile], kinds: int, rows: int) -> bool:
    """Whether few distinct rows are copies of each other, and no values that met by chance.

    Each of several columns of many values tells the distinct rows apart: values that meet by
    chance would have met in one of these columns and not in another.
    """
    keys = sum(c.distinct > HANDFUL and c.distinct >= KEY * kinds for c in columns)
    return keys > 1 and kinds <= SHARE * rows


def is_fine(profile: Profile) -> bool:
    """Whether a column holds measured numbers, of which two are never equal by chance.

    They leave most places of their grid free, while counts and rounded numbers fill theirs, and
    hardly repeat, while prices do.
    """
    sparse = profile.distinct >= MANY and profile.distinct < SPARSE * profile.places
    return sparse and profile.collision * profile.values <= TIMES
