"""Names and places of columns, and what a user may say of them."""

import pytest

from nndoctor.data.columns import Said, named, plan_columns
from nndoctor.errors import DataError

from ..helpers import refused
from .helpers import encoded, planned, repeated, table

X = [0.5 * (i % 7) for i in range(40)]
MADE = table({"Age": X, "price": X, "c1": X})


@pytest.mark.parametrize(
    ("text", "name"),
    [("price", "price"), ("c1", "c1"), ("c2", "price"), ("-1", "y"), ("-4", "Age")],
)
def test_names_and_places(text, name):
    assert named(MADE, text) == name


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("prise", "did you mean price?"),
        ("age", "did you mean Age?"),
        ("2", "did you mean c2?"),
        ("c9", "there are 4 columns: c1 to c4, the last is also -1"),
        ("-9", "there are 4 columns: c1 to c4, the last is also -1"),
        ("zzzz", "there are 'Age', 'price', 'c1', 'y'"),
    ],
)
def test_what_there_is_not(text, hint):
    (mistake,) = refused(lambda: named(MADE, text))
    assert mistake.problem == f"t.csv has no column '{text}'"
    assert mistake.hint == hint


def test_all_mistakes_are_told_at_once():
    said = Said(
        targets=("y", "prise"),
        drop=("Age", "nothing"),
        features=("y", "Age"),
        kinds={"Age": "numbr"},
        group="y",
    )
    problems = [mistake.problem for mistake in refused(lambda: plan_columns(MADE, said))]
    assert problems == [
        "t.csv has no column 'prise'",
        "t.csv has no column 'nothing'",
        "column 'Age' can't be of the kind 'numbr'",
        "column 'y' is both the target and a feature",
        "column 'Age' is both a feature and dropped",
        "column 'y' is both the target and the group",
    ]


def test_drop_and_features():
    columns = {"a": X, "b": X, "c": repeated("u", "v", "w")}
    assert encoded(columns, drop=("a", "c")).inputs == ("b",)
    assert encoded(columns, features=("a",)).inputs == ("a",)
    plan = planned(columns, features=("a",))
    assert plan["b"].reason == "not among the features you named"


def test_mistakes_in_columns_that_are_not_used_do_not_matter():
    columns = {"a": X, "my b": [[1]] * 40}
    assert encoded(columns, drop=("my b",)).inputs == ("a",)
    (mistake,) = refused(lambda: planned(columns))
    assert "column 'my b' holds" in mistake.problem
    assert "--drop 'my b'," in mistake.hint


def test_cells_that_hold_lists_are_left_out_and_no_target():
    columns = {"a": repeated(1.5, 2.5), "tags": repeated(None)}
    lists = table(columns, nested={"tags": "lists"})
    column = plan_columns(lists, Said(targets=("y",)))["tags"]
    assert (column.role, column.reason) == ("left out", "lists in its cells")
    for said in ({"drop": ("tags",)}, {"features": ("a", "tags")}, {"group": "tags"}):
        assert plan_columns(lists, Said(targets=("y",), **said))["tags"].role == "left out"
    with pytest.raises(DataError, match="target 'tags' has lists in its cells"):
        plan_columns(lists, Said(targets=("tags",)))
