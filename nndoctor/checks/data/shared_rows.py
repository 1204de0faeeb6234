"""ND108: are training rows among those that are to test what was learned?"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...findings import Finding, Status, Table
from ...trainable import Array
from ..measures.hashing import found_in
from ..measures.random_split import Spread, shared_by_chance
from ..measures.raw_table import RawTable, Rows
from ..measures.row_coincidence import by_chance, of_few_kinds
from .data_check import DataCheck

SHOWN = 20
NONE = Spread(0.0, 0.0)


@dataclass(frozen=True)
class Shared:
    """Rows of one part that are among the training rows, and the numbers of the first few pairs.

    `at_random`: how many there would be, had chance alone parted these rows. `by_chance`: whether
    columns of few values explain them. `grouped`: whether no group of the part is trained on.
    """

    part: str
    rows: int
    shared: int
    at_random: Spread = NONE
    by_chance: bool = False
    pairs: tuple[tuple[int, int], ...] = ()
    grouped: bool = False


@dataclass(frozen=True)
class SharedRows(DataCheck):
    """## What it does
    Counts validation and test rows whose features equal, value for value, those of a training row.
    How many a random split of the same rows would share is computed exactly: duplicate rows then
    land on both sides, which is not the split's fault (ND107 judges them). Only more than that
    points to a leak, unless columns with few values explain it. Rows that were split by a group
    are equal to those of other groups: that is noted, and no fault of the split.

    ## Why it matters
    A network may simply have memorised a row it was trained on: validation then measures memory,
    overfitting goes unseen, and everything looks better than it is.

    ## What to do
    Leave out duplicate rows before splitting; split by case (patient, user, day), not by row; check
    that the second file is not the first, and that no case has several groups.

    ## Source
    Kaufman et al. 2012, Leakage in Data Mining, ACM TKDD 6; deepchecks, TrainTestSamplesMix: 5 %.
    """

    code: str = "ND108"
    name: str = "shared-rows"

    most: float = 0.05
    error: float = 0.5  # what is measured is then mostly memory
    sigmas: float = 3.0  # above what a random split gives, which one in 700 exceeds

    def skips(self, table: RawTable) -> str:
        """There have to be two parts."""
        return "" if table.held_out else "there are no validation or test rows"

    def measure(self, table: RawTable) -> tuple[Shared, ...]:
        """Each part against the training rows, by hash: near linear in the rows."""
        first = table.train.first_equal
        seen, kinds = [], int((first == np.arange(len(first))).sum())
        for part, rows in table.held_out.items():
            found = found_in(rows.x, table.train.x, table.train.hashes)
            both = np.flatnonzero(found >= 0)
            chance = by_chance(table.told_profiles, len(rows) * len(table.train), len(both))
            chance = chance or of_few_kinds(table.told_profiles, kinds, len(table.train))
            pairs = tuple(
                (int(rows.numbers[i]), int(table.train.numbers[found[i]])) for i in both[:SHOWN]
            )
            at_random = _at_random(rows, table.train, found) if len(both) else NONE
            grouped = part in table.grouped
            seen.append(Shared(part, len(rows), len(both), at_random, chance, pairs, grouped))
        return tuple(seen)

    def judge(self, seen: Sequence[Shared]) -> Finding:
        """By the part that shares most."""
        worst = max(seen, key=lambda one: (self._excess(one), one.shared / one.rows))
        share = worst.shared / worst.rows
        total = sum(one.shared for one in seen)
        if not total:
            told = f"no {' or '.join(one.part for one in seen)} row is among the training rows"
            return self.finding(Status.OK, told, measured=0.0)
        status = Status.NOTE
        leaks = not self._excess(worst) <= self.most
        if leaks:
            status = Status.WARNING if share < self.error else Status.ERROR
        told = f"{worst.shared} of {worst.rows} {worst.part} rows are among the training rows"
        rows = tuple((one.part, *pair) for one in seen for pair in one.pairs)
        return self.finding(
            status,
            told + self._compared(worst),
            measured=share,
            expected=worst.at_random.mean / worst.rows,
            threshold=f"a warning {self.most:.0%} above a random split of the same rows, an error "
            f"where it is then {self.error:.0%} or more; rows of other groups are only noted",
            source="deepchecks, TrainTestSamplesMix: 5 %; exact chance of a random split",
            suggests=("data_leak",) if leaks else ("duplicate_rows",),
            advice="see that no case stands in several groups"
            if worst.grouped
            else "leave out duplicate rows before splitting, and split by case",
            evidence=(Table("shared rows", ("part", "row", "training row"), rows),),
        )

    def _excess(self, one: Shared) -> float:
        """The share of the rows that chance does not explain; 0 where it may explain all."""
        if one.grouped or one.by_chance or one.at_random.reaches(one.shared, self.sigmas):
            return 0.0
        return (one.shared - one.at_random.mean) / one.rows

    def _compared(self, one: Shared) -> str:
        if one.grouped:
            return ", all of other groups: chance or templates, and no leak of the split by group"
        usual = f"{one.at_random.mean:.0f} in a random split of the same rows"
        if one.at_random.reaches(one.shared, self.sigmas):
            return f", as many as chance gives ({usual}): the data contain duplicates"
        if one.by_chance:
            return ", as expected by chance in columns with few values"
        return f" ({usual})"


def _at_random(held: Rows, train: Rows, found: Array) -> Spread:
    """`found`: for each row held out the position of an equal row that is trained on, or -1."""
    alone = len(train) + held.first_equal
    group = np.where(found >= 0, train.first_equal[found], alone)
    sizes = np.bincount(np.concatenate([train.first_equal, group]))
    return shared_by_chance(sizes[sizes > 0], len(held))
