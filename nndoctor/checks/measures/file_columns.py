"""Columns of the file out of the inputs that were made of them."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from ...trainable import Array
from .hashing import equal_rows


def told_columns(
    x: Array, inputs_of: Mapping[str, Sequence[int]]
) -> Iterator[tuple[str, Array, bool]]:
    """What each column of the file tells, by its name: values [N], and whether they are levels.

    The 0/1 inputs of one column are joined again: rows of one level get one number, NaN where one
    is missing. Its other inputs (the parts of a date) come one by one.
    """
    for name, positions in inputs_of.items():
        flags = [j for j in positions if is_flag(x[:, j])] if len(positions) > 1 else []
        if len(flags) > 1:
            yield name, _joined(x[:, flags]), True
        for j in positions:
            if len(flags) < 2 or j not in flags:
                yield name, x[:, j], False


def is_flag(column: Array) -> bool:
    """Whether all values that there are [N] are 0 or 1."""
    return bool(((column == 0) | (column == 1) | np.isnan(column)).all())


def _joined(flags: Array) -> Array:
    numbers = np.unique(equal_rows(flags), return_inverse=True)[1].astype(np.float64)
    numbers[np.isnan(flags).any(axis=1)] = np.nan
    return numbers
