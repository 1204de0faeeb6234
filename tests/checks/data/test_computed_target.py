"""ND121: a target that someone added up is told from one that columns merely explain."""

import numpy as np
import pytest
from sklearn.datasets import load_diabetes, make_friedman1

from nndoctor.checks.data.computed_target import ComputedTarget, Formula
from nndoctor.findings import Status

from .tables import SEEDS, table

OK, NOTE, WARNING = Status.OK, Status.NOTE, Status.WARNING


def rentals(seed, n=400):
    """Casual and registered riders, their total, and three columns that explain it in part."""
    rng = np.random.default_rng(seed)
    other = rng.normal(size=(n, 3))
    casual = np.round(np.exp(5 + 0.5 * other[:, 0] + 0.3 * rng.normal(size=n)))
    registered = np.round(np.exp(7 + 0.3 * other[:, 1] + 0.2 * rng.normal(size=n)))
    return np.column_stack([other, casual, registered])


@pytest.mark.parametrize("seed", range(10))
def test_the_parts_of_a_total_are_named_with_their_weights(seed):
    x = rentals(seed)
    found = ComputedTarget().examine(table(x, x[:, 3] + x[:, 4], "regression", seed=seed))
    assert (found.status, found.suggests) == (WARNING, ("data_leak",))
    weights = dict(found.evidence[0].rows)
    assert weights == {"x3": pytest.approx(1), "x4": pytest.approx(1)}
    assert "y0 = 1 x4 + 1 x3 (R^2 1.0000" in found.message


@pytest.mark.parametrize("seed", SEEDS)
def test_a_difference_of_columns_that_go_together_is_found_with_its_constant(seed):
    rng = np.random.default_rng(seed)
    end = rng.normal(100, 20, 500)
    x = np.column_stack([end, end - rng.normal(3, 1, 500), rng.normal(size=(500, 4))])
    x[rng.random(500) < 0.1, 5] = np.nan
    y = 2.5 * (x[:, 0] - x[:, 1]) - 40
    found = ComputedTarget().examine(table(x, y, "regression"))
    assert found.status is WARNING
    assert dict(found.evidence[0].rows) == {"x0": pytest.approx(2.5), "x1": pytest.approx(-2.5)}
    assert found.message.count("- 40 ") == 1


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("noise", [0.1, 0.5, 3.0])
def test_what_is_explained_well_is_not_computed(seed, noise):
    x = rentals(seed)
    y = x[:, 3] + x[:, 4]
    y = y + noise * y.std() * np.random.default_rng(seed).normal(size=400)
    assert ComputedTarget().examine(table(x, y, "regression")).status is OK


def test_measured_targets_and_laws_that_bend_are_left_alone():
    sugar = load_diabetes()
    assert ComputedTarget().examine(table(sugar.data, sugar.target, "regression")).status is OK
    bent = make_friedman1(500, noise=0.0, random_state=0)
    assert ComputedTarget().examine(table(*bent, "regression")).status is OK


@pytest.mark.parametrize(("columns", "status"), [(2, NOTE), (4, NOTE), (5, OK), (20, OK)])
def test_a_made_up_plane_over_all_columns_is_no_leak(columns, status):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(500, columns))
    made = table(x, x @ rng.uniform(1, 2, columns), "regression")
    found = ComputedTarget().examine(made)
    assert (found.status, found.suggests) == (status, ())


def test_a_single_column_is_the_question_of_another_check():
    x = rentals(0)
    assert ComputedTarget().examine(table(x, 3 * x[:, 3] + 1, "regression")).status is OK


def test_classes_and_few_rows_are_not_asked():
    x = rentals(0)
    assert ComputedTarget().examine(table(x)).status is Status.SKIP
    assert ComputedTarget().examine(table(x[:49], x[:49, 3], "regression")).status is Status.SKIP
    assert ComputedTarget().examine(table(x[:, :1], x[:, 0], "regression")).status is Status.SKIP
    assert ComputedTarget().examine(table(x, x[:, 0] * 0, "regression")).status is Status.SKIP


@pytest.mark.parametrize(
    ("known", "spare", "status"),
    [(0.999, 1, WARNING), (0.999, 0, NOTE), (0.9989, 1, OK), (np.nan, 1, WARNING)],
)
def test_judging(known, spare, status):
    seen = Formula("y", ("a", "b"), ("a", "b"), (1.0, -1.0), 0.0, known, spare)
    assert ComputedTarget().judge(seen).status is status
