"""How far groups of rows lie apart, against how far each group is spread."""

import numpy as np

from ...trainable import Array

SHUFFLES = 20


def separation(values: Array, groups: Array) -> float:
    """Squared distances between the group means over those within groups, of values [B, n].

    Both per row: the trace of the between-groups over that of the within-groups scatter (Fukunaga
    1990, section 10.2). NaN where nothing varies within, or a value is not finite.
    """
    values = values.astype(np.float64)
    centre = values.mean(axis=0)
    between = within = 0.0
    for group in np.unique(groups):
        rows = values[groups == group]
        mean = rows.mean(axis=0)
        between += len(rows) * float(((mean - centre) ** 2).sum())
        within += float(((rows - mean) ** 2).sum())
    return between / within if within > 0 else np.nan


def by_chance(values: Array, groups: Array, seed: int) -> float:
    """The mean of the same over SHUFFLES random orders of the groups."""
    rng = np.random.default_rng(np.random.SeedSequence([seed, 11]))
    return float(np.mean([separation(values, rng.permutation(groups)) for _ in range(SHUFFLES)]))
