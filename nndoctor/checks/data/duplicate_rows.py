"""ND107: is a row there several times?"""

from dataclasses import dataclass

import numpy as np

from ...findings import Finding, Status, Table
from ...trainable import Array
from ..measures.hashing import equal_rows
from ..measures.raw_table import RawTable, Rows
from ..measures.row_coincidence import by_chance, of_copies, of_few_kinds
from .data_check import DataCheck

SHOWN = 20


@dataclass(frozen=True)
class Repeated:
    """How many rows repeat an earlier one, whether chance explains it, and the most frequent: the
    numbers of the first row and of one that equals it, and how many there are. `each`: how many
    distinct rows there are, where each is there several times."""

    rows: int
    repeated: int
    by_chance: bool = False
    groups: tuple[tuple[int, int, int], ...] = ()
    each: int = 0


@dataclass(frozen=True)
class DuplicateRows(DataCheck):
    """## What it does
    Counts training rows that repeat an earlier one in every feature and in the target, and
    compares with what chance gives in columns of few values.

    ## Why it matters
    A duplicate row counts several times, and a split may put copies of it on both sides, so that
    validation measures memorisation.

    ## What to do
    Leave the duplicates out before splitting, unless each is a case of its own.

    ## Source
    deepchecks, DataDuplicates: 5 %. Chance: the product over columns of the chance that two rows
    agree, with a factor of 1000 for columns that depend on each other; and where columns have a
    handful of values and half of the rows or fewer are distinct, rows are of few kinds by nature.
    Not chance: half of the rows or fewer are distinct, and several columns of many values each
    tell nine tenths of these apart.
    """

    code: str = "ND107"
    name: str = "duplicate-rows"

    most: float = 0.05

    def measure(self, table: RawTable) -> Repeated:
        """Rows by hash, then by value: near linear in the rows."""
        rows = table.train
        first = _equal_with_targets(rows)
        again = np.flatnonzero(first != np.arange(len(first)))
        firsts, where, counts = np.unique(first[again], return_index=True, return_counts=True)
        top = np.argsort(-counts, kind="stable")[:SHOWN]
        groups = tuple(
            (int(rows.numbers[firsts[k]]), int(rows.numbers[again[where[k]]]), int(counts[k]) + 1)
            for k in top
        )
        pairs = len(rows) * (len(rows) - 1) // 2
        kinds = len(rows) - len(again)
        chance = by_chance(table.told_profiles, pairs, len(again))
        chance = chance and not of_copies(table.told_profiles, kinds, len(rows))
        chance = chance or of_few_kinds(table.told_profiles, kinds, len(rows))
        each = kinds if len(firsts) == kinds else 0
        return Repeated(len(rows), len(again), chance, groups, each)

    def judge(self, seen: Repeated) -> Finding:
        """A warning for many that chance does not explain, else a note."""
        share = seen.repeated / seen.rows
        if not seen.repeated:
            told = f"no duplicate rows among {seen.rows}"
            return self.finding(Status.OK, told, measured=0.0)
        many = not share <= self.most and not seen.by_chance
        told = f"{seen.repeated} of {seen.rows} rows duplicate an earlier one"
        told += f": {seen.each} distinct rows, each several times" * bool(seen.each)
        return self.finding(
            Status.WARNING if many else Status.NOTE,
            told + ", as expected by chance in columns with few values" * seen.by_chance,
            measured=share,
            expected=0.0,
            threshold=f"a warning above {self.most:.0%} that chance does not explain",
            source="deepchecks, DataDuplicates: 5 %",
            suggests=("duplicate_rows",),
            advice="leave the duplicates out before splitting, unless each is a case of its own",
            evidence=(
                Table("duplicate rows", ("first row", "again in row", "times"), seen.groups),
            ),
        )


def _equal_with_targets(rows: Rows) -> Array:
    """For each row the position of the first one that equals it in inputs and targets [N]."""
    first = np.arange(len(rows))
    repeats = np.flatnonzero(np.bincount(rows.first_equal)[rows.first_equal] > 1)
    if len(repeats):
        both = np.column_stack([rows.first_equal[repeats], rows.y[repeats]])
        first[repeats] = repeats[equal_rows(both)]
    return first
