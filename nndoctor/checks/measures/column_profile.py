"""One column in numbers, all from one sorting of its values."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ...trainable import Array

TAIL = 0.01  # share of the rows that is kept at either end; more are no outliers but a tail
LEAST_TAIL = 20
TOGETHER = 16  # columns copied out of the table at once: one at a time reads all of it each time


@dataclass(frozen=True)
class End:
    """The outermost value of a column, how often it occurs, and the value next to it."""

    value: float
    count: int
    next: float


@dataclass(frozen=True)
class Profile:
    """A column's finite values in numbers; NaN where there are none.

    `collision` is the chance that two rows drawn at random agree; `places` is how many values there
    would be at the closest distance of two of them, from end to end; `spread` is 1.4826 times the
    median absolute deviation; `lower` and `upper` are the sorted values at the two ends.
    """

    name: str
    rows: int
    missing: int
    infinite: int
    distinct: int
    collision: float
    mean: float
    std: float
    median: float
    spread: float
    low: End
    high: End
    lower: Array
    upper: Array
    places: float = 0.0

    @property
    def values(self) -> int:
        """How many values are finite."""
        return self.rows - self.missing - self.infinite

    @property
    def is_flag(self) -> bool:
        """Whether all values that there are are 0 or 1."""
        ends = (self.low.value, self.high.value)
        return not self.infinite and (
            self.distinct == 0 or (self.distinct <= 2 and set(ends) <= {0.0, 1.0})
        )


def profiled(x: Array, names: Sequence[str]) -> Iterator[Profile]:
    """The profile of each column of x [N, D]."""
    for start in range(0, x.shape[1], TOGETHER):
        piece = np.ascontiguousarray(x[:, start : start + TOGETHER].T)
        for values, name in zip(piece, names[start : start + TOGETHER], strict=True):
            yield profile(name, values)


def profile(name: str, values: Array) -> Profile:
    """The profile of one column of values [N]; `values` are left unsorted."""
    ranked = np.sort(values).astype(np.float64)  # NaN last; narrower numbers are sorted faster
    known = ranked[: np.searchsorted(ranked, np.nan)]
    finite = known[np.searchsorted(known, -np.inf, "right") : np.searchsorted(known, np.inf)]
    missing, infinite = len(values) - len(known), len(known) - len(finite)
    if not len(finite):
        end = End(np.nan, 0, np.nan)
        return Profile(
            name,
            len(values),
            missing,
            infinite,
            0,
            1.0,
            np.nan,
            np.nan,
            np.nan,
            np.nan,
            end,
            end,
            finite,
            finite,
        )
    starts = np.flatnonzero(np.concatenate([[True], finite[1:] != finite[:-1]]))
    counts = np.diff(starts, append=len(finite))
    distinct, middle = finite[starts], float(finite[_middle(len(finite))].mean())
    low, high = distinct[0], distinct[-1]
    with np.errstate(over="ignore", invalid="ignore"):
        mean = low if low == high else finite.mean()
        std = 0.0 if low == high else finite.std()
        spread = 1.4826 * _median_distance(finite, middle)
    tail = min(max(LEAST_TAIL, int(TAIL * len(finite))), len(finite) // 2)
    return Profile(
        name=name,
        rows=len(values),
        missing=missing,
        infinite=infinite,
        distinct=len(distinct),
        collision=float(((counts / len(finite)) ** 2).sum()),
        mean=float(mean),
        std=float(std),
        median=middle,
        spread=spread,
        low=End(float(low), int(counts[0]), float(distinct[1] if len(distinct) > 1 else np.nan)),
        high=End(
            float(high), int(counts[-1]), float(distinct[-2] if len(distinct) > 1 else np.nan)
        ),
        lower=finite[:tail].copy(),
        upper=finite[len(finite) - tail :].copy(),
        places=_places(distinct),
    )


def _median_distance(ranked: Array, middle: float) -> float:
    """The median of the distances of sorted values [N] from their middle: of two sorted halves."""
    below = int(np.searchsorted(ranked, middle))
    left, right = ranked[:below][::-1], ranked[below:]

    def nearest(k: int) -> float:
        """The distance of the k-th nearest value, of which `low` are found to lie on the left."""
        low, high = max(0, k - len(right)), min(k, below)
        while low < high:
            taken = (low + high) // 2
            if middle - left[taken] < right[k - taken - 1] - middle:
                low = taken + 1
            else:
                high = taken
        sides = (left[low : low + 1], right[k - low : k - low + 1])
        return float(np.abs(np.concatenate(sides) - middle).min())

    return float(np.mean([nearest(k) for k in _middle(len(ranked))]))


def _middle(count: int) -> list[int]:
    """The places whose mean is the median of so many sorted values."""
    return sorted({(count - 1) // 2, count // 2})


def _places(distinct: Array) -> float:
    """Of a grid as fine as the closest of the sorted values."""
    if len(distinct) < 2:
        return float(len(distinct))
    with np.errstate(over="ignore", invalid="ignore"):
        return float((distinct[-1] - distinct[0]) / np.diff(distinct).min()) + 1
