from dataclasses import replace

import numpy as np
import pytest

from nndoctor.data import cleaning
from nndoctor.data.cleaning import cleaned

from .helpers import dataset, refused


@pytest.fixture(autouse=True, params=[1, 1 << 20])
def piece(request, monkeypatch):
    """Every test in one piece and row by row."""
    monkeypatch.setattr(cleaning, "CELLS", request.param)


NAN = np.nan


def test_clean_data_comes_back_as_it_is():
    whole = dataset([[1.0], [2.0]], [0, 1])
    assert cleaned(whole) is cleaned(whole, "refuse") is cleaned(whole, "drop") is whole


def test_by_default_missing_inputs_stay():
    gappy = dataset([[1.0], [NAN], [3.0]], [0, 1, 0])
    assert cleaned(gappy) is gappy


def test_refused_are_column_row_count_and_target():
    x = np.ones((6, 2))
    x[[2, 4], 1] = NAN
    y = np.ones(6)
    y[3] = -np.inf
    target, column = refused(lambda: cleaned(dataset(x, y), "refuse"))
    assert column.problem == (
        "column 'x1' has 2 missing or infinite values, the first in row 3: missing"
    )
    assert "target 'y' has 1 missing or infinite values, the first in row 4: -inf" in target.problem
    assert column.hint == "--set data.drop_unlabelled=true leaves those rows out, 1 of 6"
    (alone,) = refused(lambda: cleaned(dataset(x, np.ones(6)), "refuse"))
    assert alone.hint == (
        "--missing fill fills them in, --missing drop leaves those rows out, 2 of 6"
    )


def test_five_columns_and_more():
    mistakes = refused(lambda: cleaned(dataset(np.full((3, 8), NAN), [1, 2, 3]), "refuse"))
    assert len(mistakes) == 6
    assert "and 3 more" in mistakes[-1].problem
    assert "--missing fill" in mistakes[-1].hint


@pytest.mark.parametrize("y", [["a", None, "b", "a"], [1.0, NAN, 2.0, 1.0]])
def test_a_missing_target_is_refused_unless_its_row_is_to_go(y):
    y = np.array(y, object if "a" in y else float)
    gappy = dataset(np.ones((4, 1)), y)
    (mistake,) = refused(lambda: cleaned(gappy))
    assert "'y' has 1 missing or infinite values, the first in row 2" in mistake.problem
    assert mistake.hint == "--set data.drop_unlabelled=true leaves those rows out, 1 of 4"
    assert len(cleaned(gappy, drop_unlabelled=True)) == 3


def test_rows_without_a_target_go_and_gaps_in_inputs_stay():
    gappy = dataset([[1.0], [NAN], [3.0], [4.0]], [1.0, 2.0, NAN, 4.0])
    kept = cleaned(gappy, "fill", drop_unlabelled=True)
    assert np.isnan(kept.x).tolist() == [[False], [True], [False]]


def test_dropping_leaves_the_other_rows_and_says_how_many():
    x = np.array([[1.0], [NAN], [3.0], [4.0]])
    y = np.array([1.0, 2.0, np.inf, 4.0])
    kept = cleaned(dataset(x, y), "drop")
    assert kept.x.tolist() == [[1], [4]]
    assert kept.y.tolist() == [[1], [4]]
    assert kept.notes == ("2 of 4 rows stay: 2 are left out, for missing or infinite values",)


def test_dropping_nearly_everything_is_refused_with_another_way():
    x = np.array([[1.0], [NAN], [NAN]])
    (mistake,) = refused(lambda: cleaned(dataset(x, [1, 2, 3]), "drop"))
    assert "2 of 3 rows" in mistake.problem
    assert mistake.hint == "--missing fill keeps them"


def test_parts_of_one_column_are_refused_once():
    levels = replace(
        dataset([[1.0, 0.0], [NAN, NAN], [0.0, 1.0]], [0, 1, 0]), origins=("colour", "colour")
    )
    (mistake,) = refused(lambda: cleaned(levels, "refuse"))
    assert mistake.problem.startswith("column 'colour' has 1 missing")
