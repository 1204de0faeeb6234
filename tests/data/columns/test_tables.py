"""Whole tables: typed frames, other files with the same plan, plans kept as JSON."""

import datetime
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from nndoctor.data.columns import Plan, encode

from ..helpers import refused
from .helpers import encoded, inputs_of, judged, planned, repeated, table

X = [0.5 * (i % 7) for i in range(40)]
MIXED = {
    "x": X,
    "colour": repeated("red", "blue", "green"),
    "pay": repeated("1.500,5", "20"),
    "day": pd.date_range("2019-12-01", periods=40, freq="17h").strftime("%d.%m.%Y %H:%M"),
    "member": repeated("yes", "no"),
    "y": repeated("u", "v"),
}


def test_another_file_gives_the_same_inputs_whatever_the_order_of_its_columns():
    made = table(MIXED)
    plan = planned(MIXED)
    mixed = table({name: MIXED[name] for name in reversed(MIXED)} | {"more": X})
    one, other = encode(made, plan), encode(mixed, plan)
    assert one.inputs == other.inputs
    np.testing.assert_array_equal(one.x, other.x)
    assert other.notes == ("ignored: column 'more'",)


def test_a_plan_survives_json():
    plan = planned(MIXED)
    again = Plan.model_validate_json(plan.model_dump_json())
    assert again == plan
    np.testing.assert_array_equal(encode(table(MIXED), again).x, encode(table(MIXED), plan).x)


def test_missing_columns_and_text_where_numbers_belong():
    plan = planned({"a": X, "b": X})
    (missing,) = refused(lambda: encode(table({"a": [1.0, 2.0]}), plan))
    assert missing.problem == "t.csv has no column 'b'"
    assert missing.hint == "there are 'a', 'y'"
    bad = table({"a": ["1", "two"], "b": ["?", "three"]}, line_of=lambda row: row + 1)
    one, other = refused(lambda: encode(bad, plan))
    assert one.problem == "column 'a' has text, such as 'two' in row 2 (line 3)"
    assert one.hint == "numbers are expected"
    assert "'three'" in other.problem


def test_columns_left_out_are_not_needed():
    plan = planned({"a": X, "b": X}, drop=("b",))
    assert encode(table({"a": [1.0, 2.0]}), plan).x.tolist() == [[1], [2]]


def test_numbers_for_a_text_column_and_truth_values():
    plan = planned({"a": X, "b": repeated("1", "2", "x"), "t": repeated("yes", "no")})
    new = encode(table({"a": [1, 2], "b": [1.0, 2.0], "t": [True, False]}), plan)
    assert new.x.tolist() == [[1, 1, 0, 0, 1], [2, 0, 1, 0, 0]]


@pytest.mark.parametrize(
    ("values", "first"),
    [
        (pd.array([1, None, 3] * 13, dtype="Int64"), [1, np.nan, 3]),
        (pd.array([1.5, None, 3] * 13, dtype="Float32"), [1.5, np.nan, 3]),
        (pd.array([True, None, False] * 13, dtype="boolean"), [1, np.nan, 0]),
        ([True, None, False] * 13, [1, np.nan, 0]),
        ([Decimal("1.5"), None, Decimal("2")] * 13, [1.5, np.nan, 2]),
        ([1, 2.5, None] * 13, [1, 2.5, np.nan]),
        ([1, "2.5", None] * 13, [1, 2.5, np.nan]),
        ([datetime.timedelta(1), None, datetime.timedelta(2)] * 13, [86400, np.nan, 172800]),
        (pd.to_timedelta([1, None, 2] * 13, unit="s"), [1, np.nan, 2]),
        (pd.Series(["yes", None, "no"] * 13, dtype=object), [1, np.nan, 0]),
        (pd.Series(["1,5", None, "2,5"] * 13, dtype=object), [1.5, np.nan, 2.5]),
        (pd.Categorical(["1,5", None, "2,5"] * 13), [1.5, np.nan, 2.5]),
        (pd.Categorical(["yes", None, "no"] * 13), [1, np.nan, 0]),
        (pd.Categorical([1, 2, 3] * 13), [1, 2, 3]),
        (np.array([1, 2, 5] * 13, np.uint8), [1, 2, 5]),
    ],
)  # fmt: skip
def test_typed_frames(values, first):
    np.testing.assert_array_equal(inputs_of(values)["a"][:3], first)


def test_dates_as_objects_and_times():
    days = [datetime.date(2020, 1 + i % 12, 1) for i in range(39)]
    assert inputs_of(days)["a.month"][:2] == [1, 2]
    times = [datetime.time(i % 24, 30) for i in range(39)]
    assert inputs_of(times)["a.hour"][:2] == [0.5, 1.5]


def test_a_sheet_may_mix_dates_with_text():
    days = [datetime.datetime(2020, 1 + i % 12, 1, 12) for i in range(39)]
    (mistake,) = refused(lambda: judged([*days, "soon"]))
    assert "has text where dates belong: 'soon' in row 40" in mistake.problem
    assert inputs_of([*days, "-"])["a.month"][:2] == [1, 2]


def test_a_truth_column_takes_other_words_for_neither_and_counts_them():
    plan = planned({"a": X, "t": repeated("yes", "no")})
    new = encode(table({"a": [1.0, 2.0, 3.0], "t": ["maybe", "YES", None]}), plan)
    np.testing.assert_array_equal(new.x[:, 1], [0.5, 1, np.nan])
    assert new.notes == (
        "column 't': 'maybe' in 1 row taken for none of the known 'yes', 'no': the input is 0.5",
    )


@pytest.mark.parametrize(
    ("values", "held"),
    [([[1], [2]], "list"), ([b"a", b"b"], "bytes"), ([1j, 2j], "complex128"), ([{}, {}], "dict")],
)
def test_what_is_neither_number_date_nor_text_is_refused_by_name(values, held):
    (mistake,) = refused(lambda: judged(values * 20))
    assert mistake.problem.startswith("column 'a' holds ")
    assert held in mistake.problem


def test_small_tables_of_numbers_are_left_as_they_are():
    made = encoded({"a": [1, 3], "b": [2, 4], "y": [0, 1]})
    assert made.x.tolist() == [[1, 2], [3, 4]]
    assert made.x.dtype == np.int64


def test_missing_numbers_are_nan():
    made = encoded({"a": [1.0, np.nan, 3.0], "b": [1, 2, 3]})
    assert np.isnan(made.x).tolist() == [[False, False], [True, False], [False, False]]


def test_wide_tables():
    columns = {f"c{i}": repeated("a", "b", "c", rows=20) for i in range(300)}
    assert encoded(columns).x.shape == (20, 900)


def test_inputs_have_distinct_names_whatever_the_columns_are_called():
    made = encoded({"sex": repeated("f", "m"), "sex=m": X})
    assert made.inputs == ("sex=m'", "sex=m")
    assert made.origins == ("sex", "sex=m")
