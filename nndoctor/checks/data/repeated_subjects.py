"""ND124: are rows of one patient, user or device drawn on both sides of the split?"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...findings import Finding, Status, Table, Where
from ...trainable import Array
from ..measures.groups import Alike, alike
from ..measures.least_squares import unit
from ..measures.raw_table import RawTable
from .data_check import DataCheck


@dataclass(frozen=True)
class Repeats:
    """A column that was set aside: its values, the rows that have one, how much those of one value
    are alike, and the share of the held-out rows whose value is trained on."""

    column: str
    values: int
    rows: int
    alike: Alike
    known: float


@dataclass(frozen=True)
class RepeatedSubjects(DataCheck):
    """## What it does
    Where rows are held out at random: of each column that names single things (an identifier, a
    code) and is no input, how much more alike the targets of rows with one value are than those of
    rows with several. Only values that are at least as many as the rows of one are looked at: of
    few shops with many rows each, the next row is of a known one.

    ## Why it matters
    Rows of one patient tell of each other. Where some are trained on and others held out, the score
    is that of patients who are known already, and promises too much for new ones.

    ## What to do
    --group COLUMN keeps rows of one value on one side. A random split is right where the network
    will be asked about the same patients again.

    ## Source
    Saeb et al. 2017, The need to approximate the use-case in clinical machine learning, GigaScience
    6(5): record-wise splits halved the error of subject-wise ones. Chance: an analysis of variance.
    A correlation of 0.2 is our choice.
    """

    code: str = "ND124"
    name: str = "repeated-subjects"

    alike: float = 0.2
    chance: float = 1e-3  # that values drawn by lot are as much alike, over all columns
    values: int = 10

    def skips(self, table: RawTable) -> str:
        """There has to be a part that was held out of the same file."""
        parts = [table.train, *table.held_out.values()]
        if len(parts) == 1:
            return "there are no validation or test rows"
        if table.split != "random":
            return f"rows are split by {table.split}"
        if not any(part.subjects for part in parts):
            return "no column that repeats names single things"
        whole = all(part.subjects.keys() == table.train.subjects.keys() for part in parts)
        return "" if whole else "held-out rows come from another file"

    def measure(self, table: RawTable) -> tuple[Repeats, ...]:
        """Over the rows of all parts that have a value and a target."""
        parts = [table.train, *table.held_out.values()]
        y = np.concatenate([part.y for part in parts])
        trained = np.arange(len(y)) < len(table.train)
        there = np.isfinite(y).all(axis=1)
        if table.kind == "classification":
            y = (y == np.unique(y[there])).astype(np.float64)
        found = []
        for column in table.train.subjects:
            codes = np.concatenate([part.subjects[column] for part in parts])
            kept = there & (codes >= 0)
            values, rows = len(np.unique(codes[kept])), int(kept.sum())
            if values < self.values or values**2 < rows:
                continue
            known = np.isin(codes[kept & ~trained], codes[kept & trained])
            share = float(known.mean()) if len(known) else 0.0
            found.append(Repeats(column, values, rows, _alike(y[kept], codes[kept]), share))
        return tuple(found)

    def judge(self, seen: Sequence[Repeats]) -> Finding:
        """A note, for it may be meant; of the column whose rows are most alike."""
        told = [one for one in seen if self._tells(one, len(seen))]
        if not told:
            return self.finding(Status.OK, _unalike(seen))
        worst = max(told, key=lambda one: one.alike.shared)
        heads = ("column", "values", "rows", "correlation", "held-out rows of known values")
        rows = tuple((o.column, o.values, o.rows, o.alike.shared, o.known) for o in told)
        return self.finding(
            Status.NOTE,
            f"{_correlate(worst)} ({worst.values} values in {worst.rows} rows), and "
            f"{worst.known:.0%} of the held-out rows have a value that is trained on; "
            f"{_option(worst.column)} scores new ones",
            measured=worst.alike.shared,
            expected=0.0,
            threshold=f"up to {self.alike:g}, or chance above {self.chance:g}",
            source="Saeb et al. 2017, GigaScience 6(5)",
            where=Where(column=worst.column),
            advice=f"{_option(worst.column)}, unless the network will meet the same ones again",
            evidence=(Table("columns that name single things", heads, rows),),
        )

    def _tells(self, one: Repeats, columns: int) -> bool:
        shared = one.alike.shared > self.alike and one.alike.chance * columns < self.chance
        return shared and one.known > 0


def _unalike(seen: Sequence[Repeats]) -> str:
    if not seen:
        return "no column has many values of a few rows each"
    return "; ".join(map(_correlate, seen))


def _correlate(one: Repeats) -> str:
    return f"targets of rows with one '{one.column}' correlate by {one.alike.shared:.2f}"


def _option(column: str) -> str:
    return f"--group {column}" if column.isidentifier() else f'--group "{column}"'


def _alike(y: Array, codes: Array) -> Alike:
    """Each target counts the same, whatever its unit."""
    return alike(unit(y), codes)
