"""Columns that tell rows apart are set aside; measurements, years and grids are not."""

from uuid import UUID

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nndoctor.data.columns import Said, encode, plan_columns

from .helpers import encoded, judged, planned, table

RNG = np.random.default_rng(0)
LETTERS = list("abcdefghijklmnopqrstuvwxyz")


def words(count: int) -> list[str]:
    return [
        "".join(RNG.choice(LETTERS, 3 + i % 5)) + " " + "".join(RNG.choice(LETTERS, 6))
        for i in range(count)
    ]


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("Id", list(range(1, 41))),
        ("row", list(range(40))),
        ("c1", list(range(1, 41))),
        ("order", RNG.permutation(40).tolist()),
        ("Unnamed: 0", list(range(40))),
        ("CLIENTNUM", RNG.integers(7e8, 8e8, 40).tolist()),
        ("CustomerId", RNG.integers(15565701, 15815690, 40).tolist()),
        ("PassengerId", [2 * i + i % 2 for i in range(40)]),
        ("EmployeeNumber", [3 * i // 2 for i in range(40)]),
        ("sample", [f"C{i:03}" for i in range(40)]),
        ("token", [str(UUID(int=int(i) * 2**90 + 7)) for i in RNG.integers(0, 2**30, 40)]),
        ("who", words(40)),
    ],
)
def test_identifiers_are_set_aside_with_a_reason(name, values):
    column = judged(values, name)
    assert (column.kind, column.role, column.treatment) == ("identifier", "left out", "left out")
    assert "40" in column.reason or "39" in column.reason or "counts" in column.reason


@pytest.mark.parametrize(
    ("name", "many", "kind"),
    [
        *[(name, 30, "identifier") for name in ("id", "user_id", "shopID")],
        *[(name, 30, "number") for name in ("fluid", "bid", "width")],
        ("id", 10, "code"),
    ],
)
def test_one_that_several_rows_share_is_set_aside_by_its_name(name, many, kind):
    assert judged((np.arange(120) * 7 % many).tolist(), name).kind == kind


def test_prose_is_text_and_left_out():
    column = judged([" ".join(words(9)) for _ in range(40)])
    assert (column.kind, column.role) == ("text", "left out")


def test_a_first_column_of_large_numbers_going_up_is_one():
    values = np.sort(RNG.integers(1_000_000, 2_000_000, 200))
    values[20] = values[21]  # a few stand twice
    plan = planned({"c1": values, "z": RNG.normal(size=200)})
    assert plan["c1"].kind == "identifier"
    shuffled = planned({"c1": RNG.permutation(values), "z": RNG.normal(size=200)})
    assert shuffled["c1"].kind == "number"


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("id", RNG.normal(size=40)),  # a measurement, whatever its name
        ("year", list(range(1950, 1990))),
        ("c2", list(range(1950, 1990))),
        ("week", list(range(1, 41))),
        ("sorted", [i // 2 for i in range(40)]),
        ("dose", [10 * i for i in range(40)]),
        ("store_id", [i % 10 for i in range(40)]),
        ("price", RNG.integers(10_000, 900_000, 40)),
        ("humid", RNG.integers(0, 1000, 40)),
        ("paid", RNG.integers(0, 100_000, 40)),
        ("few", [3, 1, 2, 5]),
    ],
)
def test_features_that_look_alike_stay(name, values):
    assert judged(values, name).role == "input"


@given(st.lists(st.integers(0, 500), min_size=2, max_size=60))
def test_columns_in_which_values_repeat_are_never_counted_rows(values):
    values = [*values, *values]
    assert judged([*values, 501], "a").kind != "identifier"


def test_an_index_that_is_the_only_feature_stays():
    made = encoded({"x": list(range(40)), "constant": [1] * 40})
    assert made.inputs == ("x", "constant")
    plan = planned({"id": list(range(40)), "constant": [1] * 40})
    assert plan["id"].role == "input"
    assert plan["id"].reason == "counts from 0 to 39, but the only feature"


def test_of_several_that_count_those_stay_that_are_not_called_identifiers():
    made = encoded({"id": list(range(40)), "up": list(range(40)), "down": list(range(40, 0, -1))})
    assert made.inputs == ("up", "down")


@pytest.mark.parametrize("said", [{"kinds": {"Id": "number"}}, {"features": ("Id", "z")}])
def test_an_identifier_is_used_if_told(said):
    assert encoded({"z": RNG.normal(size=40), "Id": list(range(40))}, **said).inputs == ("z", "Id")


def test_a_number_is_an_identifier_if_told():
    plan = planned({"z": RNG.normal(size=40), "a": RNG.normal(size=40)}, kinds={"a": "identifier"})
    assert (plan["a"].role, plan["a"].reason) == ("left out", "as you said")


def test_a_group_keeps_rows_together_and_is_no_input():
    made = table({"z": [1.5, 2.5, 3.5, 4.5, 5.5], "who": ["b", "a", "b", None, "?"]})
    plan = plan_columns(made, Said(targets=("y",), group="who"))
    groups = encode(made, plan).groups
    assert plan["who"].role == "left out"
    assert groups is not None
    assert groups[0] == groups[2]
    assert len(set(groups.tolist())) == 4
