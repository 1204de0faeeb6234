"""Metrics against sums done by hand and against other ways of computing them."""

import numpy as np
import pytest
from scipy.stats import binomtest

from nndoctor.metrics.calibration import brier, expected_error, reliability
from nndoctor.metrics.classes import NO_ANSWER, class_scores, confusion
from nndoctor.metrics.errors import errors
from nndoctor.metrics.intervals import ratio, wilson


@pytest.mark.parametrize(("right", "rows"), [(0, 5), (5, 5), (3, 7), (970, 1000), (1, 1)])
def test_wilson_is_that_of_scipy(right, rows):
    told = binomtest(right, rows).proportion_ci(0.95, "wilson")
    assert wilson(right, rows) == pytest.approx((told.low, told.high))


def test_the_interval_of_a_ratio_covers_as_often_as_it_says():
    rng, held = np.random.default_rng(0), 0
    for _ in range(400):
        below = rng.exponential(size=200)
        above = 0.5 * below + rng.exponential(size=200) * 0.3
        low, high = ratio(above, below)
        held += low < 0.8 < high
    assert 0.91 < held / 400 < 0.98


def test_a_ratio_of_few_rows_or_none_has_no_interval():
    assert np.isnan(ratio(np.ones(2), np.ones(2))).all()
    assert np.isnan(ratio(np.array([1, np.inf, 2]), np.ones(3))).all()
    assert np.isnan(ratio(np.ones(3), np.zeros(3))).all()


def test_calibrated_answers_have_no_gap_and_sure_wrong_ones_a_full_one():
    sure = np.array([0.75] * 4 + [1.0] * 2)
    right = np.array([True, True, True, False, True, True])
    assert expected_error(reliability(sure, right)) == pytest.approx(0)
    assert expected_error(reliability(np.ones(3), np.zeros(3))) == 1
    bins = reliability(np.array([0.0, 1 / 15, 1.0]), np.zeros(3))
    assert [(one.count, round(one.low * 15)) for one in bins] == [(2, 0), (1, 14)]


def test_brier_runs_from_nought_to_two():
    hot = np.eye(3)
    assert brier(hot, hot) == 0
    assert brier(hot[::-1][:1], hot[:1]) == 2


def test_a_row_without_an_answer_is_wrong_and_counted():
    true, given = np.array([0, 1, 1]), np.array([0, 1, NO_ANSWER])
    assert confusion(true, given, 2).tolist() == [[1, 0, 0], [0, 1, 1]]
    assert class_scores(true, given, 2).recall.tolist() == [1, 0.5]


def test_a_class_that_is_never_given_scores_nought():
    found = class_scores(np.array([0, 1]), np.array([0, 0]), 3)
    assert found.precision.tolist() == [0.5, 0, 0]
    assert found.rows.tolist() == [1, 1, 0]


def test_errors_that_are_not_finite_are_never_good():
    found = errors(np.array([1.0, 2]), np.array([1.0, np.nan]))
    assert (found.r_squared, found.absolute) == (-np.inf, np.inf)
    assert errors(np.ones(3), np.ones(3)).r_squared == -np.inf
