"""Columns of the file out of the inputs that were made of them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ...trainable import Array
from .hashing import equal_rows

BITS = 52  # flags that one float64 holds exactly


@dataclass(frozen=True)
class Told:
    """What a column of the file tells: values [N], and the positions of their inputs."""

    name: str
    values: Array
    inputs: Sequence[int]


def told_columns(
    x: Array, inputs_of: Mapping[str, Sequence[int]], is_flag: Callable[[int], bool] | None = None
) -> Iterator[Told]:
    """The columns of the file that became inputs x [N, D], one by one.

    The 0/1 inputs of one column are joined again: rows of one level get one number, NaN where one
    is missing. Its other inputs (the parts of a date) come one by one. `is_flag` says of which
    position it is known that all values there are 0 or 1; else the values are looked at.
    """
    is_flag = is_flag or (lambda j: _is_flag(x[:, j]))
    for name, inputs in inputs_of.items():
        flags = [j for j in inputs if len(inputs) > 1 and is_flag(j)]
        if len(flags) > 1:
            yield Told(name, _joined(x, flags), flags)
        for j in inputs:
            if len(flags) < 2 or j not in flags:
                yield Told(name, x[:, j], [j])


def _is_flag(column: Array) -> bool:
    """Whether all values that there are [N] are 0 or 1."""
    return bool(((column == 0) | (column == 1) | np.isnan(column)).all())


def _joined(x: Array, flags: Sequence[int]) -> Array:
    if len(flags) <= BITS:
        numbers = np.zeros(len(x))
        for k, j in enumerate(flags):
            numbers += x[:, j] * 2.0**k
        return numbers
    joined = x[:, flags]
    numbers = np.unique(equal_rows(joined), return_inverse=True)[1].astype(np.float64)
    numbers[np.isnan(joined).any(axis=1)] = np.nan
    return numbers
