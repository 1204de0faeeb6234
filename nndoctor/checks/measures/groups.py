"""How much more alike the targets of one group of rows are than those of several."""

from dataclasses import dataclass

import numpy as np

from ...comparison import chance_of_f
from ...trainable import Array


@dataclass(frozen=True)
class Alike:
    """`shared`: the correlation of two rows of one group, 0 where they differ as much as any.

    `chance`: how often groups drawn by lot are as much alike.
    """

    shared: float
    chance: float


def alike(y: Array, groups: Array) -> Alike:
    """Of targets y [N, T] and groups [N], by an analysis of variance (Kish 1965, Survey Sampling).

    Several targets count as one, which makes the chance larger than it is.
    """
    number, sizes = np.unique(groups, return_inverse=True, return_counts=True)[1:]
    n, count = len(y), len(sizes)
    if count < 2 or n == count:
        return Alike(0.0, 1.0)
    means = np.stack([np.bincount(number, column) / sizes for column in y.T], axis=1)
    between = float((sizes[:, None] * (means - y.mean(axis=0)) ** 2).sum()) / (count - 1)
    inside = float(((y - means[number]) ** 2).sum()) / (n - count)
    size = (n - float((sizes**2).sum()) / n) / (count - 1)
    spread = between + (size - 1) * inside
    if not spread > 0:
        return Alike(0.0, 1.0)
    f = between / inside if inside > 0 else np.inf
    chance = float(chance_of_f(np.asarray(f), count - 1.0, float(n - count)))
    return Alike(max((between - inside) / spread, 0.0), chance)
