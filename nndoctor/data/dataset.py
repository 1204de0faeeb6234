"""The table every reader and generator makes: numbers in, numbers or labels out."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from nndoctor.errors import DataError
from nndoctor.trainable import Array

from .columns.column import Plan
from .threads import on_all

ROWS = 4096  # copied at a time, to stay in the cache


@dataclass(frozen=True)
class Dataset:
    """Inputs x [N, D] and targets y [N, T], as they were found.

    `x` keeps the number type of its file, so that memory is spent once; NaN where a value is
    missing. `y` holds numbers, or `str` labels (None where missing) in an object array. Arrays may
    be read-only views of a file. `notes` are facts a user should be told.

    Of a table, `plan` says what each column of the file is and `origins` [D] which of them each
    input was made of; rows with equal `groups` [N] belong on one side of a split, and `moments`
    [N] are the times by which rows can be split, in seconds. `subjects`: codes [N] of what rows are
    about, -1 where missing, by columns that are no inputs.
    """

    x: Array
    columns: tuple[str, ...]
    y: Array
    targets: tuple[str, ...]
    source: str
    notes: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    plan: Plan | None = None
    groups: Array | None = None
    moments: Array | None = None
    subjects: Mapping[str, Array] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if len(self.x) != len(self.y):
            raise DataError(
                f"{self.source} has {len(self.x)} rows of features but {len(self.y)} of targets",
                "each row needs its own target",
            )

    def __len__(self) -> int:
        return len(self.x)

    def rows(self, index: Array | slice) -> "Dataset":
        """Some of the rows, in the given order."""
        return replace(
            self,
            x=taken(self.x, index),
            y=self.y[index],
            groups=None if self.groups is None else self.groups[index],
            moments=None if self.moments is None else self.moments[index],
            subjects={name: codes[index] for name, codes in self.subjects.items()},
        )

    def noted(self, note: str) -> "Dataset":
        """The same data with one more fact to tell."""
        return replace(self, notes=(*self.notes, note))


def taken(x: Array, index: Array | slice, *, by_row: bool = False) -> Array:
    """Some of the rows of x [N, D], which lie in memory as all of them do, or row by row."""
    if isinstance(index, slice):
        return x[index]
    index = np.flatnonzero(index) if index.dtype == bool else index
    by_column = not x.flags.c_contiguous
    order: Any = "F" if by_column and not by_row else "C"
    found = np.empty((len(index), x.shape[1]), x.dtype, order)

    def take(part: slice) -> None:
        some = index[part]
        found[part] = np.take(x.T, some, axis=1).T if by_column else x[some]

    on_all(take, (slice(start, start + ROWS) for start in range(0, len(index), ROWS)))
    return found


def is_missing(labels: Array) -> Array:
    """Where text has no value: None."""
    nothing: object = None
    return np.asarray(labels == nothing, bool)
