"""ND101: are values missing or infinite?"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from ...findings import Finding, Status, Table, Where
from ...trainable import Array
from ..measures.raw_table import RawTable
from .data_check import DataCheck, counted, named


@dataclass(frozen=True)
class Missing:
    """Missing and infinite values by column, the targets last; rows that have any."""

    names: tuple[str, ...]
    missing: tuple[int, ...]
    infinite: tuple[int, ...]
    rows: int
    incomplete: int
    dropped: bool


@dataclass(frozen=True)
class MissingValues(DataCheck):
    """## What it does
    Counts missing (NaN) and infinite values in every column and in the target, over all rows.

    ## Why it matters
    One NaN in a batch makes the loss NaN and with it every weight: nothing trains after that.
    Rows left out for a missing value are lost, and what is left may no longer be like the rest.

    ## What to do
    Leave out a column that misses most of its values; fill the others (a median, and a further
    column that says where it was missing); or data.drop_missing = true where few rows are hit.

    ## Source
    Breck et al. 2019, Data Validation for Machine Learning, MLSys.
    """

    code: str = "ND101"
    name: str = "missing-values"

    def measure(self, table: RawTable) -> Missing:
        """Counts over the training rows and those held out."""
        parts = [table.train, *table.held_out.values()]
        counts = sum(np.hstack([_counts(part.x), _counts(part.y)]) for part in parts)
        missing, infinite = (tuple(row) for row in np.asarray(counts).tolist())
        rows = sum(map(len, parts))
        incomplete = rows - sum(len(part.complete) for part in parts)
        names = (*table.columns, *table.targets)
        return Missing(names, missing, infinite, rows, incomplete, table.drop_missing)

    def judge(self, seen: Missing) -> Finding:
        """An error where training is refused; where the user had them dropped, what that cost."""
        bad = [k for k in range(len(seen.names)) if seen.missing[k] or seen.infinite[k]]
        if not bad:
            return self.finding(Status.OK, f"no value is missing in {seen.rows} rows", measured=0.0)
        bad.sort(key=lambda k: -seen.missing[k] - seen.infinite[k])
        columns = named([seen.names[k] for k in bad])
        facts: dict[str, Any] = {
            "measured": seen.incomplete / seen.rows,
            "expected": 0.0,
            "threshold": "none, or their rows left out by data.drop_missing",
            "source": "one NaN makes every weight NaN",
            "where": Where(column=seen.names[bad[0]]),
            "evidence": (self._table(seen, bad),),
        }
        if seen.dropped:
            dropped = f"{counted(seen.incomplete, 'row')} of {seen.rows} dropped"
            return self.finding(
                Status.NOTE,
                f"{dropped}, as data.drop_missing says, for values missing in {columns}",
                advice="leave out columns that miss most values, or fill them, to keep more rows",
                **facts,
            )
        told = f"{counted(seen.incomplete, 'row')} of {seen.rows} with missing or infinite values"
        return self.finding(
            Status.ERROR,
            f"{told}, in {columns}",
            suggests=("nan_in_data",),
            advice="leave out columns that miss most values, fill the others, "
            "or set data.drop_missing = true",
            **facts,
        )

    def _table(self, seen: Missing, bad: list[int]) -> Table:
        rows = tuple(
            (seen.names[k], seen.missing[k], seen.infinite[k], seen.missing[k] / seen.rows)
            for k in bad
        )
        return Table("missing values", ("column", "missing", "infinite", "share missing"), rows)


def _counts(values: Array) -> Array:
    """Missing and infinite values by column [2, D]."""
    if values.dtype.kind in "biu":
        return np.zeros((2, values.shape[1]), np.int64)
    total = np.zeros((2, values.shape[1]), np.int64)
    step = max(1, (1 << 20) // max(1, values.shape[1]))
    for start in range(0, len(values), step):
        piece = values[start : start + step]
        total += np.array([np.isnan(piece).sum(axis=0), np.isinf(piece).sum(axis=0)])
    return total
