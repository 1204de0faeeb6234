"""What the columns of a file were taken for, as a table: every one, or those that need a word."""

from ..findings import Table
from ..setup import DataSetup, Setup

ENOUGH = 12  # lines that a reader takes in before a run
NAMES = 4  # named one by one where many columns are read alike

PLAIN = ("number", "code")


def columns_table(opened: Setup | DataSetup) -> Table | None:
    """One row a column of the file; None where the data are no table."""
    if opened.plan is None:
        return None
    rows = tuple(
        (c.name, c.role.value if c.role != "input" else c.kind.value, c.missing, c.reason,
         c.treatment)
        for c in opened.plan.columns
    )  # fmt: skip
    heads = ("column", "taken for", "missing", "because", "becomes")
    return Table("columns", heads, rows, CAPTION)


CAPTION = "--set data.columns.NAME=number|class|text|date|identifier changes one; --drop leaves out"


def columns_in_short(opened: Setup | DataSetup) -> Table | None:
    """The same in a few lines: columns that are read alike stand together."""
    if opened.plan is None:
        return None
    rows = [*_grouped(opened)]
    more = len(rows) - ENOUGH
    if more > 0:
        rows = [*rows[:ENOUGH], (f"and {more} more", "", "`nndoctor data report` shows every one")]
    gaps = sum(column.missing > 0 for column in opened.plan.columns)
    missing = f"; {gaps} with missing values" if gaps else ""
    name = f"{len(opened.plan.columns)} columns{missing}"
    return Table(name, ("column", "taken for", "becomes"), tuple(rows), CAPTION)


def _grouped(opened: Setup | DataSetup) -> list[tuple[str, str, str]]:
    """Target first, then what is used, then what is left out."""
    order = {"target": 0, "input": 1, "left out": 2}
    groups: dict[tuple[str, str, str], list[str]] = {}
    for column in sorted(
        opened.plan.columns if opened.plan else (), key=lambda column: order[column.role]
    ):
        plain = column.role == "input" and column.kind in PLAIN
        what = "number" if plain else column.kind.value
        told = "" if plain else column.treatment
        if column.role == "target":
            what, told = "target", _answers(opened)
        if column.role == "left out":
            told = f"left out: {column.reason}"
        groups.setdefault((column.role.value, what, told), []).append(column.name)
    return [
        (_names(names), what, told or "used as it is") for (_, what, told), names in groups.items()
    ]


def _answers(opened: Setup | DataSetup) -> str:
    """What is learned of the target."""
    task = opened.trainable.task if isinstance(opened, Setup) else opened
    count = len(task.labels)
    return f"{count} classes" if task.kind == "classification" else task.kind


def _names(names: list[str]) -> str:
    if len(names) <= NAMES:
        return ", ".join(names)
    return f"{', '.join(names[: NAMES - 1])} and {len(names) - NAMES + 1} more"
