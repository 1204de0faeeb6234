"""ND122: are rows of one course of time drawn at random for validation?"""

from dataclasses import dataclass

import numpy as np

from ...findings import Finding, Status
from ...trainable import Array
from ..measures.least_squares import unit
from ..measures.raw_table import RawTable
from .data_check import DataCheck


@dataclass(frozen=True)
class Course:
    """How much the targets of one moment and of the next are alike, a correlation, over so many
    moments; and how the rows are split."""

    alike: float
    moments: int
    split: str


@dataclass(frozen=True)
class SeriesSplit(DataCheck):
    """## What it does
    Where rows have a date and validation rows are drawn at random: the correlation of the target
    of one moment (of several rows the mean; of classes their shares) with that of the next.

    ## Why it matters
    A row taken from between its neighbours in time is half known already: validation then tests
    filling gaps in the past, while the network will be used on the future.

    ## What to do
    --split time validates on the last rows. A random split is right where rows are independent of
    each other, whenever they were recorded.

    ## Source
    Bergmeir and Benitez 2012, On the Use of Cross-Validation for Time Series Predictor Evaluation,
    Information Sciences 191. Chance: the correlation of n unrelated neighbours has a deviation of
    1 / sqrt(n) (Bartlett 1946). A correlation of 0.3 is our choice.
    """

    code: str = "ND122"
    name: str = "random-split-of-series"

    alike: float = 0.3
    sigmas: float = 4.0
    moments: int = 30

    def skips(self, table: RawTable) -> str:
        """There has to be a time, and a part that was held out."""
        parts = [table.train, *table.held_out.values()]
        if len(parts) == 1:
            return "there are no validation or test rows"
        return "rows have no date" if any(part.moments is None for part in parts) else ""

    def measure(self, table: RawTable) -> Course:
        """Over the rows of all parts, in the order of time."""
        parts = [table.train, *table.held_out.values()]
        y = np.concatenate([part.y for part in parts])
        time = np.concatenate([np.asarray(part.moments, np.float64) for part in parts])
        there = np.isfinite(time) & np.isfinite(y).all(axis=1)
        y, time = y[there], time[there]
        if table.kind == "classification":
            y = (y == np.unique(y)).astype(np.float64)
        steps, place = np.unique(time, return_inverse=True)
        if len(steps) < self.moments:
            return Course(0.0, len(steps), table.split)
        means = [np.bincount(place, column) / np.bincount(place) for column in unit(y).T]
        return Course(max(map(_neighbours, means)), len(steps), table.split)

    def judge(self, seen: Course) -> Finding:
        """A note, for it may be meant."""
        chance = self.sigmas / np.sqrt(max(seen.moments, 1))
        told = f"targets of neighbouring dates correlate by {seen.alike:.2f}"
        if seen.split != "random":
            told = f"rows are split by {seen.split}"
        elif seen.moments < self.moments:
            told = f"{seen.moments} dates are too few to see a trend over time"
        elif not seen.alike <= max(self.alike, chance):
            return self.finding(
                Status.NOTE,
                f"{told} over {seen.moments} dates, and validation rows are drawn from between "
                "training rows",
                measured=seen.alike,
                expected=0.0,
                threshold=f"up to {self.alike:g}, or {self.sigmas:g} deviations of chance",
                source="Bergmeir and Benitez 2012, Information Sciences 191",
                advice="--split time validates on the last rows",
            )
        return self.finding(Status.OK, told, measured=seen.alike, expected=0.0)


def _neighbours(course: Array) -> float:
    """The correlation of each value with the next; 0 where nothing varies."""
    a, b = course[:-1], course[1:]
    return float(np.corrcoef(a, b)[0, 1]) if np.ptp(a) > 0 and np.ptp(b) > 0 else 0.0
