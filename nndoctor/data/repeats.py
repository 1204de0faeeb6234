"""Which rows are equal in all their inputs, and how many are."""

import numpy as np

from nndoctor.trainable import Array

from .dataset import Dataset

MIX = np.uint64(0x9E3779B97F4A7C15)  # odd, so that no bit of what was hashed before is lost
AT_ONCE = 100_000  # cells


def equal_rows(x: Array) -> Array:
    """For each row of x [N, D] the number of its group: equal rows have equal numbers [N].

    By 64-bit hashes, some columns at a time; two rows that differ share one once in 10^19 pairs.
    """
    from pandas.util import hash_array  # 0.3 s, and reading an array needs no pandas

    hashes, some = np.zeros(len(x), np.uint64), max(1, AT_ONCE // max(len(x), 1))
    for start in range(0, x.shape[1], some):
        values = x.T[start : start + some] + 0.0  # -0.0 becomes 0.0
        values[np.isnan(values)] = np.nan  # NaN has many bit patterns
        for column in hash_array(values.ravel()).reshape(values.shape):
            hashes = hashes * MIX ^ column
    return np.unique(hashes, return_inverse=True)[1]


def repeated_share(x: Array) -> float:
    """The share of the rows of x [N, D] that equal another row."""
    groups = equal_rows(x)
    return float((np.bincount(groups)[groups] > 1).mean()) if len(x) else 0.0


def without_repeats(dataset: Dataset) -> Dataset:
    """Each row once, the first of those that are equal in inputs and targets."""
    y = dataset.y
    if y.dtype == object:
        y = np.column_stack(
            [np.unique(column.astype(str), return_inverse=True)[1] for column in y.T]
        )
    groups = equal_rows(np.column_stack([dataset.x, y]))
    first = np.sort(np.unique(groups, return_index=True)[1])
    repeated = len(dataset) - len(first)
    if not repeated:
        return dataset
    return dataset.rows(first).noted(f"{repeated} of {len(dataset)} rows repeat others: left out")
