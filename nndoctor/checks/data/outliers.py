"""ND105: do a few values lie far from all others?"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...findings import Finding, Status, Table, Where
from ...trainable import Array
from ..measures.column_profile import Profile
from ..measures.raw_table import RawTable
from ..measures.shared_bounds import share_bounds
from .data_check import DataCheck, counted, named

SHOWN = 5  # values of a column


@dataclass(frozen=True)
class Far:
    """How many values of one column stand apart; the first few and their rows, farthest first.

    `z`: the nearest of them in robust standard deviations; `gap`: relative to the farthest of the
    others; `chance`: that a tail as long as the column's shows such a gap, over all columns.
    """

    column: str
    count: int
    values: tuple[float, ...]
    rows: tuple[int, ...]
    z: float
    gap: float
    chance: float


@dataclass(frozen=True)
class Outliers(DataCheck):
    """## What it does
    Looks in every column for few values that lie far from its median, in robust standard
    deviations (1.4826 times the median absolute deviation), and stand apart: several times as far
    out as the farthest of the others, by more than the column's tail explains. Not asked of
    columns that share their bounds, such as pixels.

    ## Why it matters
    A misplaced decimal point squeezes all other values together when the column is scaled, and its
    row upsets the weights in every epoch.

    ## What to do
    Look at these rows; correct or leave out what is wrong. If they are right, take the logarithm
    of the column or clip it.

    ## Source
    Iglewicz and Hoaglin 1993, How to Detect and Handle Outliers (robust z above 3.5 for normal
    data). Long tails reach far as well: with a tail of index a (Hill 1975, Annals of Statistics 3)
    the k-th largest is g times the next with a chance of g^(-k a) (Renyi's representation).
    """

    code: str = "ND105"
    name: str = "outliers"

    z: float = 20.0
    gap: float = 5.0
    chance: float = 0.01  # over all columns
    share: float = 0.01  # of the rows; more are no outliers, but a second group
    rows: int = 20  # fewer have no tail to compare with

    def skips(self, table: RawTable) -> str:
        """A few rows have no median worth its name."""
        few = len(table.train) < self.rows
        return f"{len(table.train)} rows are too few to recognise outliers" if few else ""

    def measure(self, table: RawTable) -> tuple[Far, ...]:
        """The columns with values that stand apart, whatever the distance; none of pixels."""
        found: list[Far] = []
        if share_bounds(table.profiles):
            return ()
        for j, profile in enumerate(table.profiles):
            values, z, gap, chance = self._apart(profile)
            if len(values):
                column = np.ascontiguousarray(table.train.x[:, j])
                rows = [int(table.train.numbers[np.argmax(column == v)]) for v in values[:SHOWN]]
                shown, over_all = tuple(values[:SHOWN].tolist()), chance * len(table.columns)
                found.append(Far(profile.name, len(values), shown, tuple(rows), z, gap, over_all))
        return tuple(sorted(found, key=lambda far: -far.z))

    def judge(self, seen: Sequence[Far]) -> Finding:
        """A warning for values beyond both thresholds."""
        far = [one for one in seen if not self._usual(one)]
        if not far:
            return self.finding(Status.OK, "no value is far from all others", measured=0.0)
        worst, total = far[0], sum(one.count for one in far)
        rows = tuple(
            (one.column, value, row, one.z)
            for one in far
            for value, row in zip(one.values, one.rows, strict=True)
        )
        return self.finding(
            Status.WARNING,
            f"{counted(total, 'value')} far from all others, in {named([f.column for f in far])}: "
            f"{worst.values[0]:.4g} in row {worst.rows[0]} is {worst.z:.3g} robust standard "
            "deviations from the median",
            measured=worst.z,
            threshold=f"up to {self.z:g} robust standard deviations, or less than {self.gap:g} "
            "times as far "
            f"out as the others, or what the tail gives with a chance above {self.chance:g}",
            source="Iglewicz and Hoaglin 1993; tail: Hill 1975",
            where=Where(column=worst.column),
            suggests=("input_not_normalised",),
            advice="look at these rows; correct them, leave them out, or clip the column",
            evidence=(Table("outliers", ("column", "value", "row", "robust z"), rows),),
        )

    def _usual(self, far: Far) -> bool:
        return far.z <= self.z or far.gap <= self.gap or far.chance > self.chance

    def _apart(self, profile: Profile) -> tuple[Array, float, float, float]:
        """The values behind the widest gap [K], their least distance, the gap and its chance."""
        nothing = np.empty(0), 0.0, 1.0, 1.0
        if not profile.spread > 0:  # half of the column is one value: 0 in counts and images
            return nothing
        ends = np.concatenate([profile.lower, profile.upper])
        distance = np.abs(ends - profile.median)
        order = np.argsort(distance, kind="stable")
        distance = distance[order]
        most = max(2, int(self.share * profile.values))
        last = np.arange(max(len(distance) - most, 1), len(distance))
        if not len(last):
            return nothing
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            gaps = distance[last] / np.maximum(distance[last - 1], profile.spread)
        cut = int(last[np.argmax(gaps)])
        apart = ends[order[cut:]][::-1]
        tail = _tail_index(distance[:cut])
        gap = float(gaps.max())
        chance = float(np.exp(-tail * len(apart) * np.log(max(gap, 1.0))))
        return apart, float(distance[cut] / profile.spread), gap, chance


def _tail_index(distance: Array) -> float:
    """Hill's estimate from the farther half of some sorted distances; larger for shorter tails."""
    far = distance[len(distance) // 2 :]
    if len(far) < 2 or not far[0] > 0:
        return 1.0
    return float(1 / max(np.log(far / far[0]).mean(), 1e-3))
