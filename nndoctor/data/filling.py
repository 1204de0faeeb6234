"""Missing inputs: filled with what is usual among the training rows, and marked where it tells."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from nndoctor.trainable import Array

from .threads import in_lots, in_order, on_all

LEAST = 5  # gaps, and values beside them, below which nothing can be said of them
CELLS = 1 << 18  # of a piece, which stays in the cache
CHANCE = 0.01  # of marking any column whose gaps have nothing to do with the target


@dataclass(frozen=True)
class Filler:
    """What a missing value of each input becomes, and which inputs get a mark where one is missing.

    values [D]: the median of numbers, the most frequent level of a class; NaN where no gap was
    seen. flags [F]: positions of the inputs whose gaps are an input of their own, 1 where missing.
    """

    values: Array
    flags: Array

    @classmethod
    def fit(
        cls,
        x: Array,
        origins: Sequence[str] = (),
        y: Array | None = None,
        others: Sequence[Array] = (),
    ) -> "Filler":
        """Learns from the training rows x [N, D] and, for the marks, their targets y [N, T].

        `others` [M, D] are all rows whose gaps are to be filled where those are more. Inputs of one
        origin miss together; that they are the levels of a class is told by zeros and ones.
        """
        hit = np.any([_have_gaps(rows) for rows in others or (x,)], axis=0)
        values, columns = np.full(x.shape[1], np.nan), _together(np.flatnonzero(hit), origins)

        def fill(some: Sequence[Array]) -> None:
            for inputs in some:
                column = x[:, inputs]
                known = column[~_gaps(column[:, 0])].astype(np.float64)
                values[inputs] = _usual(known) if len(known) else 0.0

        on_all(fill, in_lots(columns, len(x)))
        firsts = [int(inputs[0]) for inputs in columns]
        flags = [] if y is None or not firsts else _telling(_gaps(x[:, firsts]), y)
        return cls(values, np.array([firsts[j] for j in flags], np.int64))

    def apply(self, x: Array, *, over: bool = False) -> Array:
        """The rows without gaps, marks behind the inputs [N, D + F]; x itself if nothing is done.

        They are written `over` x where no mark is made and x holds floats. Raises ValueError for
        another number of inputs.
        """
        if x.shape[1] != len(self.values):
            raise ValueError(f"{x.shape[1]} inputs, {len(self.values)} were filled")
        hit = np.flatnonzero(_have_gaps(x))
        if not len(self.flags) and not len(hit):
            return x
        (n, d), kind = x.shape, np.result_type(x, np.float32)
        usual = self.values.astype(kind)[hit]
        over = over and not len(self.flags) and kind == x.dtype
        filled = x if over else np.empty((n, d + len(self.flags)), kind)

        def fill(rows: slice) -> None:
            if not over:
                filled[rows, :d] = x[rows]
                filled[rows, d:] = _gaps(x[rows, self.flags])
            known = x[rows, hit]
            filled[rows, hit] = np.where(_gaps(known), usual, known)

        on_all(fill, _pieces(x))
        return filled

    def names(self, columns: Sequence[str], origins: Sequence[str]) -> tuple[str, ...]:
        """The inputs [D + F] as they are named after filling."""
        named = origins or columns
        return (*columns, *(f"{named[j]} is missing" for j in self.flags))

    def arrays(self) -> dict[str, Array]:
        """All of it as plain arrays, to be stored in an .npz."""
        return {"values": self.values, "flags": self.flags}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, Array]) -> "Filler":
        """The filler that `arrays` came from. Raises ValueError or KeyError for any others."""
        found = cls(arrays["values"], arrays["flags"])
        values, flags = found.values, found.flags
        fits = (
            arrays.keys() == found.arrays().keys()
            and values.dtype == np.float64
            and flags.dtype == np.int64
            and values.ndim == flags.ndim == 1
            and not np.isinf(values).any()
            and all(0 <= flag < len(values) for flag in flags.tolist())
        )
        if not fits:
            raise ValueError("these are not the arrays of a filler")
        return found


def _gaps(x: Array) -> Array:
    """Where a value is missing or infinite, in the shape of x."""
    return np.zeros(x.shape, bool) if x.dtype.kind in "biu" else ~np.isfinite(x)


def _have_gaps(x: Array) -> Array:
    """Which columns of x [N, D] have a missing or infinite value [D]."""
    found = np.zeros(x.shape[1], bool)
    if x.dtype.kind not in "biu":
        for gaps in in_order(lambda rows: _gaps(x[rows]).any(axis=0), _pieces(x)):
            found |= gaps
    return found


def _pieces(x: Array) -> Iterator[slice]:
    """Rows of x [N, D] that are looked at together, so that no mask as big as it is made."""
    step = max(1, CELLS // max(1, x.shape[1]))
    return (slice(start, start + step) for start in range(0, len(x), step))


def _together(inputs: Array, origins: Sequence[str]) -> list[Array]:
    """The positions of the inputs, those of one origin together."""
    if not origins:
        return [inputs[j : j + 1] for j in range(len(inputs))]
    named: dict[str, list[int]] = {}
    for j in inputs:
        named.setdefault(origins[j], []).append(int(j))
    return [np.array(positions) for positions in named.values()]


def _usual(known: Array) -> Array:
    """Of values [N, K] of one column: its most frequent level, or the median of each input."""
    if known.shape[1] > 1 and np.isin(known, (0, 1)).all() and (known.sum(axis=1) <= 1).all():
        return np.asarray(np.eye(known.shape[1])[known.mean(axis=0).argmax()])
    return np.asarray(np.quantile(known, 0.5, axis=0, method="lower"))


def _telling(gaps: Array, y: Array) -> list[int]:
    """Which columns of gaps [N, G] go with the targets y [N, T], beyond chance.

    By the correlation with each class, or with the ranks of a number.
    """
    sides = _sides(y)
    told = []
    for j, gap in enumerate(gaps.T):
        missing = int(gap.sum())
        if LEAST <= missing <= len(gap) - LEAST:
            centred = gap - missing / len(gap)
            scale = np.sqrt((centred**2).sum())
            z = np.abs(centred @ sides).max() / scale * np.sqrt(len(gap) - 1)
            told += [j] if z > _bound(gaps.shape[1] * sides.shape[1]) else []
    return told


def _bound(tests: int) -> float:
    """The normal quantile that chance exceeds once in 1 / CHANCE families of so many tests."""
    from scipy.special import ndtri

    return float(-ndtri(CHANCE / 2 / tests))


def _sides(y: Array) -> Array:
    """Targets as centred columns of length 1 [N, K]: one a class, or the ranks of a number."""
    columns = []
    for values in y.T:
        distinct, index = np.unique(values, return_inverse=True)
        few = len(distinct) <= max(2, np.sqrt(len(values)))
        columns += list(np.eye(len(distinct))[:, index]) if few else [index.astype(float)]
    sides = np.column_stack(columns)
    sides = sides - sides.mean(axis=0)
    lengths = np.sqrt((sides**2).sum(axis=0))
    return np.asarray(sides / np.where(lengths > 0, lengths, 1.0))
