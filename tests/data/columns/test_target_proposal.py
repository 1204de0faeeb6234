"""The likeliest target and why."""

import pytest

from nndoctor.data.columns import propose_target
from nndoctor.data.reading.table import Table

from .helpers import repeated, table

X = [0.5 * (i % 23) for i in range(40)]
UVW = repeated("u", "v", "w")
IDS = [f"C{i:02}" for i in range(40)]


def without_y(columns: dict[str, object], **facts: str) -> Table:
    made = table(columns, **facts)
    return Table(made.frame[list(columns)], made.source, target=made.target)


@pytest.mark.parametrize(
    ("columns", "name", "why"),
    [
        ({"Class": repeated(0, 1), "a": X, "b": X}, "Class", "by its name"),
        ({"a": X, "SalePrice": X, "b": X}, "SalePrice", "by its name"),
        ({"a": X, "b": X, "c3": UVW}, "c3", "the last column, 3 distinct values"),
        ({"c1": UVW, "a": X, "b": X}, "c1", "the first column, 3 distinct values"),
        ({"a": X, "b": X}, "b", "the last column, values 0 to 11"),
        ({"a": X, "b": X, "c": IDS, "d": [1] * 40}, "b", "the last column that will do"),
        ({"label": [1] * 40, "class": IDS, "a": X}, "a", "the last column, values 0 to 11"),
    ],
)  # fmt: skip
def test_by_name_place_and_values(columns, name, why):
    assert propose_target(without_y(columns)) == (name, why)


def test_the_file_itself_may_say_it():
    made = without_y({"a": X, "b": X}, target="a")
    assert propose_target(made) == ("a", "the file itself says so")


def test_nothing_is_proposed_where_nothing_can_be_learned():
    assert propose_target(without_y({"id": IDS, "c": [1] * 40})) is None
