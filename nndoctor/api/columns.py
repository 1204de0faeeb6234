"""What the columns of a file were taken for, as a table: every one, or those that need a word."""

from ..data.columns import Column, Role
from ..findings import Table
from ..setup import DataSetup, Setup

ENOUGH = 12  # lines that a reader takes in before a run
NAMES = 4  # named one by one where many columns are read alike
PLAIN = ("number", "code", "constant")
CAPTION = "--set data.columns.NAME=number|class|text|date|identifier changes one; --drop leaves out"
ORDER = {Role.TARGET: 0, Role.INPUT: 1, Role.LEFT_OUT: 2}


def columns_table(opened: Setup | DataSetup) -> Table | None:
    """One row a column of the file; None where the data are no table."""
    if opened.plan is None:
        return None
    heads = ("column", "kind", "missing", "because", "becomes")
    rows = [
        (c.name, c.kind.value, c.missing, c.reason, _becomes(opened, c).partition(":")[0])
        for c in opened.plan.columns
    ]
    return Table("columns", heads, tuple(rows), CAPTION)


def columns_in_short(opened: Setup | DataSetup) -> Table | None:
    """The same in a few lines: columns that are read alike stand together.

    None where there is nothing to say: all columns are whole columns of numbers, used as they are.
    """
    if opened.plan is None or not need_a_word(opened):
        return None
    alike: dict[tuple[str, str], list[str]] = {}
    for column in sorted(opened.plan.columns, key=lambda column: ORDER[column.role]):
        alike.setdefault((_taken_for(column), _becomes(opened, column)), []).append(column.name)
    rows = [(_names(names), what, becomes) for (what, becomes), names in alike.items()]
    more = len(rows) - ENOUGH
    if more > 0:
        rows = [*rows[:ENOUGH], (f"and {more} more", "", "nndoctor data report shows every one")]
    gaps = sum(column.missing > 0 for column in opened.plan.columns)
    name = f"{len(opened.plan.columns)} columns" + (f", {gaps} with missing values" if gaps else "")
    return Table(name, ("column", "taken for", "becomes"), tuple(rows), CAPTION)


def need_a_word(opened: Setup | DataSetup) -> bool:
    """Whether any column is something else than whole numbers, used as they are."""
    return opened.plan is not None and not all(map(_needs_no_word, opened.plan.columns))


def _needs_no_word(column: Column) -> bool:
    plain = column.role == Role.INPUT and _as_it_is(column) and not column.missing
    return plain or (column.role == Role.TARGET and not column.written)


def _as_it_is(column: Column) -> bool:
    """Whether its numbers stand in the file as they are used: no comma, unit or sign is read."""
    return column.kind in PLAIN and not column.written


def _taken_for(column: Column) -> str:
    used = column.role != Role.LEFT_OUT
    return "number" if column.kind in PLAIN and used else column.kind.value


def _becomes(opened: Setup | DataSetup, column: Column) -> str:
    if column.role == Role.TARGET:
        task = opened.trainable.task if isinstance(opened, Setup) else opened
        classes = f"{len(task.labels)} classes" if task.kind == "classification" else task.kind
        return f"the target: {classes}" + (f" ({column.written})" if column.written else "")
    if column.role == Role.LEFT_OUT:
        return f"left out: {column.reason}"
    return "used as it is" if _as_it_is(column) else column.treatment


def _names(names: list[str]) -> str:
    if len(names) <= NAMES:
        return ", ".join(names)
    return f"{', '.join(names[: NAMES - 1])} and {len(names) - NAMES + 1} more"
