"""Which column is likely to be the one to learn, where nobody has said it."""

from __future__ import annotations

import re

from nndoctor.data.reading.table import Table
from nndoctor.errors import DataError

from .cells import Form, cells_of
from .column import Column, Kind, Role
from .judging import few_distinct, judge

SEEN = 200  # columns looked at of a very wide table: those at both ends
FEW_CLASSES = 10  # distinct numbers; more are rather a measurement
# What people call the column to learn, the surest names first.
_NAMES = (
    r"target|label|labels|class|classes|y|outcome|response|output|ground_?truth",
    r"survived|churn(ed)?|exited|attrition|default|diagnosis|species|quality|price|sale_?price|"
    r"income|fraud|is_?fraud|approved|loan_?status|subscribed|deposit|result|grade|score|rating|"
    r"medv|cnt|median_?house_?value|charges|mpg|rings|variety|category|type|g3|salary|sales",
    r".*(target|label|class|outcome|churn|price|survived|attrition|diagnosis|fraud|default|"
    r"quality|response)",
)


def propose_target(table: Table) -> tuple[str, str] | None:
    """The likeliest target and, in words, why; None where no column will do."""
    if table.target and table.target in table.frame.columns:
        return table.target, "the file itself says so"
    names = [str(name) for name in table.frame.columns]
    ends = names if len(names) <= SEEN else [*names[: SEEN // 2], *names[-SEEN // 2 :]]
    for pattern in _NAMES:
        named = [n for n in names if re.fullmatch(pattern, n.strip(), re.IGNORECASE)]
        for name in reversed(named[-SEEN:]):
            if _fits(table, name):
                return name, "by its name"
    last = _fits(table, names[-1]) if names else None
    if last and _few(table, last):
        return last.name, f"the last column, {last.reason.split(',')[0]}"
    # Published files without names end in what is to be learned.
    first = _fits(table, names[0]) if names and table.named else None
    if first and first.kind == Kind.CLASS:
        return first.name, f"the first column, {first.reason}"
    if last:
        return last.name, f"the last column, {last.reason}"
    for name in reversed(ends):
        if _fits(table, name):
            return name, "the last column that will do"
    return None


def _few(table: Table, column: Column) -> bool:
    """Whether a column has the few distinct values of a class."""
    cells = cells_of(table, column.name)
    return cells.form is not Form.NUMBER or 0 < few_distinct(cells.values) <= FEW_CLASSES


def _fits(table: Table, name: str) -> Column | None:
    """The column, if something can be learned of it."""
    try:
        column = judge(table, name)
    except DataError:
        return None
    learnable = column.kind in (Kind.NUMBER, Kind.CODE, Kind.CLASS)
    return column if learnable and column.role != Role.LEFT_OUT else None
