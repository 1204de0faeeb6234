"""The target: its labels and numbers as they are, and what can't be one."""

from dataclasses import replace

import numpy as np
import pytest

from nndoctor.data.columns import Said, encode, plan_columns

from ..helpers import refused
from .helpers import encoded, planned, repeated, table

X = [0.5 * (i % 7) for i in range(40)]


def answers(values: object, **said: object) -> np.ndarray:
    return encoded({"x": X, "y": values}, **said).y


def test_numbers_stay_what_they_are():
    assert answers(repeated(1, 2, 3)).dtype == np.int64
    assert answers(repeated(1.5, 2.5)).tolist()[:2] == [[1.5], [2.5]]
    assert answers(list(range(40)))[:3].tolist() == [[0], [1], [2]]
    assert answers(repeated("1,5", "2,5")).tolist()[:2] == [[1.5], [2.5]]


def test_text_is_labels_and_gaps_stay():
    made = answers([None, "?", *repeated("b", "a", rows=38)])
    assert made.dtype == object
    assert made.ravel()[:4].tolist() == [None, None, "b", "a"]


def test_truth_values_are_bools_and_yes_and_no_are_labels():
    assert answers(repeated(True, False)).dtype == bool
    assert answers(repeated("True", "False")).dtype == bool
    assert answers(repeated("Yes", "No")).ravel()[:2].tolist() == ["Yes", "No"]
    gaps = answers([None, *repeated("true", "false", rows=39)])
    assert np.isnan(gaps[0, 0])
    assert gaps[1:3].tolist() == [[1], [0]]


def test_labels_that_differ_by_case_or_blanks_are_joined_loudly():
    made = encoded({"x": X, "y": ["yes ", "YES", *repeated("Yes", "No", rows=38)]})
    assert made.y.ravel()[:4].tolist() == ["Yes", "Yes", "Yes", "No"]
    assert made.notes == (
        "column 'y': 'yes', 'YES' taken for 'Yes', as only case or blanks differ",
    )


def test_labels_of_another_file_take_the_spelling_of_the_first():
    plan = planned({"x": X, "y": repeated("Spam", "ham", "eggs")})
    new = encode(table({"x": [1.0, 2.0, 3.0], "y": ["spam", "new", None]}), plan)
    assert new.y.ravel().tolist() == ["Spam", "new", None]


def test_text_with_many_labels_is_still_a_target():
    labels = [f"k{'x' * (i % 30)}" for i in range(200)]
    made = encoded({"x": repeated(1.5, 2.5, rows=200), "y": labels})
    assert made.y.ravel().tolist() == labels


def test_several_targets_keep_the_order_asked_for_and_one_text_makes_all_text():
    made = table({"x": X, "p": repeated(1, 2), "q": repeated("u", "v"), "r": repeated(5, 6)})
    plan = plan_columns(made, Said(targets=("r", "p", "r")))
    assert encode(made, plan).targets == ("r", "p")
    assert encode(made, plan).y[:2].tolist() == [[5, 1], [6, 2]]
    text = encode(made, plan_columns(made, Said(targets=("q", "p"))))
    assert text.y[:2].tolist() == [["u", "1"], ["v", "2"]]


def test_a_constant_target_is_left_to_the_task():
    assert answers(["u"] * 40).ravel().tolist() == ["u"] * 40
    assert answers([3] * 40).ravel().tolist() == [3] * 40


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ([f"2020-01-{i % 28 + 1:02}" for i in range(40)], "target 't' holds dates"),
        ([f"C{i:02}" for i in range(40)], "target 't' identifies the rows"),
        ([None] * 40, "target 't' has no values"),
    ],
)
def test_what_no_target_can_be_is_refused_with_a_likely_one(values, problem):
    made = table({"x": X, "t": values, "species": repeated("u", "v", "w")})
    (mistake,) = refused(lambda: plan_columns(made, Said(targets=("t",))))
    assert problem in mistake.problem
    assert "--target" in mistake.hint


def test_without_a_target_the_likely_one_is_proposed():
    made = table({"x": X, "price": X})
    (mistake,) = refused(lambda: plan_columns(made, Said()))
    assert mistake.problem == "no target column named for t.csv"
    assert mistake.hint == "the likeliest is 'y': by its name"


def test_where_none_is_likely_the_columns_are_listed():
    made = table({"id": list(range(40)), "uid": [f"k{i}" for i in range(40)]})
    made = replace(made, frame=made.frame[["id", "uid"]])
    (mistake,) = refused(lambda: plan_columns(made, Said()))
    assert mistake.hint == "--target NAME, one of 'id', 'uid'"


def test_the_format_may_say_the_target():
    made = table({"x": X, "t": X}, target="t")
    assert plan_columns(made, Said()).targets == ("t",)


def test_a_table_without_anything_to_learn_from():
    (alone,) = refused(lambda: plan_columns(table({"y": [1, 2]}), Said(targets=("y",))))
    assert alone.problem == "t.csv has no column besides its target"
    (aside,) = refused(lambda: planned({"c": ["u"] * 40}))
    assert "has no column to learn from" in aside.problem
    assert "'c': always 'u'" in aside.hint


def test_without_answers_no_target_is_needed():
    plan = planned({"x": X})
    new = encode(table({"x": [1.0, 2.0]}), plan, answers=False)
    assert new.y.shape == (2, 0)
    assert new.targets == ()


def test_how_the_numbers_of_a_target_are_written_is_said():
    prices = [f"{i}.500,00 EUR" for i in range(1, 41)]
    plan = plan_columns(table({"a": repeated(1.5, 2.5), "y": prices}), Said(targets=("y",)))
    said = plan["y"].treatment
    assert said == "the target: numbers (decimal comma, points between thousands, without 'EUR')"
