"""Which column is likely to be the one to learn, where nobody has said it."""

from __future__ import annotations

import re

from nndoctor.data.reading.table import Table
from nndoctor.errors import DataError

from .column import NUMERIC, Column, Kind, Role
from .judging import judge

SEEN = 200  # columns looked at of a very wide table: those at both ends
FEW = 20  # distinct values that classes have
# What people call the column to learn, the surest names first.
_NAMES = (
    r"target|label|labels|class|classes|y|outcome|response|output|ground_?truth",
    r"survived|churn(ed)?|exited|attrition|default|diagnosis|species|quality|price|sale_?price|"
    r"income|fraud|is_?fraud|approved|loan_?status|subscribed|deposit|result|grade|score|rating|"
    r"medv|cnt|median_?house_?value|charges|mpg|rings|variety|category|type|g3|salary|sales",
    r".*(target|label|class|outcome|churn|price|survived|attrition|diagnosis|fraud|default|"
    r"quality|status|response)",
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
    last, first = names[-1:], names[:1]
    ranked = [(n, p) for n, p in ((*last, "the last column"), (*first, "the first column"))]
    found = [(name, place, column) for name, place in ranked if (column := _fits(table, name))]
    for name, place, column in found:
        if column.kind in (Kind.CLASS, Kind.CODE):
            return name, f"{place}, {column.reason.split(',')[0]}"
    if found:
        return found[0][0], f"{found[0][1]}, {found[0][2].reason}"
    for name in reversed(ends):
        if _fits(table, name):
            return name, "the last column that will do"
    return None


def _fits(table: Table, name: str) -> Column | None:
    """The column, if something can be learned of it."""
    try:
        column = judge(table, name)
    except DataError:
        return None
    if column.role == Role.LEFT_OUT or not (column.kind in NUMERIC or column.kind == Kind.CLASS):
        return None
    return column
