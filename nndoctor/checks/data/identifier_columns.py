"""ND119: is a row's own number among the features?"""

from dataclasses import dataclass

import numpy as np

from ...findings import Finding, Status, Table, Where
from ...trainable import Array
from ..measures.raw_table import RawTable
from .data_check import DataCheck, named

EXACT = 2.0**53  # larger whole numbers are rounded in floating point


@dataclass(frozen=True)
class Numbered:
    """A column of whole numbers that hardly repeat: how many rows and distinct values, the places
    between its ends, the chance that drawn numbers repeat as little, and by how much it counts up
    with the rows of the file (a rank correlation). `forced`: it was asked for by name."""

    column: str
    rows: int
    distinct: int
    places: float
    chance: float
    order: float
    forced: bool = False


@dataclass(frozen=True)
class Candidates:
    """Columns of whole numbers, out of so many of the file, and what is not used of the file."""

    numbered: tuple[Numbered, ...]
    columns: int
    set_aside: tuple[str, ...] = ()


@dataclass(frozen=True)
class IdentifierColumns(DataCheck):
    """## What it does
    Looks over all rows for columns of whole numbers that repeat far less than numbers drawn from
    the same range would: they were assigned one to a row, as identifiers and row numbers are. Skips
    a column that is the only feature, and tables where half of the columns are so, as ranks are.

    ## Why it matters
    An identifier says nothing about new rows, which get numbers never seen. Where the file is
    sorted it still predicts the target, and random validation rows seem to confirm it.

    ## What to do
    Leave it out. If it is a time, validate on the last rows: --split time.

    ## Source
    Kaufman et al. 2012, Leakage in Data Mining, ACM TKDD 6 (the patient's number). Chance: of n
    numbers drawn from R, n - R (1 - exp(-n / R)) repeat (birthdays; Feller 1968, chapter II).
    """

    code: str = "ND119"
    name: str = "identifier-columns"

    chance: float = 1e-3  # that drawn numbers repeat so little, over all columns
    distinct: float = 0.95  # of the rows; the others were copied
    rows: int = 20

    def skips(self, table: RawTable) -> str:
        """The only feature is what the rows are told apart by."""
        count = sum(map(len, (table.train, *table.held_out.values())))
        if count < self.rows:
            return f"{count} rows are too few to recognise an identifier"
        return "there is only one feature" if len(table.inputs_of) == 1 else ""

    def measure(self, table: RawTable) -> Candidates:
        """Each input that is a column of the file of its own, over the rows of all parts."""
        parts = [table.train, *table.held_out.values()]
        numbers = np.concatenate([part.numbers for part in parts])
        seen = []
        for name, inputs in table.inputs_of.items():
            profile = table.profiles[inputs[0]]
            forced = name in table.forced
            if len(inputs) == 1 and profile.distinct > max(1.0, self.distinct * profile.values - 1):
                column = np.concatenate([part.x[:, inputs[0]] for part in parts])
                seen += [_numbered(name, column, numbers, forced)] if _is_whole(column) else []
        return Candidates(tuple(seen), len(table.inputs_of), table.set_aside)

    def judge(self, seen: Candidates) -> Finding:
        """A warning; a note where the user asked for the column."""
        given = [one for one in seen.numbered if not self._drawn(one, seen.columns)]
        ranks = len(given) > 1 and len(given) >= seen.columns / 2
        if not given or ranks:
            told = "no feature looks like an identifier"
            if ranks:
                told = f"{len(given)} of {seen.columns} columns number the rows, as ranks do"
            if seen.set_aside:
                told += f"; set aside: {named(seen.set_aside)}"
            return self.finding(Status.OK, told, measured=0.0)
        given.sort(key=lambda one: one.forced)
        worst = given[0]
        rows = tuple((one.column, one.distinct, one.rows, one.places, one.order) for one in given)
        heads = ("column", "distinct", "rows", "places", "rank correlation with the row number")
        verb, used = ("numbers", "is a feature") if len(given) == 1 else ("number", "are features")
        counts = ", counting up with them," * (abs(worst.order) > 0.99)
        return self.finding(
            Status.NOTE if worst.forced else Status.WARNING,
            f"{named([one.column for one in given])} {verb} the rows{counts} and {used}"
            f"{', as requested' * worst.forced}: {worst.distinct} distinct whole numbers in "
            f"{worst.rows} rows, of {worst.places:.0f} possible",
            measured=worst.distinct / worst.rows,
            threshold=f"distinct in {self.distinct:.0%} of the rows, as drawn numbers are with a "
            f"chance below {self.chance:g}",
            source="birthdays: Feller 1968, chapter II",
            where=Where(column=worst.column),
            advice="leave it out, unless it measures something; a time needs --split time",
            evidence=(Table("columns that identify rows", heads, rows),),
        )

    def _drawn(self, one: Numbered, columns: int) -> bool:
        return one.distinct < self.distinct * one.rows or one.chance * columns > self.chance


def _is_whole(column: Array) -> bool:
    known = column[~np.isnan(column)]
    return bool(np.isfinite(known).all() and (known == np.floor(known)).all())


def _numbered(name: str, column: Array, numbers: Array, forced: bool) -> Numbered:
    from scipy.special import pdtr  # a fifth of a second, for columns of whole numbers only

    there = ~np.isnan(column)
    values = column[there].astype(np.float64)
    distinct = np.unique(values)
    n = len(values)
    with np.errstate(over="ignore"):
        places = float(np.ptp(distinct) / np.diff(distinct).min() + 1)
    expected = n + places * np.expm1(-n / places) if places < EXACT else 0.0
    order = _rank_correlation(values, numbers[there])
    chance = float(pdtr(n - len(distinct), expected))
    return Numbered(name, n, len(distinct), places, chance, order, forced)


def _rank_correlation(a: Array, b: Array) -> float:
    ranks = [np.argsort(np.argsort(values, kind="stable")) for values in (a, b)]
    return float(np.corrcoef(ranks[0], ranks[1])[0, 1])
