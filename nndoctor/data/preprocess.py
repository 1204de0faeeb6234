"""Scaling features, with numbers taken from the training rows only."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import DTypeLike

from nndoctor.errors import DataError
from nndoctor.trainable import Array

KINDS = ("none", "center", "standardize", "minmax", "per-channel-center")
CHANNELS = 3
CELLS = 1 << 20  # converted in one piece, so that no second float64 table is made


@dataclass(frozen=True)
class Scaler:
    """(x - shift) / scale, with shift and scale [D] in float64.

    A constant column has scale 1, so it becomes zeros and never NaN.
    """

    kind: str
    shift: Array
    scale: Array

    @classmethod
    def fit(cls, x: Array, kind: str) -> "Scaler":
        """Learns shift and scale from the training rows x [N, D]."""
        d = x.shape[1]
        zeros, ones = np.zeros(d), np.ones(d)
        if kind not in KINDS:
            raise DataError(f"no scaling named '{kind}'", f"there are {', '.join(KINDS)}")
        if kind == "none":
            return cls(kind, zeros, ones)
        if kind == "per-channel-center":
            return cls(kind, _channel_means(x), ones)
        low, high = x.min(axis=0).astype(np.float64), x.max(axis=0).astype(np.float64)
        constant = low == high
        span = np.where(constant, 1.0, high - low)
        if kind == "minmax":
            return cls(kind, low, span)
        # The mean of equal numbers is off by a rounding, which dividing would blow up.
        mean = np.where(constant, low, _mean(x))
        if kind == "center":
            return cls(kind, mean, ones)
        # In units of the span, squares neither overflow nor vanish.
        squares = sum((((piece - mean) / span) ** 2).sum(axis=0) for _, piece in _pieces(x))
        deviation = span * np.sqrt(squares / len(x))
        return cls(kind, mean, np.where(deviation == 0, 1.0, deviation))

    def apply(self, x: Array, dtype: DTypeLike) -> Array:
        """The scaled rows [N, D], C-contiguous, a new array."""
        scaled = np.empty(x.shape, dtype)
        with np.errstate(over="ignore"):  # beyond float32: infinity, which the checks then name
            if self.kind == "none":
                scaled[...] = x
                return scaled
            for rows, piece in _pieces(x):
                scaled[rows] = (piece - self.shift) / self.scale
        return scaled

    def invert(self, scaled: Array) -> Array:
        """Back to the units of the data [N, D], in float64."""
        return scaled.astype(np.float64) * self.scale + self.shift


def _pieces(x: Array) -> Iterator[tuple[slice, Array]]:
    step = max(1, CELLS // max(1, x.shape[1]))
    for start in range(0, len(x), step):
        rows = slice(start, start + step)
        yield rows, x[rows].astype(np.float64)


def _mean(x: Array) -> Array:
    total = sum(piece.sum(axis=0) for _, piece in _pieces(x))
    return np.asarray(total / len(x))


def _channel_means(x: Array) -> Array:
    """One mean for each third of the columns: CIFAR's rows hold all red, then green, then blue."""
    d = x.shape[1]
    if d % CHANNELS:
        raise DataError(
            f"{d} columns can't be {CHANNELS} colour channels of one size",
            "use center or standardize",
        )
    means = _mean(x).reshape(CHANNELS, -1).mean(axis=1)
    return np.repeat(means, d // CHANNELS)
