"""ND109: do equal inputs have different targets?"""

from dataclasses import dataclass

import numpy as np

from ...findings import Finding, Status, Table
from ..measures.hashing import firsts_among
from ..measures.least_squares import unit
from ..measures.raw_table import RawTable
from ..measures.row_coincidence import by_chance, of_few_kinds
from .data_check import DataCheck

SHOWN = 20


@dataclass(frozen=True)
class Conflicts:
    """Rows with an equal one of another target, the best that any model can reach, and examples:
    the numbers of two such rows. `ceiling` is an accuracy, for a regression an R^2; `by_chance`:
    rows may agree by coincidence, `few_kinds`: they do by nature;
    `repeated`: whether there are any."""

    rows: int
    conflicting: int
    ceiling: float
    measure: str
    by_chance: bool = False
    pairs: tuple[tuple[int, int], ...] = ()
    few_kinds: bool = False
    repeated: bool = True


@dataclass(frozen=True)
class ConflictingLabels(DataCheck):
    """## What it does
    Looks for training rows with identical features but different targets, and works out the best
    score that any model can reach on them: predicting the most frequent class, or the mean, of each
    group of identical rows.

    ## Why it matters
    No network can fit both targets. The ceiling is the best possible score, whatever is tuned, and
    a test that such rows can be memorised must fail.

    ## What to do
    Correct the labels, or add a feature that distinguishes such rows. If both targets are genuinely
    possible, compare results with the ceiling.

    ## Source
    deepchecks, ConflictingLabels. The ceiling is the Bayes rate on the rows at hand. Our choice:
    5 % of the rows, 30 % where columns of few values make rows agree that have nothing in common;
    no alarm where columns have a handful of values and half of the rows or fewer are distinct.
    """

    code: str = "ND109"
    name: str = "conflicting-labels"

    most: float = 0.05  # what the best possible model gets wrong
    coarse: float = 0.3  # the same where rows agree because columns have few values

    def measure(self, table: RawTable) -> Conflicts:
        """Groups of equal rows by hash: near linear in the rows."""
        complete = table.train.complete
        first = firsts_among(table.train.first_equal, complete)
        numbers, y = table.train.numbers[complete], table.train.y[complete]
        differs = (y != y[first]).any(axis=1)
        group = np.unique(first, return_inverse=True)[1]
        torn = np.bincount(group, differs)[group] > 0 if len(y) else differs
        there = np.flatnonzero(differs)[:SHOWN]
        pairs = tuple((int(numbers[first[i]]), int(numbers[i])) for i in there)
        sizes = np.bincount(group).astype(np.int64)
        every = len(y) * (len(y) - 1) // 2
        chance = by_chance(table.told_profiles, every, len(y) - len(sizes))
        again, torn_rows = len(sizes) < len(y), int(torn.sum())
        few = of_few_kinds(table.told_profiles, len(sizes), len(y))
        if table.kind == "regression":
            y = unit(y)
            means = np.column_stack([np.bincount(group, column) / sizes for column in y.T])
            spread = ((y - y.mean(axis=0)) ** 2).sum()
            ceiling = 1 - ((y - means[group]) ** 2).sum() / spread if spread > 0 else 1.0
            return Conflicts(len(y), torn_rows, float(ceiling), "R^2", chance, pairs, few, again)
        kinds = np.column_stack([group, y])
        answers, counts = np.unique(kinds[torn], axis=0, return_counts=True)
        best = np.zeros(len(first), np.int64)
        np.maximum.at(best, answers[:, 0].astype(np.int64), counts)
        ceiling = (best.sum() + (~torn).sum()) / max(len(y), 1)
        return Conflicts(len(y), torn_rows, float(ceiling), "accuracy", chance, pairs, few, again)

    def judge(self, seen: Conflicts) -> Finding:
        """By how far the best possible score lies below 1; of a regression a note only, for
        repeated measurements differ, and of rows of few kinds, which leave the rest to chance."""
        if not seen.conflicting:
            told = "identical rows have the same target"
            if not seen.repeated:
                told = "no two rows have the same inputs"
            return self.finding(Status.OK, told, measured=1.0, expected=1.0)
        most = self.coarse if seen.by_chance else self.most
        judged = seen.measure == "accuracy" and not seen.few_kinds
        harmful = judged and not seen.ceiling >= 1 - most
        return self.finding(
            Status.WARNING if harmful else Status.NOTE,
            f"{seen.conflicting} of {seen.rows} rows equal another row but differ in target: "
            f"no model reaches more than {seen.measure} {seen.ceiling:.3f} on these rows",
            measured=seen.ceiling,
            expected=1.0,
            threshold=f"a warning where the best accuracy is below {1 - most:g}",
            source="the most frequent target of each group of identical rows",
            suggests=("conflicting_labels",),
            advice="correct these labels, or add a feature that distinguishes such rows",
            evidence=(Table("conflicting rows", ("row", "identical row"), seen.pairs),),
        )
