"""What a column is: decided over all of its cells, and from what the user said of it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from nndoctor.data.reading.table import Table
from nndoctor.errors import DataError
from nndoctor.trainable import Array

from . import dates
from .cells import Cells, Form, cells_of, label
from .column import Column, Kind, Role
from .identifiers import number_identifier
from .judging_text import judge_text
from .outcomes import as_class, as_date, constant, no_values, set_aside, update
from .said import setting
from .wording import pair_of, range_of

HOLLOW = 0.9  # from this share of missing cells on, a column says next to nothing
CODES = 20  # distinct whole numbers that may be names
ROWS_PER_CODE = 4
SIGHTED = 1000


def judge(table: Table, name: str, told: str = "") -> Column:
    """What one column is, and what becomes of it as a feature.

    `told` is the kind that the user said, or "". Raises DataError where a column holds neither
    numbers nor text, or both by mistake.
    """
    if name in table.nested:
        nested = Column(name=name, kind=Kind.TEXT)
        return set_aside(nested, Kind.TEXT, f"{table.nested[name]} in its cells")
    cells = cells_of(table, name)
    first = table.frame.columns[0] == name
    if cells.form is Form.TEXT:
        column = judge_text(table, cells, told)
    else:
        column = _TYPED[cells.form](cells, told, first)
    if column.role == Role.INPUT and column.missing > HOLLOW * len(cells) and not told:
        reason = f"{column.missing} of {len(cells)} values are missing"
        return column.model_copy(update={"role": Role.LEFT_OUT, "reason": reason})
    return column


def _judge_numbers(cells: Cells, told: str, first: bool) -> Column:
    values = cells.values
    gaps = np.isnan(values) if values.dtype.kind == "f" else np.zeros(0, bool)
    missing = int(gaps.sum())
    draft = Column(name=cells.name, kind=Kind.NUMBER, missing=missing)
    present = values[~gaps] if missing else values
    if not len(present):
        return no_values(draft, len(values))
    if told == Kind.CLASS:
        texts, counts = _counted(present)
        return as_class(draft, texts, counts, told)
    if told == Kind.DATE:
        return _told_date(draft, values)
    if told in (Kind.TEXT, Kind.IDENTIFIER):
        return set_aside(draft, Kind(told), "as you said")
    low, high = present.min(), present.max()
    if told:
        return update(draft, kind=Kind(told), reason=f"as you said; {range_of(low, high)}")
    if low == high:
        # An input all the same: pictures have such pixels, and leaving out moves the others.
        return update(constant(draft, label(low)), role=Role.INPUT)
    whole = _whole(present)
    if whole and not missing and np.isfinite(high):
        reason = number_identifier(cells.name, present, first)
        if reason:
            return set_aside(draft, Kind.IDENTIFIER, reason)
    few = few_distinct(present) if whole else 0
    if few > 2 and few * ROWS_PER_CODE <= len(present):
        way = setting(cells.name, "class")
        reason = f"{few} distinct whole numbers, {range_of(low, high)}"
        how = f"as a number; one-hot with {way}"
        return update(draft, kind=Kind.CODE, reason=reason, treatment=how)
    return update(draft, reason=pair_of(low, high) if few == 2 else range_of(low, high))


def _judge_truth(cells: Cells, told: str, first: bool) -> Column:
    values = cells.values.astype(np.float32)
    gaps = np.isnan(values)
    draft = Column(
        name=cells.name,
        kind=Kind.CLASS,
        missing=int(gaps.sum()),
        truth=True,
        reason="true or false",
    )
    present = values[~gaps]
    if not len(present):
        return no_values(draft, len(values))
    if told in (Kind.TEXT, Kind.IDENTIFIER):
        return set_aside(draft, Kind(told), "as you said")
    if present.min() == present.max() and not told:
        return constant(draft, str(bool(present[0])))
    return draft


def _judge_moments(cells: Cells, told: str, first: bool) -> Column:
    missing = int(np.isnan(cells.values).sum())
    draft = Column(name=cells.name, kind=Kind.DATE, missing=missing)
    if missing == len(cells):
        return no_values(draft, len(cells))
    if told not in ("", Kind.DATE):
        return set_aside(draft, Kind.DATE, "dates, left out as you said")
    return as_date(draft, "", cells.values)


_TYPED: dict[Form, Callable[[Cells, str, bool], Column]] = {
    Form.NUMBER: _judge_numbers,
    Form.TRUTH: _judge_truth,
    Form.MOMENT: _judge_moments,
}


def _whole(values: Array) -> bool:
    if values.dtype.kind in "iu":
        return True
    sight = values[:: max(1, len(values) // SIGHTED)]
    return bool((sight == np.floor(sight)).all() and (values == np.floor(values)).all())


def few_distinct(values: Array) -> int:
    """How many distinct values, 0 if more than may be codes."""
    import pandas as pd

    if len(np.unique(values[:: max(1, len(values) // SIGHTED)])) > CODES:
        return 0
    distinct = len(pd.unique(values))
    return distinct if distinct <= CODES else 0


def _counted(values: Array) -> tuple[Array, Array]:
    distinct, counts = np.unique(values, return_counts=True)
    return np.array([label(value) for value in distinct], object), counts


def _told_date(draft: Column, values: Array) -> Column:
    unit = dates.epoch_unit(values.astype(np.float64))
    moments = dates.epoch_seconds(values.astype(np.float64), unit)
    if np.isnan(moments).all():
        raise DataError(
            f"column '{draft.name}' has {label(values[0])}, which is no date",
            f"{setting(draft.name, 'number')} takes it as it is",
        )
    return as_date(draft, unit, moments)
