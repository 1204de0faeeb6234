"""ND115: does one column give the target away?"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from ...findings import Finding, Status, Table, Where
from ...trainable import Array
from ..measures.file_columns import Told, told_columns
from ..measures.least_squares import class_probabilities, filled, inputs, predictions, unit
from ..measures.raw_table import RawTable
from .data_check import DataCheck, named

MOST_ROWS = 5000
BIN_ROWS = 5  # values in a bin of a regression, so that its mean is not one row's
MOST_BINS = 200
LEVEL_ROWS = 10  # a level, on average


@dataclass(frozen=True)
class Knows:
    """What one column, and all others together, know of the target out of fold: 0 nothing, 1 all.

    `copy`: each value of the column stands for one value of the target and the other way round;
    `levels`: how many there are of the column where each goes with one of three classes or more.
    `few`: there are too few others to say that a copy is too much to know.
    """

    column: str
    alone: float
    rest: float
    copy: bool = False
    drawn: str = ""
    levels: int = 0
    few: bool = False


@dataclass(frozen=True)
class TargetLeak(DataCheck):
    """## What it does
    Predicts the target from each column alone, out of fold, by the nearest value of the column:
    the accuracy above that of the majority class; for a regression by the mean of bins, as R^2.
    Where a column explains nearly all of it, a small model on all other columns is scored the same
    way. Only a column that explains far more than the others together is reported: in easy data
    several columns do. A column whose levels each go with one of three classes or more is always
    reported. Where rows are of so few kinds that columns are copies of each other, none is. Of
    three features or fewer, counting no copy twice, only a copy of the target or a linear function
    of it is told, as a note.

    ## Why it matters
    Such a column is often derived from the target, or known only after it: a status, a running
    number within each class, the target in another unit. The network learns that and nothing else,
    and fails where the column is not known yet.

    ## What to do
    Ask when this column becomes known. If only with or after the target, leave it out.

    ## Source
    Kaufman et al. 2012, Leakage in Data Mining, ACM TKDD 6; deepchecks,
    FeatureLabelCorrelation (predictive power score, 0.8), made strict so that honest data pass.
    """

    code: str = "ND115"
    name: str = "target-leak"

    alone: float = 0.97
    rest: float = 0.85
    rows: int = 50
    others: int = 3  # columns; among one or two an honest one may well decide alone

    def skips(self, table: RawTable) -> str:
        """Of few features nothing else is expected than that one decides, but for a copy."""
        y = table.train.y
        if y.shape[1] > 1:
            return "there are several targets"
        y = y[np.isfinite(y)]
        if len(y) < self.rows:
            return f"{len(y)} rows are too few"
        if np.ptp(y) == 0:
            return "the target has only one value"
        if self._enough(table) or self._copies(table):
            return ""
        few, count = "too few to recognise a leak", len(table.inputs_of)
        if count <= self.others:
            return f"{count} features are {few}" if count > 1 else f"1 feature is {few}"
        return f"{self._kinds(table)} features that are no copies of each other are {few}"

    def measure(self, table: RawTable) -> tuple[Knows, ...]:
        """Columns that know nearly all, the first few; else the one that knows most."""
        if not self._enough(table):
            return tuple(
                Knows(name, 1.0, np.nan, copy=True, few=True) for name in self._copies(table)
            )
        present = table.train.answered
        rows = table.train.sample(MOST_ROWS, table.seed, present)
        classes = table.kind == "classification"
        y = unit(rows.y[:, 0])
        told = [*told_columns(rows.x, table.inputs_of)]
        known = [_known(one.values, y, classes, table.seed) for one in told]
        order = np.argsort(known)[::-1]
        candidates = [int(j) for j in order[:5] if known[j] >= self.alone] or [int(order[0])]
        drawn = table.drawn(len(present), len(rows))
        return tuple(
            Knows(
                told[j].name,
                known[j],
                _rest(rows.x, y, told, j, classes, table.seed)
                if known[j] >= self.alone
                else np.nan,
                _is_copy(told[j].values, y),
                drawn,
                _levels(told[j].values, y) if classes else 0,
            )
            for j in candidates
        )

    def _enough(self, table: RawTable) -> bool:
        """Whether so many columns vary that one which knows more than the others is odd."""
        return self._kinds(table) > self.others

    def _kinds(self, table: RawTable) -> int:
        rows = table.train.sample(MOST_ROWS, table.seed)
        return _different(told_columns(rows.x, table.inputs_of), self.others + 1)

    def _copies(self, table: RawTable) -> list[str]:
        """The columns that are copies of the target; none where rows are of two kinds or three."""
        rows = table.train.sample(MOST_ROWS, table.seed, table.train.answered)
        told = [*told_columns(rows.x, table.inputs_of)]
        copies = [one for one in told if _is_copy(one.values, rows.y[:, 0])]
        others = _different((one for one in told if all(one is not copy for copy in copies)), 1)
        return [one.name for one in copies] if others or len(told) == 1 else []

    def judge(self, seen: Sequence[Knows]) -> Finding:
        """A warning where one column knows what the others don't; an error for a copy."""
        if seen[0].few:
            return self._of_few([one.column for one in seen])
        leaks = [
            one
            for one in seen
            if not one.alone < self.alone and (one.levels or not one.rest > self.rest)
        ]
        if not leaks:
            best = seen[0]
            knows = f"explains {best.alone:.2f} of it"
            if best.alone < 0.005:  # as may be where a class is rare, whatever the column knows
                knows = "answers no better than a constant"
            return self.finding(
                Status.OK,
                f"no column alone gives the target away: the best, '{best.column}', {knows}"
                + best.drawn,
                measured=best.alone,
            )
        copies = [one for one in leaks if one.copy]
        worst = (copies or leaks)[0]
        what = "is a copy of the target" if copies else "alone gives the target away"
        rows = tuple((one.column, one.alone, one.rest) for one in leaks)
        return self.finding(
            Status.ERROR if copies else Status.WARNING,
            f"{named([one.column for one in copies or leaks])} {what}: it explains "
            f"{worst.alone:.3f} "
            f"of it, all other columns together {max(0.0, worst.rest):.2f}" + worst.drawn,
            measured=worst.alone,
            expected=worst.rest,
            threshold=f"up to {self.alone:g} alone, unless the others explain {self.rest:g}; 0: as "
            "much as a constant, 1: all",
            source="Kaufman et al. 2012, Leakage in Data Mining",
            where=Where(column=worst.column),
            suggests=("data_leak",),
            advice="leave the column out if it is known only with the target or after it",
            evidence=(
                Table("what single columns explain", ("column", "alone", "all others"), rows),
            ),
        )

    def _of_few(self, columns: Sequence[str]) -> Finding:
        """A note: beside few others an honest column may decide alone."""
        more = len(columns) > 1
        return self.finding(
            Status.NOTE,
            f"{named(columns)} {'are copies' if more else 'is a copy'} of the target, value for "
            "value or as a linear function",
            measured=1.0,
            where=Where(column=columns[0]),
            suggests=("data_leak",),
            advice="leave the column out if it is known only with the target or after it",
        )


def _known(column: Array, y: Array, classes: bool, seed: int) -> float:
    """What a column knows of the target, fitted on one half and measured on the other."""
    order = np.random.default_rng(np.random.SeedSequence([seed, len(y)])).permutation(len(y))
    halves = order[::2], order[1::2]
    predicted = np.empty(len(y))
    for fit, held in (halves, halves[::-1]):
        edges = _edges(column[fit], classes)
        bins, wanted = (np.searchsorted(edges, column[rows], "left") for rows in (fit, held))
        predicted[held] = _answers(bins, y[fit], len(edges) + 1, classes)[wanted]
    return _gain(predicted, y, classes)


def _edges(column: Array, classes: bool) -> Array:
    """Bounds between bins: one for each value, or for a regression by quantiles where there are
    many values. Missing values have a bin of their own beyond infinity."""
    finite = np.sort(column[np.isfinite(column)]).astype(np.float64)
    values = np.unique(finite)
    bins = max(2, min(MOST_BINS, len(finite) // BIN_ROWS))
    if classes or len(values) <= bins:
        return np.append(values[:-1] + np.diff(values) / 2, np.inf)
    ranks = np.linspace(0, len(finite) - 1, bins + 1).astype(np.int64)[1:-1]
    return np.append(np.unique(finite[ranks]), np.inf)


def _answers(bins: Array, y: Array, count: int, classes: bool) -> Array:
    """The most frequent class of each bin, or the mean [count]; that of all rows where empty."""
    sizes = np.bincount(bins, minlength=count)
    if not classes:
        means = np.bincount(bins, y, count) / np.maximum(sizes, 1)
        return np.where(sizes > 0, means, y.mean())
    kinds, numbers = np.unique(y, return_inverse=True)
    table = np.bincount(bins * len(kinds) + numbers, minlength=count * len(kinds))
    best = table.reshape(count, -1).argmax(axis=1)
    return np.asarray(np.where(sizes > 0, kinds[best], kinds[np.bincount(numbers).argmax()]))


def _gain(predicted: Array, y: Array, classes: bool) -> float:
    """0 for what a constant reaches, 1 for all: accuracy above the majority's, or R^2."""
    if not classes:
        return float(1 - ((y - predicted) ** 2).sum() / ((y - y.mean()) ** 2).sum())
    majority = np.unique(y, return_counts=True)[1].max() / len(y)
    return float(((predicted == y).mean() - majority) / max(1 - majority, 1e-12))


def _different(told: Iterable[Told], most: int) -> int:
    """How many columns vary and are no copies of each other; counted up to `most`."""
    kept: list[Array] = []
    for one in told:
        column = one.values
        varies = len(np.unique(column)) > 1  # a missing value is one, too
        if varies and not any(_is_copy(column, other) for other in kept):
            kept.append(column)
        if len(kept) == most:
            break
    return len(kept)


def _rest(
    x: Array, y: Array, told: Sequence[Told], left_out: int, classes: bool, seed: int
) -> float:
    """What a small model on all other columns knows; copies of the column are left out too."""
    suspect = told[left_out]
    kept = [one for one in told if one.name != suspect.name]
    kept = [one for one in kept if not _is_copy(one.values, suspect.values)]
    others = [j for one in kept for j in one.inputs]
    z = inputs(filled(x[:, others]), seed) if others else np.empty((len(y), 0))
    if not z.shape[1]:
        return 0.0
    if not classes:
        return _gain(predictions(z, y, seed), y, classes)
    kinds, numbers = np.unique(y, return_inverse=True)
    guessed = class_probabilities(z, numbers, len(kinds), seed).argmax(axis=1)
    return _gain(kinds[guessed], y, classes)


def _levels(column: Array, y: Array) -> int:
    """How many values a column has that each go with one of at least three classes; else 0.

    They have to be few: numbers that are given out one a row go with one class each, too.
    """
    values = len(np.unique(column))
    few = values <= len(y) / LEVEL_ROWS and bool(np.isfinite(column).all())
    if not few or len(np.unique(y)) < 3:
        return 0
    return values if len(np.unique(np.column_stack([column, y]), axis=0)) == values else 0


def _is_copy(column: Array, y: Array) -> bool:
    """Whether values of both go together one to one, or one is a linear function of the other."""
    if not np.isfinite([column, y]).all() or np.ptp(column) == 0 or np.ptp(y) == 0:
        return False
    pairs = len(np.unique(np.column_stack([column, y]), axis=0))
    few = len(np.unique(y)) <= len(y) / 2  # where all values differ, they go together by chance
    if few and pairs == len(np.unique(column)) == len(np.unique(y)):
        return True
    return bool(abs(np.corrcoef(unit(column), unit(y))[0, 1]) > 1 - 1e-9)
