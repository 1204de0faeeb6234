"""One column as numbers, after its plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from nndoctor.data.naming import listed
from nndoctor.data.reading.table import Table
from nndoctor.errors import DataError
from nndoctor.trainable import Array

from .cells import Cells, Form, cells_of, first_odd, label
from .column import NUMERIC, Column, Kind
from .dates import EPOCHS, ISO, epoch_seconds, part_of, read_dates
from .levels import join_spellings, numbered, truth_of
from .numbers import read_numbers

# The one input of two classes for a third that new rows have; where each class has an input all are
# 0, as under scikit-learn's OneHotEncoder(handle_unknown="ignore").
NEITHER = 0.5


@dataclass(frozen=True)
class Block:
    """The inputs made of one column: numbers [N, d], or rows of `values` [K, d] by `codes` [N]."""

    values: Array
    codes: Array | None = None
    notes: tuple[str, ...] = ()

    def all(self) -> Array:
        """All rows [N, d]."""
        return self.values if self.codes is None else self.values[self.codes]

    def fill(self, room: Array) -> None:
        """Writes all rows into `room` [N, d], column by column."""
        codes = None if self.codes is None else self.codes.astype(np.intp, copy=False)
        for there, column in zip(room.T, self.values.T, strict=True):
            there[:] = column if codes is None else column[codes]


def features_of(table: Table, column: Column) -> Block:
    """The inputs made of one column."""
    cells = cells_of(table, column.name)
    if column.kind in NUMERIC:
        return _numbers(table, column, cells)
    if column.kind == Kind.DATE:
        return _dates(table, column, cells)
    return _truth(table, column, cells) if column.truth else _classes(column, cells)


def _numbers(table: Table, column: Column, cells: Cells) -> Block:
    if cells.form is Form.TRUTH:
        values = cells.values.view(np.uint8) if cells.values.dtype == bool else cells.values
        return Block(values[:, None])
    if cells.form is Form.NUMBER:
        _refuse_points(column, cells)
        return Block(cells.values[:, None])
    if cells.form is Form.MOMENT:
        raise DataError(f"column '{column.name}' has dates", "numbers are expected")
    values = read_numbers(cells.values, column.number)
    return _by_text(table, column, cells, values[:, None], "numbers")


def _refuse_points(column: Column, cells: Cells) -> None:
    """Where points stood between thousands, 1.500 has by now been read as one and a half."""
    values = cells.values
    if column.number.thousands == "." and values.dtype.kind == "f":
        known = values[~np.isnan(values)]
        if (known != np.floor(known)).any():
            raise DataError(
                f"column '{column.name}' has decimal points, such as in "
                f"{known[known != np.floor(known)][0]}, where points stood between thousands",
                "write its numbers as in the first file, with a decimal comma",
            )


def _dates(table: Table, column: Column, cells: Cells) -> Block:
    how = column.date
    if cells.form is Form.TEXT:
        moments = read_dates(cells.values, how.pattern or ISO)
        return _by_text(table, column, cells, _parts(column, moments), "dates")
    return Block(_parts(column, typed_moments(column, cells)))


def typed_moments(column: Column, cells: Cells) -> Array:
    """Seconds since 1970 [N] of a column whose dates are no text."""
    if cells.form is Form.MOMENT:
        return cells.values
    if not np.isnan(cells.values).all() and column.date.pattern not in EPOCHS:
        value = next(iter(cells.values), None)
        raise DataError(
            f"column '{column.name}' has no dates but numbers, such as {value}",
            f"dates as in {column.reason} are expected",
        )
    return epoch_seconds(cells.values.astype(np.float64), column.date.pattern or "s")


def _parts(column: Column, moments: Array) -> Array:
    how = column.date
    return np.column_stack([part_of(moments, p, how.start, how.clock) for p in how.parts])


def _by_text(table: Table, column: Column, cells: Cells, values: Array, wanted: str) -> Block:
    """Rows of `values` [K, d] known for each distinct text, where all are missing marks or read."""
    odd = np.isnan(values).all(axis=1) & ~cells.marked & (cells.counts > 0)
    notes: tuple[str, ...] = ()
    if odd.any():
        text, place = first_odd(table, cells, odd)
        if not column.forgiving:
            raise DataError(
                f"column '{column.name}' has text, such as {text!r} in {place}",
                f"{wanted} are expected",
            )
        many = int(cells.counts[odd].sum())
        cell = "cells" if many > 1 else "cell"
        notes = (f"column '{column.name}': {many} {cell} such as {text!r} taken for missing",)
    values = values.copy()
    values[cells.marked] = np.nan
    return Block(np.vstack([values, np.full((1, values.shape[1]), np.nan)]), cells.codes, notes)


def _truth(table: Table, column: Column, cells: Cells) -> Block:
    if cells.form is Form.TEXT:
        values = truth_of(cells.values)
        strange = np.isnan(values) & ~cells.marked
        values[strange] = NEITHER
        said = _strange(column, ("yes", "no"), cells.values, cells.counts, strange)
        return replace(_by_text(table, column, cells, values[:, None], "yes and no"), notes=said)
    if cells.form is Form.MOMENT or not np.isin(cells.values[~_missing(cells)], (0, 1)).all():
        raise DataError(
            f"column '{column.name}' has other values than 0 and 1", "truth values are expected"
        )
    return _numbers(table, column, cells)


def _classes(column: Column, cells: Cells) -> Block:
    texts, codes, counts = as_text(cells)
    numbers = numbered(texts, column.levels)
    missing = _gaps(column, cells, len(texts))
    strange = (numbers < 0) & ~missing
    levels = len(column.levels)
    if column.other:
        numbers[strange] = levels
    width = levels + column.other
    hot = np.zeros((len(texts) + 1, width), np.uint8)
    known = np.flatnonzero(numbers >= 0)
    hot[known, numbers[known]] = 1
    if (missing & (counts > 0)).any() or (codes < 0).any():
        hot = hot.astype(np.float32)
        hot[np.append(missing, True)] = np.nan
    if width == 2:
        hot = hot[:, :1] if column.other else hot[:, 1:]
    if column.other:
        return Block(hot, codes)
    if width == 2 and strange.any():
        hot = hot.astype(np.float32)
        hot[np.append(strange, False)] = NEITHER
    return Block(hot, codes, _strange(column, column.levels, texts, counts, strange))


def _gaps(column: Column, cells: Cells, count: int) -> Array:
    """Which of the distinct texts are marks of a missing value and no level here [K]."""
    if cells.form is not Form.TEXT:
        return np.zeros(count, bool)
    return cells.marked & ~np.isin(cells.values, [*column.kept, *column.levels])


def _strange(
    column: Column, known: Sequence[str], texts: Array, counts: Array, strange: Array
) -> tuple[str, ...]:
    """What is said of classes that the plan does not know, which are taken for none of those."""
    new = sorted(str(text) for text in texts[strange & (counts > 0)])
    if not new:
        return ()
    rows = int(counts[strange].sum())
    becomes = f"the input is {NEITHER:g}" if len(known) == 2 else "all their inputs are 0"
    return (
        f"column '{column.name}': {listed(new, 3)} in {rows} row{'s' * (rows > 1)} taken for none "
        f"of the known {listed(list(known), 5)}: {becomes}",
    )


def as_text(cells: Cells) -> tuple[Array, Array, Array]:
    """Distinct texts [K], the code of each row [N], and how many rows have each [K]."""
    if cells.form is Form.TEXT:
        return cells.values, cells.codes, cells.counts
    import pandas as pd

    codes, values = pd.factorize(cells.values)
    texts = np.array([label(value) for value in values], object)
    return texts, codes, np.bincount(codes + 1, minlength=len(texts) + 1)[1:]


def _missing(cells: Cells) -> Array:
    if cells.values.dtype.kind != "f":
        return np.zeros(len(cells.values), bool)
    return np.isnan(cells.values)


def answers_of(table: Table, column: Column) -> Block:
    """A target: numbers, truth values, or labels with None where missing."""
    cells = cells_of(table, column.name)
    if column.kind in NUMERIC:
        return _numbers(table, column, cells)
    if column.truth and cells.form is Form.TRUTH:
        return Block(cells.values[:, None])
    if column.truth and _says_true(cells):
        block = _by_text(table, column, cells, truth_of(cells.values)[:, None], "true and false")
        values = block.all()
        return Block(values if np.isnan(values).any() else values.astype(bool), None, block.notes)
    texts, codes, counts = as_text(cells)
    labels = _labels(column, texts, counts)
    labels[_gaps(column, cells, len(texts))] = None
    return Block(np.append(labels, np.array([None], object))[:, None], codes)


def _says_true(cells: Cells) -> bool:
    if cells.form is not Form.TEXT:  # of another file, whose column has no text, or no value
        return False
    texts = {t.lower() for t, marked in zip(cells.values, cells.marked, strict=True) if not marked}
    return texts <= {"true", "false"}


def _labels(column: Column, texts: Array, counts: Array) -> Array:
    """Each text in the spelling of the plan's level, or joined to its like."""
    labels = join_spellings(texts, counts).texts.copy()
    numbers = numbered(texts, column.levels)
    known = numbers >= 0
    labels[known] = np.array([*column.levels, ""], object)[numbers[known]]
    return labels
