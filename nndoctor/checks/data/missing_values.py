"""ND101: are values missing or infinite?"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from ...findings import Finding, Status, Table, Where
from ...trainable import Array
from ..measures.raw_table import RawTable
from .data_check import DataCheck, counted, named

CELLS = 1 << 16  # looked at in one piece, which stays in the cache
FILL = "leave out columns that lack most values; find out why the others are missing"
DROP = 'data.missing = "fill" keeps these rows; leave out columns that lack most values'


@dataclass(frozen=True)
class Missing:
    """Missing and infinite values by column of the file, the last `targets` of them targets; rows
    that have any, rows without a target, and what is done with them; how many rows
    are held out."""

    names: tuple[str, ...]
    missing: tuple[int, ...]
    infinite: tuple[int, ...]
    rows: int
    incomplete: int
    treatment: str = "refuse"
    unanswered: int = 0
    targets: int = 1
    held_out: int = 0

    @property
    def bad(self) -> list[int]:
        """The columns with gaps, those with most first."""
        gaps = np.add(self.missing, self.infinite)
        return [int(k) for k in np.argsort(-gaps, kind="stable") if gaps[k]]


@dataclass(frozen=True)
class MissingValues(DataCheck):
    """## What it does
    Counts missing (NaN) and infinite values in every column and in the target, over all rows, and
    says how they are handled: filled, left out with their rows, or refused.

    ## Why it matters
    One NaN in a batch makes the loss NaN and with it every weight: nothing trains after that.
    Rows left out for a missing value are lost, and the remaining rows may no longer be typical.

    ## What to do
    Leave out a column that lacks most of its values; fill the others: data.missing = "fill"
    takes the median or the most frequent value; or use data.missing = "drop" if few rows are hit.

    ## Source
    Breck et al. 2019, Data Validation for Machine Learning, MLSys.
    """

    code: str = "ND101"
    name: str = "missing-values"

    def measure(self, table: RawTable) -> Missing:
        """Counts over the training rows and those held out."""
        parts = [table.train, *table.held_out.values()]
        trained = np.array([(p.missing, p.infinite) for p in table.profiles]).T
        of_inputs = [trained, *(_counts(part.x) for part in table.held_out.values())]
        of_targets = [_counts(part.y) for part in parts]
        counts = np.hstack([np.sum(of_inputs, axis=0), np.sum(of_targets, axis=0)])
        inputs = [counts[:, at].max(axis=1) for at in table.inputs_of.values()]
        counts = np.column_stack([*inputs, counts[:, len(table.columns) :]])
        missing, infinite = (tuple(row) for row in counts.tolist())
        rows = sum(map(len, parts))
        return Missing(
            (*table.inputs_of, *table.targets),
            missing,
            infinite,
            rows,
            rows - sum(len(part.complete) for part in parts),
            table.missing,
            sum(int((~np.isfinite(part.y)).any(axis=1).sum()) for part in parts),
            len(table.targets),
            rows - len(table.train),
        )

    def judge(self, seen: Missing) -> Finding:
        """An error where training is refused, else a note of what is done and what it costs."""
        bad = seen.bad
        if not bad:
            return self.finding(Status.OK, f"no missing values in {seen.rows} rows", measured=0.0)
        columns = named([seen.names[k] for k in bad])
        facts: dict[str, Any] = {
            "measured": seen.incomplete / seen.rows,
            "expected": 0.0,
            "threshold": "none, unless data.missing says what to do with them",
            "source": "one NaN makes every weight NaN",
            "where": Where(column=seen.names[bad[0]]),
            "evidence": (self._table(seen, bad),),
        }
        if seen.treatment == "fill":
            return self.finding(Status.NOTE, _filled(seen), advice=FILL, **facts)
        if seen.treatment == "drop":
            dropped = f"{counted(seen.incomplete, 'row')} of {seen.rows} left out"
            return self.finding(
                Status.NOTE, f"{dropped}, for values missing in {columns}", advice=DROP, **facts
            )
        told = f"{counted(seen.incomplete, 'row')} of {seen.rows} with missing or infinite values"
        return self.finding(
            Status.ERROR,
            f"{told}, in {columns}",
            suggests=("nan_in_data",),
            advice="leave out columns that lack most values, and set data.missing to fill the "
            "others or to drop their rows",
            **facts,
        )

    def _table(self, seen: Missing, bad: list[int]) -> Table:
        rows = tuple(
            (seen.names[k], seen.missing[k], seen.infinite[k], seen.missing[k] / seen.rows)
            for k in bad
        )
        heads = ("column", "missing", "infinite", "share missing")
        caption = f"all {seen.rows} rows, {seen.held_out} of them held out" * bool(seen.held_out)
        return Table("missing values", heads, rows, caption)


def _filled(seen: Missing) -> str:
    """How many cells, and in which columns; targets can't be filled."""
    cells = np.add(seen.missing, seen.infinite)
    columns = len(cells) - seen.targets
    filled = [k for k in seen.bad if k < columns]
    told = []
    if filled:
        most = ", ".join(f"'{seen.names[k]}' ({cells[k]})" for k in filled[:3])
        more = f" and {len(filled) - 3} more" * (len(filled) > 3)
        of_all = f", of all {seen.rows} rows" * bool(seen.held_out)
        told.append(
            f"{counted(int(cells[filled].sum()), 'missing cell')} filled, in {len(filled)} of "
            f"{counted(columns, 'column')}: {most}{more}{of_all}"
        )
    if seen.unanswered:
        told.append(f"{counted(seen.unanswered, 'row')} without a target can't be trained on")
    return "; ".join(told)


def _counts(values: Array) -> Array:
    """Missing and infinite values by column [2, D]."""
    if values.dtype.kind in "biu":
        return np.zeros((2, values.shape[1]), np.int64)
    total = np.zeros((2, values.shape[1]), np.int64)
    step = max(1, CELLS // max(1, values.shape[1]))
    for start in range(0, len(values), step):
        piece = values[start : start + step]
        total += np.array([np.isnan(piece).sum(axis=0), np.isinf(piece).sum(axis=0)])
    return total
