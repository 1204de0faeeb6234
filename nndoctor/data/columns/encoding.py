"""A table as numbers, after the plan made for the first one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nndoctor.data.dataset import listed
from nndoctor.data.reading.table import Table
from nndoctor.errors import DataError, Mistake
from nndoctor.trainable import Array

from .cells import MARKS, Cells, Form, cells_of, label
from .column import NUMERIC, Column, Kind, Plan, Role
from .dates import epoch_seconds, part_of, read_dates
from .judging import first_odd
from .levels import join_spellings, numbered, truth_of
from .numbers import read_numbers

ROWS = 65536  # filled at a time, to stay in the cache
LARGE = 2**25  # cells; from here on numbers take four bytes where nothing is lost by it
COARSE = 1e-3  # of the largest number: a narrower range needs more digits than float32 has


@dataclass(frozen=True)
class Encoded:
    """A table as numbers.

    `x` [N, D], NaN where missing; `inputs` [D] names them, `origins` [D] the file's column of each.
    `y` [N, T] holds numbers, or `str` labels (None where missing) in an object array. `groups` [N]
    are codes of the group column, `moments` [N] seconds of the first date column (NaN where
    missing). `notes` are what a user must know, one sentence each.
    """

    x: Array
    inputs: tuple[str, ...]
    origins: tuple[str, ...]
    y: Array
    targets: tuple[str, ...]
    groups: Array | None = None
    moments: Array | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Block:
    """The inputs made of one column: numbers [N, d], or rows of `values` [K, d] by `codes` [N]."""

    values: Array
    codes: Array | None = None
    notes: tuple[str, ...] = ()

    def rows(self, part: slice) -> Array:
        return self.values[part] if self.codes is None else self.values[self.codes[part]]

    def all(self) -> Array:
        return self.rows(slice(None))


def encode(table: Table, plan: Plan, *, answers: bool = True) -> Encoded:
    """The table's columns as the plan has them, whatever their order in the file.

    Without `answers` no target is needed. Raises DataError where a column is missing, or text
    stands where numbers are expected.
    """
    asked = plan.targets if answers else ()
    used = plan.used
    _refuse_missing(
        table, [c.name for c in used] + list(asked) + ([plan.group] * bool(answers and plan.group))
    )
    blocks: list[Block] = []
    answered: list[Block] = []
    mistakes: list[Mistake] = []
    for columns, made, how in (
        (used, blocks, _features),
        ([plan[name] for name in asked], answered, _answers),
    ):
        for column in columns:
            try:
                made.append(how(table, column))
            except DataError as error:
                mistakes += error.mistakes
    if mistakes:
        raise DataError.of(mistakes)
    told = [note for block in (*blocks, *answered) for note in block.notes]
    if answers:
        told = [note for c in plan.columns if c.role != Role.LEFT_OUT for note in c.notes] + told
    return Encoded(
        x=_side_by_side(blocks, len(table)),
        inputs=tuple(name for column in used for name in column.inputs),
        origins=tuple(column.name for column in used for _ in column.inputs),
        y=_beside(answered, len(table)),
        targets=asked,
        groups=_groups(table, plan),
        moments=_moments(table, plan),
        notes=(*told, *_ignored(table, plan)),
    )


# One column


def _features(table: Table, column: Column) -> Block:
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
        moments = read_dates(cells.values, how.pattern or "ISO8601")
        return _by_text(table, column, cells, _parts(column, moments), "dates")
    return Block(_parts(column, _typed_moments(column, cells)))


def _typed_moments(column: Column, cells: Cells) -> Array:
    if cells.form is Form.MOMENT:
        return cells.values
    if cells.form is Form.TRUTH or column.date.pattern not in ("s", "ms", "%Y", "%Y%m%d"):
        value = next(iter(cells.values), None)
        raise DataError(
            f"column '{column.name}' has no dates but numbers, such as {value}",
            f"dates as in {column.reason} are expected",
        )
    return epoch_seconds(cells.values.astype(np.float64), column.date.pattern)


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
        return _by_text(table, column, cells, truth_of(cells.values)[:, None], "yes and no")
    if cells.form is Form.MOMENT or not np.isin(cells.values[~_missing(cells)], (0, 1)).all():
        raise DataError(
            f"column '{column.name}' has other values than 0 and 1", "truth values are expected"
        )
    return _numbers(table, column, cells)


def _classes(column: Column, cells: Cells) -> Block:
    texts, codes, counts = _as_text(cells)
    numbers = numbered(texts, column.levels)
    missing = np.fromiter((t in MARKS and t not in column.kept for t in texts), bool, len(texts))
    strange = (numbers < 0) & ~missing
    levels = len(column.levels)
    if column.other:
        numbers[strange] = levels
    width = levels + column.other
    hot = np.zeros((len(texts) + 1, width), np.uint8)
    known = np.flatnonzero(numbers >= 0)
    hot[known, numbers[known]] = 1
    unknown = (numbers < 0) | missing
    if (unknown & (counts > 0)).any() or (codes < 0).any():
        hot = hot.astype(np.float32)
        hot[np.append(unknown, True)] = np.nan
    if width == 2:
        hot = hot[:, :1] if column.other else hot[:, 1:]
    return Block(hot, codes, () if column.other else _strange(column, texts, counts, strange))


def _strange(column: Column, texts: Array, counts: Array, strange: Array) -> tuple[str, ...]:
    new = sorted(str(text) for text in texts[strange & (counts > 0)])
    if not new:
        return ()
    rows = int(counts[strange].sum())
    known = listed(list(column.levels), 5)
    return (
        f"column '{column.name}': {listed(new, 3)} in {rows} row{'s' * (rows > 1)} taken for "
        f"missing, known are {known}",
    )


def _as_text(cells: Cells) -> tuple[Array, Array, Array]:
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


# Answers


def _answers(table: Table, column: Column) -> Block:
    cells = cells_of(table, column.name)
    if column.kind in NUMERIC:
        return _numbers(table, column, cells)
    if column.truth and cells.form is Form.TRUTH:
        return Block(cells.values[:, None])
    if column.truth and _says_true(cells):
        block = _by_text(table, column, cells, truth_of(cells.values)[:, None], "true and false")
        values = block.all()
        return Block(values if np.isnan(values).any() else values.astype(bool), None, block.notes)
    texts, codes, counts = _as_text(cells)
    labels = _labels(column, texts, counts)
    labels[[t in MARKS and t not in column.kept for t in texts]] = None
    return Block(np.append(labels, np.array([None], object))[:, None], codes)


def _says_true(cells: Cells) -> bool:
    texts = {t.lower() for t, marked in zip(cells.values, cells.marked, strict=True) if not marked}
    return texts <= {"true", "false"}


def _labels(column: Column, texts: Array, counts: Array) -> Array:
    """Each text in the spelling of the plan's level, or joined to its like."""
    labels = join_spellings(texts, counts).texts.copy()
    numbers = numbered(texts, column.levels)
    known = numbers >= 0
    labels[known] = np.array([*column.levels, ""], object)[numbers[known]]
    return labels


# All columns


def _refuse_missing(table: Table, names: Sequence[str]) -> None:
    there = [str(name) for name in table.frame.columns]
    missing = list(dict.fromkeys(name for name in names if name not in table.frame.columns))
    if missing:
        raise DataError(
            f"{table.source} has no column {listed(missing)}", f"there are {listed(there)}"
        )


def _ignored(table: Table, plan: Plan) -> tuple[str, ...]:
    known = {column.name for column in plan.columns}
    ignored = [str(name) for name in table.frame.columns if name not in known]
    return (f"ignored: column{'s' * (len(ignored) > 1)} {listed(ignored)}",) if ignored else ()


def _side_by_side(blocks: list[Block], rows: int) -> Array:
    """Blocks as one table [N, D], filled in blocks of rows to stay in the cache."""
    width = sum(block.values.shape[1] for block in blocks)
    if not blocks:
        return np.empty((rows, 0))
    kind = np.result_type(*{block.values.dtype for block in blocks})
    if rows * width > LARGE and kind == np.float64 and not any(map(_needs_digits, blocks)):
        kind = np.dtype(np.float32)
    table = np.empty((rows, width), kind)
    for start in range(0, rows, ROWS):
        part = slice(start, start + ROWS)
        column = 0
        for block in blocks:
            table[part, column : column + block.values.shape[1]] = block.rows(part)
            column += block.values.shape[1]
    return table


def _needs_digits(block: Block) -> bool:
    """Whether float32 would merge values of a column, as those of a clock in seconds."""
    values = block.values
    if values.dtype.kind == "u" or not values.size:
        return False
    low, high = np.nanmin(values), np.nanmax(values)
    return bool(0 < high - low < COARSE * max(abs(low), abs(high)))


def _beside(blocks: list[Block], rows: int) -> Array:
    """Target columns [N, T]; one column of text makes all of them text."""
    if not blocks:
        return np.empty((rows, 0))
    columns = [block.all()[:, 0] for block in blocks]
    if any(column.dtype == object for column in columns):
        columns = [_written(column) for column in columns]
    return np.column_stack(columns)


def _written(column: Array) -> Array:
    if column.dtype == object:
        return column
    nothing = np.isnan(column) if column.dtype.kind == "f" else np.zeros(len(column), bool)
    texts = column.astype(str).astype(object)
    texts[nothing] = None
    return texts


def _groups(table: Table, plan: Plan) -> Array | None:
    """Codes of the group column [N]; a row without a group is one of its own."""
    if not plan.group or plan.group not in table.frame.columns:
        return None
    texts, codes, _ = _as_text(cells_of(table, plan.group))
    marked = np.fromiter((text in MARKS for text in texts), bool, len(texts))
    codes = np.where(np.append(marked, True)[codes], -1, codes).astype(np.int64)
    alone = codes < 0
    codes[alone] = len(texts) + np.arange(int(alone.sum()))
    return codes


def _moments(table: Table, plan: Plan) -> Array | None:
    """Seconds of the first date column [N], also if it is left out."""
    for column in plan.columns:
        if column.kind == Kind.DATE and not column.date.clock and column.name in table.frame:
            cells = cells_of(table, column.name)
            if cells.form is Form.TEXT:
                return cells.spread(read_dates(cells.values, column.date.pattern or "ISO8601"))
            return _typed_moments(column, cells)
    return None
