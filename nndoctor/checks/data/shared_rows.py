"""ND108: are training rows among those that are to test what was learned?"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...findings import Finding, Status, Table
from ..measures.hashing import found_in
from ..measures.raw_table import RawTable
from ..measures.row_coincidence import by_chance
from .data_check import DataCheck

SHOWN = 20


@dataclass(frozen=True)
class Shared:
    """Rows of one part that are among the training rows, and the numbers of the first few pairs."""

    part: str
    rows: int
    shared: int
    by_chance: bool = False
    pairs: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class SharedRows(DataCheck):
    """## What it does
    Counts rows of the validation and the test part whose features are, value for value, those of a
    training row, and compares with what chance gives in columns of few values.

    ## Why it matters
    On a row it has trained on a network needs no understanding: validation then measures memory,
    overfitting goes unseen, and everything looks better than it is.

    ## What to do
    Leave out repeated rows before splitting; split by case (patient, user, day), not by row; check
    that the second file is not the first.

    ## Source
    Kaufman et al. 2012, Leakage in Data Mining, ACM TKDD 6; deepchecks, TrainTestSamplesMix: 5 %.
    """

    code: str = "ND108"
    name: str = "shared-rows"

    most: float = 0.05
    error: float = 0.5  # what is measured is then mostly memory

    def skips(self, table: RawTable) -> str:
        """There have to be two parts."""
        return "" if table.held_out else "there are no rows to validate or to test on"

    def measure(self, table: RawTable) -> tuple[Shared, ...]:
        """Each part against the training rows, by hash: near linear in the rows."""
        seen = []
        for part, rows in table.held_out.items():
            found = found_in(rows.x, table.train.x)
            both = np.flatnonzero(found >= 0)
            chance = by_chance(table.profiles, len(rows) * len(table.train), len(both))
            pairs = tuple(
                (int(rows.numbers[i]), int(table.train.numbers[found[i]])) for i in both[:SHOWN]
            )
            seen.append(Shared(part, len(rows), len(both), chance, pairs))
        return tuple(seen)

    def judge(self, seen: Sequence[Shared]) -> Finding:
        """By the part that shares most."""
        worst = max(seen, key=lambda one: (not one.by_chance, one.shared / one.rows))
        share = worst.shared / worst.rows
        total = sum(one.shared for one in seen)
        if not total:
            told = f"no {' or '.join(one.part for one in seen)} row is among the training rows"
            return self.finding(Status.OK, told, measured=0.0)
        status = Status.NOTE
        if not worst.by_chance and not share <= self.most:
            status = Status.WARNING if share < self.error else Status.ERROR
        told = f"{worst.shared} of {worst.rows} {worst.part} rows are among the training rows"
        rows = tuple((one.part, *pair) for one in seen for pair in one.pairs)
        return self.finding(
            status,
            told + ", as chance may have it in columns of few values" * worst.by_chance,
            measured=share,
            expected=0.0,
            threshold=f"a warning above {self.most:.0%} that chance does not explain, an error "
            f"from {self.error:.0%} on",
            source="deepchecks, TrainTestSamplesMix: 5 %",
            suggests=("data_leak",),
            advice="leave out repeated rows before splitting, and split by case",
            evidence=(Table("shared rows", ("part", "row", "training row"), rows),),
        )
