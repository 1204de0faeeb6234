"""A table as numbers, after the plan made for the first one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from nndoctor.data.naming import listed
from nndoctor.data.reading.table import Table
from nndoctor.data.threads import in_lots, in_order, on_all
from nndoctor.errors import DataError, Mistake
from nndoctor.trainable import Array

from .blocks import Block, answers_of, as_text, features_of, typed_moments
from .cells import MARKS, Form, cells_of
from .column import Kind, Plan, Role
from .dates import DAY, ISO, read_dates
from .identifiers import names_single_things

LARGE = 2**25  # cells; from here on numbers take four bytes where nothing is lost by it, and
# a table lies in memory column by column: what looks at columns one by one reads them alone
COARSE = 1e-3  # of the largest number: a narrower range needs more digits than float32 has


@dataclass(frozen=True)
class Encoded:
    """A table as numbers.

    `x` [N, D], NaN where missing; `inputs` [D] names them, `origins` [D] the file's column of each.
    `y` [N, T] holds numbers, or `str` labels (None where missing) in an object array. `groups` [N]
    are codes of the group column, `moments` [N] seconds of the first date column, and of
    the time beside it (NaN where missing). `subjects` are the codes [N], -1 where missing, of each
    column that is left out and whose repeated values name single things. `notes` are what a user
    must know, one sentence each.
    """

    x: Array
    inputs: tuple[str, ...]
    origins: tuple[str, ...]
    y: Array
    targets: tuple[str, ...]
    groups: Array | None = None
    moments: Array | None = None
    subjects: Mapping[str, Array] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


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
        (used, blocks, features_of),
        ([plan[name] for name in asked], answered, answers_of),
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
        origins=plan.origins,
        y=_beside(answered, len(table)),
        targets=asked,
        groups=_groups(table, plan),
        moments=_moments(table, plan),
        subjects=dict(_subjects(table, plan)),
        notes=(*told, *_ignored(table, plan)),
    )


def _refuse_missing(table: Table, names: Sequence[str]) -> None:
    there = [str(name) for name in table.frame.columns]
    missing = list(dict.fromkeys(name for name in names if name not in table.frame.columns))
    if missing:
        raise DataError(
            f"{table.source} has no column {listed(missing)}",
            f"there are {listed(there)}{table.doubt}",
        )


def _ignored(table: Table, plan: Plan) -> tuple[str, ...]:
    known = {column.name for column in plan.columns}
    ignored = [str(name) for name in table.frame.columns if name not in known]
    return (f"ignored: column{'s' * (len(ignored) > 1)} {listed(ignored)}",) if ignored else ()


def _side_by_side(blocks: list[Block], rows: int) -> Array:
    """Blocks as one table [N, D]."""
    width = sum(block.values.shape[1] for block in blocks)
    if not blocks:
        return np.empty((rows, 0))
    kind = np.result_type(*{block.values.dtype for block in blocks})
    large = rows * width > LARGE
    if large and kind == np.float64 and not any(in_order(_needs_digits, blocks)):
        kind = np.dtype(np.float32)
    table = np.empty((rows, width), kind, order="F" if large else "C")
    ends = np.cumsum([block.values.shape[1] for block in blocks])
    rooms = [*zip(blocks, np.split(table, ends[:-1], axis=1), strict=True)]

    def fill(some: Sequence[tuple[Block, Array]]) -> None:
        for block, room in some:
            block.fill(room)

    on_all(fill, in_lots(rooms, rows))
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
    texts, codes, _ = as_text(cells_of(table, plan.group))
    marked = np.fromiter((text in MARKS for text in texts), bool, len(texts))
    codes = np.where(np.append(marked, True)[codes], -1, codes).astype(np.int64)
    alone = codes < 0
    codes[alone] = len(texts) + np.arange(int(alone.sum()))
    return codes


def _subjects(table: Table, plan: Plan) -> Iterator[tuple[str, Array]]:
    for column in () if plan.group else plan.columns:
        single = column.kind in (Kind.IDENTIFIER, Kind.TEXT) and column.role == Role.LEFT_OUT
        if single and column.name in table.frame.columns:
            try:
                texts, codes, _ = as_text(cells_of(table, column.name))
            except DataError:  # nobody needs to read what is left out
                continue
            if 2 * len(texts) <= len(codes) and names_single_things(column.name, texts):
                yield column.name, codes


def _moments(table: Table, plan: Plan) -> Array | None:
    """Seconds of the first date column [N], with the time of day where that is a column beside."""
    days = _days(table, plan)
    if days is None or (days[~np.isnan(days)] % DAY).any():
        return days
    clock = plan.clock_of_dates
    if clock is None or clock.name not in table.frame:
        return days
    cells = cells_of(table, clock.name)
    if cells.form is not Form.TEXT:
        return days
    times = cells.spread(read_dates(cells.values, clock.date.pattern or ISO))
    moments: Array = days + np.nan_to_num(times % DAY)
    return moments


def _days(table: Table, plan: Plan) -> Array | None:
    """Seconds of the first date column [N], also if it is left out."""
    for column in plan.columns:
        if column.kind == Kind.DATE and not column.date.clock and column.name in table.frame:
            cells = cells_of(table, column.name)
            if cells.form is Form.TEXT:
                return cells.spread(read_dates(cells.values, column.date.pattern or ISO))
            if column.role == Role.INPUT or cells.form is Form.MOMENT:
                return typed_moments(column, cells)
    return None
