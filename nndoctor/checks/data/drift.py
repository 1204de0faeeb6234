"""ND113: do columns differ between the training rows and those held out?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ...findings import Finding, Status, Table, Where
from ...trainable import Array
from ..measures.raw_table import RawTable
from .data_check import DataCheck, named

MOST_ROWS = 50_000  # of each part: a distance of 0.02 is then far beyond chance
LEAST_ROWS = 10


@dataclass(frozen=True)
class Distance:
    """The largest gap between two empirical distributions, with the rows on both sides.

    `gaps`: of the shares in which a value is missing.
    """

    part: str
    column: str
    distance: float
    rows: int
    held_out: int
    gaps: bool = False


@dataclass(frozen=True)
class Drift(DataCheck):
    """## What it does
    Compares every column, and the target, between the training rows and those held out: the
    two-sample Kolmogorov-Smirnov distance, reported where it is large and also beyond chance, given
    the number of rows and corrected for the number of columns. Where missing values
    are filled, values are compared where there are any, and so are the shares that are missing;
    otherwise whole rows with whole rows.

    ## Why it matters
    The network learns on one distribution and is scored on another. Validation then looks bad
    however well the network learns, or good for reasons that will not last.

    ## What to do
    Shuffle before splitting. Check that both parts are scaled with the same statistics and use the
    same units. If they have to differ (other years, other hospitals), expect the loss to differ.

    ## Source
    Massey 1951, The Kolmogorov-Smirnov Test for Goodness of Fit, JASA 46; distance 0.2:
    deepchecks, FeatureDrift; correction for many columns: Bonferroni.
    """

    code: str = "ND113"
    name: str = "drift"

    distance: float = 0.2
    noted: float = 0.1
    alpha: float = 0.001  # chance of a false alarm over all columns of a table

    def skips(self, table: RawTable) -> str:
        """There have to be two parts, of some rows each."""
        if not table.held_out:
            return "there are no validation or test rows"
        if table.split != "random":
            others = "later ones" if table.split in ("time", "last") else "of other groups"
            return f"held-out rows are {others}, so a difference is expected"
        parts = (table.train, *table.held_out.values())
        fewest = min(len(table.dealt(part)) for part in parts)
        few = fewest < LEAST_ROWS
        return f"{fewest} rows are too few to compare" if few else ""

    def measure(self, table: RawTable) -> tuple[Distance, ...]:
        """The distance of each column, the largest first."""
        names = (*table.origins, *table.targets)
        train = table.train.sample(MOST_ROWS, table.seed, table.dealt(table.train))
        seen: list[Distance] = []
        for part, rows in table.held_out.items():
            other = rows.sample(MOST_ROWS, table.seed, table.dealt(rows))
            pairs = [*zip(train.x.T, other.x.T, strict=True)]
            pairs += zip(train.y.T, other.y.T, strict=True)
            for name, (a, b) in zip(names, pairs, strict=True):
                seen += _distances(part, name, a, b)
        return tuple(sorted(seen, key=lambda one: -one.distance))

    def judge(self, seen: Sequence[Distance]) -> Finding:
        """A warning where the distance is large and beyond chance."""
        if not seen:
            return self.skip("no column has values on both sides")
        alpha = self.alpha / len(seen)
        beyond = [
            one for one in seen if not one.distance <= by_chance(one.rows, one.held_out, alpha)
        ]
        large = [one for one in beyond if not one.distance < self.distance]
        noted = [one for one in beyond if not one.distance < self.noted]
        if not noted:
            return self.finding(
                Status.OK,
                "columns have the same distribution in all parts: largest KS distance "
                f"{seen[0].distance:.2f}",
                measured=seen[0].distance,
                expected=0.0,
            )
        worst, told = noted[0], large or noted
        columns = list(dict.fromkeys(one.column for one in told))
        rows = tuple(
            (one.part, one.column, "gaps" if one.gaps else "values", one.distance) for one in noted
        )
        return self.finding(
            Status.WARNING if large else Status.NOTE,
            f"{len(columns)} of {len({one.column for one in seen})} columns differ between "
            f"training and {worst.part} rows: {named(columns)}, {_told(worst)}",
            measured=worst.distance,
            expected=0.0,
            threshold=f"below {self.noted:g}, else a note; a warning from {self.distance:g}, where "
            f"chance alone exceeds it in {self.alpha:.1%} of tables",
            source="Massey 1951; 0.2: deepchecks, FeatureDrift",
            where=Where(column=worst.column),
            suggests=("train_test_mismatch",),
            advice="shuffle before splitting; check units and scaling of both parts",
            evidence=(Table("drift", ("part", "column", "of", "KS distance"), rows),),
        )


def _distances(part: str, name: str, a: Array, b: Array) -> Iterator[Distance]:
    """Of the values of one column, a [N] and b [M], and of the shares of missing ones."""
    there, here = np.isfinite(a), np.isfinite(b)
    gaps = abs(float(there.mean() - here.mean()))  # the KS distance of two columns of 0 and 1
    if gaps:
        yield Distance(part, name, gaps, len(a), len(b), gaps=True)
    a, b = a[there], b[here]
    if len(a) and len(b):
        yield Distance(part, name, ks_distance(a, b), len(a), len(b))


def _told(worst: Distance) -> str:
    if worst.gaps:
        return f"shares of missing values differ by up to {100 * worst.distance:.0f} points"
    return f"KS distance up to {worst.distance:.2f}"


def ks_distance(a: Array, b: Array) -> float:
    """The largest distance between the empirical distributions of a [N] and b [M]."""
    a, b = np.sort(a), np.sort(b)
    both = np.concatenate([a, b])
    left = np.searchsorted(a, both, "right") / len(a)
    right = np.searchsorted(b, both, "right") / len(b)
    return float(np.abs(left - right).max())


def by_chance(n: int, m: int, alpha: float) -> float:
    """The distance that two samples of one distribution exceed with a chance of at most alpha.

    Source: Smirnov 1948, P(D > d) <= 2 exp(-2 d^2 n m / (n + m)); safe for few distinct values.
    """
    return float(np.sqrt(-np.log(alpha / 2) / 2 * (n + m) / (n * m)))
