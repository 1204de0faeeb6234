"""ND113, ND114: do the parts come from one source?"""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import ks_2samp
from sklearn.metrics import roc_auc_score

from nndoctor.checks.data.domain_classifier import DomainClassifier, Separation, roc_area
from nndoctor.checks.data.drift import Distance, Drift, by_chance, ks_distance
from nndoctor.findings import Status

from .tables import normal, rows, table

OK, NOTE, WARNING = Status.OK, Status.NOTE, Status.WARNING
CHECKS = [Drift, DomainClassifier]


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("held_out", [20, 200, 5000])
def test_parts_of_one_source_agree_whatever_their_size(check, seed, held_out):
    x, y = normal(seed, 1000)
    other = rows(*normal(seed + 1000, held_out))
    assert check().examine(table(x, y, validation=other, seed=seed)).status is OK


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("part", ["validation", "test"])
def test_a_column_in_another_unit_is_seen(check, seed, part):
    x, y = normal(seed)
    other, other_y = normal(seed + 50, 100)
    other[:, 1] = other[:, 1] * 3 + 1
    found = check().examine(table(x, y, **{part: rows(other, other_y)}))
    assert (found.status, found.suggests) == (WARNING, ("train_test_mismatch",))
    assert part in found.message


def test_a_target_that_drifts_is_named():
    x, y = normal(0)
    found = Drift().examine(table(x, y, validation=rows(x + 0.01, np.zeros(len(x)))))
    assert found.where.column == "y0"


@pytest.mark.parametrize("seed", range(3))
def test_small_shifts_of_many_columns_are_seen_together(seed):
    x, y = normal(seed, 1000, d=20)
    other, other_y = normal(seed + 50, 1000, d=20)
    made = table(x, y, validation=rows(other + 0.2, other_y))
    assert Drift().examine(made).status is not WARNING
    assert DomainClassifier().examine(made).status is WARNING


@pytest.mark.parametrize("check", CHECKS)
def test_few_or_no_other_rows_are_not_compared(check):
    assert check().examine(table(*normal(0))).status is Status.SKIP
    assert check().examine(table(*normal(0), test=rows(*normal(1, 6)))).status is Status.SKIP


def test_missing_values_are_left_out_of_the_distance():
    x, y = normal(0)
    holes = np.where(np.random.default_rng(0).random(x.shape) < 0.3, np.nan, x)
    assert Drift().examine(table(holes, y, validation=rows(*normal(1)))).status is OK
    empty = table(x * np.nan, y, validation=rows(x * np.nan, y))
    assert DomainClassifier().examine(empty).status is Status.SKIP


def gaps_of_the_large(seed, share):
    """Rows whose first column misses most of its large values, and the target with them."""
    rng = np.random.default_rng(seed)
    x, y = normal(seed, 2000)
    x[(x[:, 0] > 0.5) & (rng.random(2000) < share), 1] = np.nan
    return x, y


@pytest.mark.parametrize("seed", range(5))
def test_whole_rows_are_compared_where_incomplete_ones_are_never_held_out(seed):
    x, y = gaps_of_the_large(seed, 0.9)
    whole = np.isfinite(x).all(axis=1)
    held = whole & (np.random.default_rng(seed).random(2000) < 0.3)
    made = table(x[~held], y[~held], validation=rows(x[held], y[held]))
    assert Drift().examine(made).status is OK
    assert Drift().examine(replace(made, missing="fill")).status is not OK


@pytest.mark.parametrize("seed", range(5))
def test_filled_rows_are_compared_with_their_gaps(seed):
    x, y = gaps_of_the_large(seed, 0.9)
    other = rows(*gaps_of_the_large(seed + 50, 0.9))
    assert Drift().examine(table(x, y, validation=other, missing="fill")).status is OK
    fuller = rows(*gaps_of_the_large(seed + 50, 0.0))
    found = Drift().examine(table(x, y, validation=fuller, missing="fill"))
    assert (found.status, found.where.column) == (WARNING, "x1")
    assert "missing" in found.message


@pytest.mark.parametrize("seed", range(3))
def test_filled_rows_are_told_apart_though_none_is_complete(seed):
    x, y = normal(seed, 600)
    x[np.arange(600), np.arange(600) % 5] = np.nan
    other, other_y = normal(seed + 50, 300)
    other[:, 1] = other[:, 1] * 3 + 1
    other[np.arange(300), np.arange(300) % 5] = np.nan
    made = table(x, y, validation=rows(other, other_y))
    assert DomainClassifier().examine(made).status is Status.SKIP
    assert DomainClassifier().examine(replace(made, missing="fill")).status is WARNING
    alike = table(x[:400], y[:400], validation=rows(x[400:], y[400:]), missing="fill")
    assert DomainClassifier().examine(alike).status is OK


def test_parts_of_one_column_drift_as_one():
    levels = np.random.default_rng(0).integers(0, 3, 900)
    x, other = np.eye(3)[levels], np.eye(3)[np.zeros(300, np.int64)]
    x, other = np.column_stack([x, levels % 2]), np.column_stack([other, np.arange(300) % 2])
    made = table(x, validation=rows(other), origins=("kind", "kind", "kind", "odd"))
    assert Drift().examine(made).message.startswith("1 of 3 columns differ")


@pytest.mark.parametrize("seed", range(5))
def test_the_distance_is_that_of_scipy(seed):
    rng = np.random.default_rng(seed)
    a, b = rng.normal(size=70), rng.integers(-1, 3, 40).astype(float)
    assert ks_distance(a, b) == pytest.approx(ks_2samp(a, b).statistic)


@pytest.mark.parametrize(("n", "m"), [(50, 50), (1000, 200), (100_000, 30)])
def test_chance_exceeds_the_bound_no_more_often_than_said(n, m):
    bound = by_chance(n, m, 0.001)
    assert bound > by_chance(10 * n, 10 * m, 0.001)
    # ks_2samp's own p-value of a sample at that very distance
    p = ks_2samp(np.arange(n) / n, np.arange(m) / m + bound).pvalue
    assert p < 0.002


@pytest.mark.parametrize("seed", range(5))
def test_the_area_is_that_of_scikit_learn(seed):
    rng = np.random.default_rng(seed)
    scores, positive = rng.integers(0, 9, 100) / 9, rng.random(100) < 0.3
    assert roc_area(scores, positive) == pytest.approx(roc_auc_score(positive, scores))


@pytest.mark.parametrize(
    ("distance", "n", "status"),
    [
        (0.19, 10**5, NOTE),
        (0.2, 10**5, WARNING),
        (0.09, 10**5, OK),
        (0.11, 10**5, NOTE),
        (0.3, 30, OK),
        (np.nan, 10**5, WARNING),
    ],
)
def test_judging_drift(distance, n, status):
    assert Drift().judge([Distance("test", "a", distance, n, n)]).status is status


@pytest.mark.parametrize(
    ("auc", "n", "status"),
    [
        (0.55, 10**4, OK),
        (0.57, 10**4, NOTE),
        (0.62, 10**4, NOTE),
        (0.63, 10**4, WARNING),
        (0.63, 50, OK),
        (np.nan, 10**4, WARNING),
    ],
)
def test_judging_separation(auc, n, status):
    assert DomainClassifier().judge([Separation("test", auc, n, n)]).status is status
