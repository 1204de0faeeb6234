import numpy as np
import pytest

from nndoctor.data import cleaning
from nndoctor.data.cleaning import check_finite

from .helpers import dataset, refused


@pytest.fixture(autouse=True, params=[1, 1 << 20])
def piece(request, monkeypatch):
    """Every test in one piece and row by row."""
    monkeypatch.setattr(cleaning, "CELLS", request.param)


def test_clean_data_comes_back_as_it_is():
    whole = dataset([[1.0], [2.0]], [0, 1])
    assert check_finite(whole) is whole


def test_names_column_row_count_and_target():
    x = np.ones((6, 2))
    x[[2, 4], 1] = np.nan
    y = np.ones(6)
    y[3] = -np.inf
    column, target = refused(lambda: check_finite(dataset(x, y)))
    assert column.problem == (
        "column 'x1' has 2 missing or infinite values, the first in row 3: missing"
    )
    assert "target 'y' has 1 missing or infinite values, the first in row 4: -inf" in target.problem
    assert target.hint == "--set data.drop_missing=true leaves those rows out, 3 of 6"


def test_five_columns_and_more():
    x = np.full((3, 8), np.nan)
    mistakes = refused(lambda: check_finite(dataset(x, [1, 2, 3])))
    assert len(mistakes) == 6
    assert "and 3 more" in mistakes[-1].problem
    assert "drop_missing" in mistakes[-1].hint


def test_missing_labels_count():
    y = np.array(["a", None, "b", "a"], object)
    (mistake,) = refused(lambda: check_finite(dataset(np.ones((4, 1)), y)))
    assert "'y' has 1 missing or infinite values, the first in row 2" in mistake.problem


def test_dropping_leaves_the_other_rows_and_says_so():
    x = np.array([[1.0], [np.nan], [3.0], [4.0]])
    y = np.array([1.0, 2.0, np.inf, 4.0])
    kept = check_finite(dataset(x, y), drop_missing=True)
    assert kept.x.tolist() == [[1], [4]]
    assert kept.y.tolist() == [[1], [4]]
    assert kept.notes == ("2 of 4 rows left out, for missing or infinite values",)


def test_dropping_nearly_everything_is_refused():
    x = np.array([[1.0], [np.nan], [np.nan]])
    (mistake,) = refused(lambda: check_finite(dataset(x, [1, 2, 3]), drop_missing=True))
    assert "2 of 3 rows" in mistake.problem
    assert mistake.hint
