"""Errors row by row, and how far their mean can be trusted."""

import numpy as np
import pytest

from nndoctor.checks.measures.row_errors import Measured, gap, measured, row_errors
from nndoctor.scores import score
from nndoctor.trainable import Batch, Task

from ..fakes import REGRESSION, THREE

LABELS = Task("multilabel", "binary_cross_entropy", 2, labels=("p", "q"))


def test_a_row_is_wrong_or_right():
    outputs = np.array([[9.0, 0, 0], [0, 9.0, 0], [np.nan, 0, 9.0]])
    assert row_errors(THREE, outputs, np.array([[0], [2], [2]])).tolist() == [0, 1, 1]


def test_of_many_labels_the_wrong_ones_count():
    outputs = np.array([[1.0, -1.0], [1.0, 1.0], [np.nan, 1.0]])
    y = np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 1.0]])
    assert row_errors(LABELS, outputs, y).tolist() == [0, 0.5, 0.5]


def test_a_regression_that_answers_the_mean_leaves_all_variance():
    y = np.array([[1.0, 5.0], [2.0, 5.0], [6.0, 8.0]])
    mean = np.tile(y.mean(axis=0), (3, 1))
    assert row_errors(REGRESSION, mean, y).mean() == pytest.approx(1.0)
    assert np.isnan(row_errors(REGRESSION, mean * np.nan, y)).all()


def test_the_standard_error_is_that_of_repeated_draws():
    """Rows and seeds drawn anew many times: the mean strays as far as it is told to."""
    rng = np.random.default_rng(0)
    means, told = [], []
    for _ in range(2000):
        errors = 0.3 + rng.normal(0, 0.2, 40) + rng.normal(0, 0.05, (3, 1))
        seen = measured(errors)
        means.append(seen.mean)
        told.append(seen.error**2)
    assert np.sqrt(np.mean(told)) == pytest.approx(np.std(means), rel=0.1)


def test_one_seed_has_the_error_of_its_rows_and_one_row_none():
    rows = np.array([[0.0, 1.0, 0.0, 1.0]])
    assert measured(rows) == Measured(0.5, pytest.approx(rows.std(ddof=1) / 2))
    assert measured(np.array([[1.0], [1.0]])).error == np.inf


def test_a_gap_is_as_unsure_as_both_its_ends():
    assert gap(Measured(0.5, 0.3), Measured(0.1, 0.4)) == Measured(0.4, pytest.approx(0.5))


@pytest.mark.parametrize(
    ("seen", "level", "exceeds"),
    [
        (Measured(0.1, 0.04), 0.05, True),
        (Measured(0.1, 0.06), 0.05, False),  # not sure
        (Measured(0.04, 0.001), 0.05, False),  # not much
        (Measured(np.nan, 0.01), 0.0, False),
        (Measured(0.5, np.nan), 0.0, False),
        (Measured(0.5, np.inf), 0.0, False),
    ],
)
def test_what_exceeds_a_level_is_high_and_sure(seen, level, exceeds):
    assert seen.exceeds(level) is exceeds


def test_what_is_left_unexplained_is_one_less_r_squared_on_any_rows():
    rng = np.random.default_rng(3)
    y, outputs = rng.normal(2, 3, (30, 1)), rng.normal(size=(30, 1))
    for rows in (slice(0, 30), slice(0, 11)):
        left = row_errors(REGRESSION, outputs[rows], y[rows]).mean()
        assert 1 - left == pytest.approx(score(REGRESSION, outputs[rows], Batch(y[rows], y[rows])))
    assert np.isinf(row_errors(REGRESSION, outputs, np.ones((30, 1)))).all()
