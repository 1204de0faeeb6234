"""ND120: do zeros stand for missing values?"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...findings import Finding, Status, Table, Where
from ...trainable import Array
from ..measures.column_profile import Profile
from ..measures.raw_table import RawTable
from .data_check import DataCheck, counted, named

MOST_ROWS = 50_000  # the shape of a column is known well enough from these
FADING = 20  # values at least, from which it is told how a column fades out
LOWEST = 10  # distinct values, whose spacing is that of the column's low end


@dataclass(frozen=True)
class Zeros:
    """The zeros of a column that is otherwise positive, and how far away they are.

    The smallest other value in spacings of the ten lowest (`gap`), in medians and in ranges of the
    others; `index` a where their number fades out towards 0 like x^a; `z`: the zeros below the
    median, in robust standard deviations; `crowd`: how often the most frequent of the ten occurs.
    """

    column: str
    rows: int
    zeros: int
    crowd: int
    smallest: float
    gap: float
    share_of_median: float
    ranges: float
    index: float
    z: float

    @property
    def share(self) -> float:
        """Of the rows that have a value."""
        return self.zeros / self.rows


@dataclass(frozen=True)
class MissingZeros(DataCheck):
    """## What it does
    Looks in columns that are otherwise positive for zeros that occur more often than the values
    next to them and lie apart: the smallest other value is several times as far from 0 as the
    lowest values are from each other and no small fraction of the median, for the others fade out
    long before 0, as counts and amounts do not.

    ## Why it matters
    A blood pressure of 0 was not measured. The network takes it for a very low one, and the mean
    and the scale of the column are off.

    ## What to do
    Ask what 0 means in this column. Where it means "not measured", make it an empty field, which
    is then filled; where it means "none", leave it.

    ## Source
    Pearson 2006, The Problem of Disguised Missing Data, SIGKDD Explorations 8 (the diabetes
    table). Fading: Hill 1975, Annals of Statistics 3, from the lowest tenth; 1 for an exponential
    amount, which then leaves a gap of 1 and, in one of 50 tables, of 4. Robust z: 3.5, Iglewicz and
    Hoaglin 1993. Shares: our choice.
    """

    code: str = "ND120"
    name: str = "zeros-for-missing"

    repeats: int = 3
    gap: float = 4.0  # spacings of the lowest values
    share_of_median: float = 0.05
    index: float = 2.0  # of the fading
    ranges: float = 1.0  # of the other values: then 0 is apart whatever the share
    most: float = 2 / 3  # of the rows; more zeros are what is usual: amounts seldom there
    z: float = 3.5
    usual: float = 0.5  # of the rows; from here on a note, for 0 may well be meant

    def measure(self, table: RawTable) -> tuple[Zeros, ...]:
        """Columns that are 0 several times and otherwise positive, by how far the zeros are."""
        found: list[Zeros] = []
        sample = table.train.sample(MOST_ROWS, table.seed)
        for j, profile in enumerate(table.profiles):
            if profile.low.value == 0 and profile.low.count >= self.repeats:
                column = sample.x[:, j]
                positive = column[np.isfinite(column) & (column > 0)].astype(np.float64)
                found += _zeros(profile, positive, len(table.train) / len(sample))
        return tuple(sorted(found, key=lambda zeros: -zeros.z))

    def judge(self, seen: Sequence[Zeros]) -> Finding:
        """A warning where 0 is far out of the others, a note where it is only apart."""
        apart = [(self._rated(zeros), zeros) for zeros in seen if self._apart(zeros)]
        if not apart:
            return self.finding(Status.OK, "no zeros look like missing values")
        apart.sort(key=lambda pair: -pair[0].severity)
        status, worst = apart[0]
        rows = tuple(
            (one.column, one.zeros, one.share, one.smallest, one.z, its) for its, one in apart
        )
        heads = ("column", "zeros", "share", "smallest other", "robust z of 0", "verdict")
        return self.finding(
            status,
            f"'{worst.column}' is 0 in {counted(worst.zeros, 'row')} and {worst.smallest:g} or "
            f"more in all others{_also([one.column for _, one in apart[1:]])}: zeros may stand for "
            "missing values",
            measured=worst.gap,
            threshold=f"from {self.gap:g} spacings of the lowest values and "
            f"{self.share_of_median:g} medians on; a warning {self.z:g} robust deviations out",
            source="Pearson 2006, The Problem of Disguised Missing Data",
            where=Where(column=worst.column),
            advice="ask what 0 means there; where nothing was measured, make it an empty field",
            evidence=(Table("zeros that may mean 'missing'", heads, rows),),
        )

    def _apart(self, one: Zeros) -> bool:
        if one.ranges >= self.ranges:
            return True
        away = one.gap > self.gap and one.share_of_median >= self.share_of_median
        fades = one.index >= self.index
        return away and fades and one.zeros > one.crowd and one.share <= self.most

    def _rated(self, one: Zeros) -> Status:
        far = one.z >= self.z and one.share < self.usual
        return Status.WARNING if far else Status.NOTE


def _zeros(profile: Profile, positive: Array, of: float) -> list[Zeros]:
    """The zeros of a column whose other values are given, or one `of` so many of them; none where
    these are a handful."""
    distinct, counts = np.unique(positive, return_counts=True)
    if len(distinct) <= LOWEST:
        return []
    smallest, median = profile.low.next, float(np.median(positive))
    spacing = float(distinct[LOWEST - 1] - distinct[0]) / (LOWEST - 1)
    spread = 1.4826 * float(np.median(np.abs(positive - median)))
    return [
        Zeros(
            column=profile.name,
            rows=profile.values,
            zeros=profile.low.count,
            crowd=int(counts[:LOWEST].max() * of),
            smallest=smallest,
            gap=smallest / spacing,
            share_of_median=smallest / median,
            ranges=smallest / (profile.high.value - smallest),
            index=_fading(positive),
            z=median / spread if spread > 0 else np.inf,
        )
    ]


def _fading(positive: Array) -> float:
    """Hill's estimate from the lowest tenth of some positive values."""
    count = max(FADING, len(positive) // 10)
    low = np.sort(positive)[:count]
    mean = float(np.log(low[-1] / low[:-1]).mean())
    return 1 / mean if mean > 0 else np.inf


def _also(columns: Sequence[str]) -> str:
    return f" (likewise {named(columns)})" if columns else ""
