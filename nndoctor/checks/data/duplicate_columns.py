"""ND103: is a column there twice?"""

from dataclasses import dataclass

import numpy as np

from ...findings import Finding, Status, Table, Where
from ...trainable import Array
from ..measures.hashing import equal_columns
from ..measures.raw_table import RawTable
from .data_check import DataCheck, counted, named

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class DuplicateColumns(DataCheck):
    """## What it does
    Looks for columns identical to an earlier one in every training row; constant columns have a
    check of their own. Columns are hashed, so the time grows with the cells and not with pairs.

    ## Why it matters
    A duplicate column counts twice: its weights together learn twice as fast, and penalties
    hold it back half as much. It does not prevent training, but is seldom intended.

    ## What to do
    Leave one of them out; check whether a join or a merge duplicated the columns.

    ## Source
    Linear algebra: the gradient of both copies is the same. Half of the columns is our choice of
    what can only be a mistake.
    """

    code: str = "ND103"
    name: str = "duplicate-columns"

    most: float = 0.5  # share of the columns that repeat an earlier one

    def measure(self, table: RawTable) -> tuple[Pairs, int]:
        """Pairs of a column and the first that equals it, and how many columns the file has.

        A column of several inputs is a copy where all of them are copies of one other column's.
        """
        first = _equal_columns(table)
        pairs = []
        for name, inputs in table.inputs_of.items():
            varied = [j for j in inputs if table.profiles[j].distinct > 1]
            others = {table.origins[first[j]] for j in varied} - {name}
            if len(others) == 1 and all(table.origins[first[j]] != name for j in varied):
                pairs.append((name, others.pop()))
        return tuple(pairs), len(table.inputs_of)

    def judge(self, seen: tuple[Pairs, int]) -> Finding:
        """A note: it does little harm."""
        pairs, count = seen
        share = len(pairs) / count
        if not pairs:
            return self.finding(Status.OK, f"no duplicates among {count} columns", measured=0.0)
        return self.finding(
            Status.NOTE if share < self.most else Status.WARNING,
            f"{counted(len(pairs), 'column')} of {count} duplicate another: "
            f"{named([name for name, _ in pairs])}",
            measured=share,
            expected=0.0,
            threshold=f"a warning at {self.most:.0%} of the columns",
            source="both copies get the same gradient",
            where=Where(column=pairs[0][0]),
            suggests=(),
            advice="leave the duplicates out",
            evidence=(Table("duplicate columns", ("column", "the same as"), pairs),),
        )


def _equal_columns(table: RawTable) -> Array:
    """For each input the position of the first one that equals it [D].

    Only those are compared that have the same ends and as many values.
    """
    alike: dict[tuple[object, ...], list[int]] = {}
    for j, p in enumerate(table.profiles):
        if p.distinct:
            alike.setdefault((p.missing, p.infinite, p.distinct, p.low, p.high), []).append(j)
    first = np.arange(len(table.columns))
    asked = np.sort([j for group in alike.values() if len(group) > 1 for j in group])
    if len(asked):
        first[asked] = asked[equal_columns(table.train.x[:, asked])]
    return first
