"""Scaling features, with numbers taken from the training rows only."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import DTypeLike

from nndoctor.errors import DataError
from nndoctor.trainable import Array

from .principal import principal_axes
from .threads import in_order, on_all

ALONG_AXES = ("pca", "whiten", "zca")
KINDS = ("none", "divide", "center", "standardize", "minmax", "per-channel-center", *ALONG_AXES)
CHANNELS = 3
CELLS = 1 << 20  # converted in one piece, so that no second float64 table is made
CACHED = 1 << 18  # the same where sums do not depend on it


@dataclass(frozen=True)
class Scaler:
    """(x - shift) / scale, in float64; along principal axes (x - shift) @ axes / scale.

    shift [D]; scale [D], or [K] with axes [D, K]. zca turns back by the same axes, to D columns.
    A constant column has scale 1, so it becomes zeros and never NaN.
    """

    kind: str
    shift: Array
    scale: Array
    axes: Array | None = None

    @property
    def width(self) -> int:
        """How many columns scaled rows have."""
        return len(self.shift if self.kind == "zca" else self.scale)

    @property
    def _back(self) -> Array | None:
        return self.axes if self.kind == "zca" else None

    @classmethod
    def fit(
        cls, x: Array, kind: str, components: int = 0, divisor: float | None = None
    ) -> "Scaler":
        """Learns all numbers from the training rows x [N, D].

        `components` are how many principal axes pca and whiten keep, 0: all; `divisor` is that of
        divide. Raises DataError.
        """
        d = x.shape[1]
        zeros, ones = np.zeros(d), np.ones(d)
        if kind not in KINDS:
            raise DataError(f"no scaling named '{kind}'", f"there are {', '.join(KINDS)}")
        if kind == "none":
            return cls(kind, zeros, ones)
        if kind == "divide":
            return cls(kind, zeros, ones * (divisor or 1.0))
        if kind == "per-channel-center":
            return cls(kind, _channel_means(x), ones)
        low, high = _ends(x)
        constant = low == high
        span = np.where(constant, 1.0, high - low)
        if kind == "minmax":
            return cls(kind, low, span)
        # The mean of equal numbers is off by a rounding, which dividing would blow up.
        mean = np.where(constant, low, _mean(x))
        if kind == "center":
            return cls(kind, mean, ones)
        if kind in ALONG_AXES:
            unit = (high - low).max() or 1.0
            return cls(kind, mean, *_scale_and_axes(x, mean, unit, kind, components))
        # In units of the span, squares neither overflow nor vanish.
        squares = _summed(lambda piece: ((piece - mean) / span) ** 2, x)
        deviation = span * np.sqrt(squares / len(x))
        return cls(kind, mean, np.where(deviation == 0, 1.0, deviation))

    def apply(self, x: Array, dtype: DTypeLike, *, over: bool = False) -> Array:
        """The scaled rows [N, width], C-contiguous: a new array, or `over` x where that fits."""
        over = over and x.dtype == dtype and x.shape[1] == self.width
        scaled = x if over else np.empty((len(x), self.width), dtype)

        def scale(rows: slice) -> None:
            with np.errstate(over="ignore"):  # beyond float32: infinity, which the checks name
                if self.kind == "none":
                    scaled[rows] = x[rows]
                    return
                moved = x[rows].astype(np.float64) - self.shift
                value = (moved if self.axes is None else moved @ self.axes) / self.scale
                scaled[rows] = value if self._back is None else value @ self._back.T

        if self.axes is None:
            on_all(scale, _pieces(x, CACHED))
        else:  # BLAS has threads of its own
            for rows in _pieces(x):
                scale(rows)
        return scaled

    def invert(self, scaled: Array) -> Array:
        """Back to the units of the data [N, D], in float64; what left out axes held is the mean."""
        value = scaled.astype(np.float64)
        value = (value if self._back is None else value @ self._back) * self.scale
        return (value if self.axes is None else value @ self.axes.T) + self.shift

    def arrays(self) -> dict[str, Array]:
        """All of it as plain arrays, to be stored in an .npz."""
        held = {"kind": np.array(self.kind), "shift": self.shift, "scale": self.scale}
        return held if self.axes is None else held | {"axes": self.axes}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, Array]) -> "Scaler":
        """The scaler that `arrays` came from. Raises ValueError or KeyError for any others."""
        found = cls(str(arrays["kind"]), arrays["shift"], arrays["scale"], arrays.get("axes"))
        numbers = [array for name, array in arrays.items() if name != "kind"]
        fits = (
            found.kind in KINDS
            and arrays.keys() == found.arrays().keys()
            and (found.axes is not None) == (found.kind in ALONG_AXES)
            and all(a.dtype == np.float64 and bool(np.isfinite(a).all()) for a in numbers)
            and found.shift.ndim == found.scale.ndim == 1
            and (len(found.shift), len(found.scale))
            == ((len(found.scale),) * 2 if found.axes is None else found.axes.shape)
            and bool((found.scale > 0).all())
        )
        if not fits:
            raise ValueError("these are not the arrays of a scaler")
        return found


def _scale_and_axes(
    x: Array, mean: Array, unit: float, kind: str, components: int
) -> tuple[Array, Array]:
    """scale [K] and axes [D, K]; in this unit squares neither overflow nor vanish."""
    if not (np.isfinite(mean).all() and np.isfinite(unit)):
        raise DataError(f"values up to {x.max():g} are too large for {kind}", "divide them first")
    pieces = ((x[rows].astype(np.float64) - mean) / unit for rows in _pieces(x))
    axes, deviation = principal_axes(pieces, *x.shape)
    if components > len(deviation):
        raise DataError(
            f"{components} components of {x.shape[0]} rows and {x.shape[1]} columns",
            f"there are {len(deviation)}",
        )
    kept = components or len(deviation)
    scale = np.ones(kept) if kind == "pca" else unit * deviation[:kept]
    return scale, np.ascontiguousarray(axes[:, :kept])


def _pieces(x: Array, cells: int = CELLS) -> Iterator[slice]:
    step = max(1, cells // max(1, x.shape[1]))
    return (slice(start, start + step) for start in range(0, len(x), step))


def _ends(x: Array) -> tuple[Array, Array]:
    """The least and the greatest value of each column of x [N, D], in float64."""
    ends = [*in_order(lambda rows: (x[rows].min(axis=0), x[rows].max(axis=0)), _pieces(x))]
    low, high = (np.array(each, np.float64) for each in zip(*ends, strict=True))
    return low.min(axis=0), high.max(axis=0)


def _summed(of: Callable[[Array], Array], x: Array) -> Array:
    """The sum over rows of something made of x [N, D]: row by row of each piece, then the pieces.

    That order is kept whatever stays in the cache, so that the sums are always the same.
    """

    def of_piece(rows: slice) -> Array:
        total = np.zeros((1, x.shape[1]))
        for part in _pieces(x[rows], CACHED if x.shape[1] > 1 else CELLS):  # one is summed in pairs
            values = of(x[rows][part].astype(np.float64))
            total = np.vstack([total, values]).sum(axis=0, keepdims=True)
        return np.asarray(total[0])

    return np.asarray(sum(in_order(of_piece, _pieces(x))))


def _mean(x: Array) -> Array:
    return _summed(lambda piece: piece, x) / len(x)


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
