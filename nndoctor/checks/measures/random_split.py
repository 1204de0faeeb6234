"""How many rows of one part equal a row of the other, where chance alone splits a table in two."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ...trainable import Array


@dataclass(frozen=True)
class Spread:
    """A random number by its mean and its standard deviation."""

    mean: float
    deviation: float

    def reaches(self, seen: float, sigmas: float) -> bool:
        """Whether chance comes as high, within so many deviations."""
        return seen - 0.5 <= self.mean + sigmas * self.deviation  # counts, so half a row is none


def shared_by_chance(sizes: Array, held: int) -> Spread:
    """Of `held` rows drawn at random from a table, those equal to a row that was left; exact.

    `sizes`: how many rows each group of equal rows has; 1 for a row that is there once.
    """
    rows = int(sizes.sum())
    c, groups = (part.astype(np.float64) for part in np.unique(sizes, return_counts=True))
    left = rows - held
    of_one = 1 - _none(rows - 1, left, c - 1)  # a held row has an equal one among those left
    mean = held / rows * (groups * c * of_one).sum()
    if held < 2:
        return Spread(float(mean), math.sqrt(max(mean * (1 - mean), 0.0)))
    within = (groups * c * (c - 1) * (1 - _none(rows - 2, left, np.maximum(c - 2, 0)))).sum()
    neither = _none(rows - 2, left, c - 1)
    both = 1 - neither[:, None] - neither + _none(rows - 2, left, c[:, None] + c - 2)
    pairs = np.outer(groups * c, groups * c) - np.diag(groups * c * c)
    chance = held * (held - 1) / (rows * (rows - 1))  # that both of two rows are held
    variance = chance * (within + (pairs * both).sum()) + mean - mean**2
    return Spread(float(mean), math.sqrt(max(variance, 0.0)))


def _none(rows: int, drawn: int, special: ArrayLike) -> Array:
    """The chance that none of so many special rows is among those drawn: hypergeometric."""
    from scipy.special import gammaln  # 0.1 s, for a table with repeated rows only

    k = np.minimum(np.asarray(special, np.float64), rows)
    rest = np.maximum(rows - drawn - k, -1.0)  # gammaln is infinite there: too few are left
    with np.errstate(invalid="ignore"):
        log = gammaln(rows - k + 1) - gammaln(rest + 1) - gammaln(rows + 1)
    return np.asarray(np.exp(np.minimum(log + gammaln(rows - drawn + 1), 0.0)))
