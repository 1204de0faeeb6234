"""From a table and what the user said to the plan of what becomes of each column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain
from shlex import quote

import numpy as np

from nndoctor.data.naming import listed
from nndoctor.data.reading.table import Table
from nndoctor.data.threads import in_lots, in_order
from nndoctor.errors import DataError, TargetNotNamed

from .cells import Form, cells_of
from .column import NUMERIC, Column, Kind, Plan, Role
from .identifiers import sounds_like_id
from .judging import judge
from .levels import OTHER, frequent
from .said import Said, resolved, setting
from .target import propose_target

ONE_HOT_CELLS = 2**28  # of all one-hot inputs together: a gigabyte of float32
ONE_HOT_LEAST = 100  # inputs that are made however long the table is


def plan_columns(table: Table, said: Said) -> Plan:
    """What each column of a file is, and what becomes of it.

    Raises DataError with all mistakes at once.
    """
    said = resolved(table, said)
    if not said.targets:
        raise _target_not_named(table)

    def planned(names: Sequence[str]) -> list[Column | DataError]:
        return [_planned_or_wrong(table, said, name) for name in names]

    lots = in_lots([str(name) for name in table.frame.columns], len(table))
    found = [*chain.from_iterable(in_order(planned, lots))]
    mistakes = [m for one in found if isinstance(one, DataError) for m in one.mistakes]
    if mistakes:
        raise DataError.of(mistakes)
    columns = [one for one in found if isinstance(one, Column)]
    columns = _within_width(table, _some_left(table, said, columns))
    taken = {column.name for column in columns}
    described = tuple(_described(column, taken) for column in columns)
    return Plan(columns=described, targets=said.targets, group=said.group, encoding=table.encoding)


def _planned_or_wrong(table: Table, said: Said, name: str) -> Column | DataError:
    try:
        return _planned(table, said, name)
    except DataError as error:
        return error


def _planned(table: Table, said: Said, name: str) -> Column:
    told = said.kinds.get(name, "")
    if name in said.targets:
        return _as_target(table, judge(table, name, told))
    unused = _unused(said, name)
    try:
        column = judge(table, name, told)
    except DataError:
        if not unused:
            raise
        column = Column(name=name, kind=Kind.TEXT)
    if unused:
        return column.model_copy(update={"role": Role.LEFT_OUT, "reason": unused})
    if name in said.features and column.role == Role.LEFT_OUT and not told:
        return _insisted(table, column)
    return column


def _unused(said: Said, name: str) -> str:
    """Why the user's word keeps a column from being an input; "" if it does not."""
    if name == said.group:
        return "the group: its equal values keep rows together"
    if name in said.drop:
        return "dropped, as you said"
    if said.features and name not in said.features:
        return "not among the features you named"
    return ""


def _insisted(table: Table, column: Column) -> Column:
    """A column set aside of which the user said that it is a feature."""
    if column.missing == len(table) or column.name in table.nested:
        return column
    if column.kind in (Kind.NUMBER, Kind.CODE, Kind.DATE):
        return judge(table, column.name, column.kind)
    form = cells_of(table, column.name).form
    return judge(table, column.name, "number" if form is Form.NUMBER else "class")


def _as_target(table: Table, column: Column) -> Column:
    """A column as the target: nothing is left out of it, dates and identifiers are refused."""
    name, cells = column.name, cells_of(table, column.name)
    if name in table.nested:
        raise DataError(
            f"target '{name}' has {column.reason}",
            "a table holds one value in a cell: name another",
        )
    if column.missing == len(cells):
        raise DataError(f"target '{name}' has no values", "name another column with --target")
    if column.kind == Kind.DATE:
        raise DataError(
            f"target '{name}' holds dates, {column.reason}", _other_target(table, name, "")
        )
    numeric = cells.form is Form.NUMBER and not column.levels
    by_name = "named like" in column.reason
    if column.kind == Kind.IDENTIFIER and (by_name or not numeric):
        raise DataError(
            f"target '{name}' identifies the rows, {column.reason}: it can't be predicted",
            _other_target(table, name, "number" if numeric else ""),
        )
    changes: dict[str, object] = {"role": Role.TARGET}
    if column.kind in (Kind.IDENTIFIER, Kind.CONSTANT):
        read = numeric or column.number != Column(name="", kind=Kind.NUMBER).number
        changes["kind"] = Kind.NUMBER if read else Kind.CLASS
    elif column.kind == Kind.TEXT:
        changes["kind"] = Kind.CLASS
    return column.model_copy(update=changes)


def _other_target(table: Table, name: str, kind: str) -> str:
    ways = [f"{setting(name, kind)} takes it as it is"] if kind else []
    found = propose_target(_without(table, name))
    if found:
        ways.insert(0, f"--target {quote(found[0])}? ({found[1]})")
    return "; ".join(ways) or "name another column with --target"


def _without(table: Table, name: str) -> Table:
    return replace(table, frame=table.frame.drop(columns=name), target="")


def _target_not_named(table: Table) -> TargetNotNamed:
    problem = f"no target column named for {table.source}"
    found = propose_target(table)
    if found is None:
        names = listed([str(name) for name in table.frame.columns])
        return TargetNotNamed(problem, f"--target NAME, one of {names}")
    name, why = found
    gaps = judge(table, name).missing
    without = f", left out are the {gaps} of {len(table.frame)} rows without it" if gaps else ""
    return TargetNotNamed(problem, f"the likeliest is '{name}': {why}{without}", name, gaps)


def _some_left(table: Table, said: Said, columns: list[Column]) -> list[Column]:
    """At least one input: numbers that look like an identifier are kept if nothing else is."""
    if any(c.role == Role.INPUT and c.kind != Kind.CONSTANT for c in columns):
        return columns
    counted = [c for c in columns if c.kind == Kind.IDENTIFIER and _takes_back(table, said, c)]
    # Where two would do, one that is called an identifier is one.
    kept = [c for c in counted if not sounds_like_id(c.name)] or counted
    if kept:
        back = {c.name: _taken_back(table, c) for c in kept}
        return [back.get(column.name, column) for column in columns]
    if any(c.role == Role.INPUT for c in columns):
        return columns  # they never change, which is for the checks to say
    rest = [c for c in columns if c.role == Role.LEFT_OUT]
    if not rest:
        raise DataError(
            f"{table.source} has no column besides its target", "features are needed as well"
        )
    told = "; ".join(f"'{c.name}': {c.reason}" for c in rest[:5])
    raise DataError(
        f"{table.source} has no column to learn from, all are left out",
        f"{told}; {setting(rest[0].name, 'number')} uses one nevertheless",
    )


def _takes_back(table: Table, said: Said, column: Column) -> bool:
    numeric = cells_of(table, column.name).form is Form.NUMBER
    return numeric and not _unused(said, column.name) and column.name not in said.kinds


def _taken_back(table: Table, column: Column) -> Column:
    reason = f"{column.reason}, but the only feature"
    return judge(table, column.name, "number").model_copy(update={"reason": reason})


def _within_width(table: Table, columns: list[Column]) -> list[Column]:
    """The same with fewer levels of their own where one-hot inputs would fill the memory."""
    budget = max(ONE_HOT_LEAST, ONE_HOT_CELLS // max(1, len(table)))
    wide = [c for c in columns if c.role == Role.INPUT and c.levels and not c.truth]
    sizes = np.array([len(c.levels) + c.other for c in wide])
    if sizes.sum() <= budget:
        return columns
    most = int(sizes.max())
    while most > 2 and np.minimum(sizes, most).sum() > budget:
        most -= 1
    left = budget
    changed: dict[str, Column] = {}
    for column in wide:
        changed[column.name] = kept = (
            _cut(table, column, most) if left >= most else _too_many(column)
        )
        left -= len(kept.levels) + kept.other if kept.role == Role.INPUT else 0
    return [changed.get(column.name, column) for column in columns]


def _cut(table: Table, column: Column, most: int) -> Column:
    if len(column.levels) + column.other <= most:
        return column
    cells = cells_of(table, column.name)
    if cells.form is not Form.TEXT:
        return _too_many(column)
    held = dict(zip(cells.values, (int(count) for count in cells.counts), strict=True))
    counts = [held.get(level, 0) for level in column.levels]
    levels = frequent(column.levels, counts, most - 1)
    reason = f"{column.reason}; fewer inputs, as one-hot would fill the memory"
    return column.model_copy(update={"levels": tuple(levels), "other": True, "reason": reason})


def _too_many(column: Column) -> Column:
    reason = f"{column.reason}; one-hot would fill the memory"
    return column.model_copy(update={"role": Role.LEFT_OUT, "reason": reason})


def _described(column: Column, taken: set[str]) -> Column:
    """The same with the names of its inputs, and what becomes of it in words.

    Names `taken` are those of the file's columns, which no input of another column gets.
    """
    if column.role == Role.LEFT_OUT:
        return column.model_copy(update={"treatment": "left out", "inputs": ()})
    if column.role == Role.TARGET:
        how = "numbers" if column.kind in NUMERIC else "classes"
        told = f"the target: {how}{_in_brackets(column.written)}"
        return column.model_copy(update={"treatment": told, "inputs": ()})
    made, treatment = _inputs(column)
    inputs = [f"{n}'" if n in taken and n != column.name else n for n in made]
    return column.model_copy(
        update={"treatment": column.treatment or treatment, "inputs": tuple(inputs)}
    )


def _in_brackets(told: str) -> str:
    return f" ({told})" if told else ""


def _inputs(column: Column) -> tuple[list[str], str]:
    name = column.name
    if column.kind in NUMERIC:
        return [name], f"as a number{_in_brackets(column.written)}"
    if column.kind == Kind.DATE:
        return [f"{name}.{part}" for part in column.date.parts], ", ".join(column.date.parts)
    if column.truth:
        return [name], "0 or 1"
    made = [f"{name}={level}" for level in column.levels]
    if len(made) + column.other == 2:
        return ([made[0]] if column.other else [made[1]]), "one input, 0 or 1"
    if not column.other:
        return made, f"one-hot, {len(made)} input{'s' * (len(made) != 1)}"
    return [*made, f"{name}={OTHER}"], f"the {len(made)} most frequent one-hot, and {OTHER!r}"
