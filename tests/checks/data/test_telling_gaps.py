"""ND123: gaps that go with the target are told from gaps by lot."""

import numpy as np
import pytest

from nndoctor.checks.data.telling_gaps import Gap, TellingGaps
from nndoctor.findings import Status

from .tables import SEEDS, normal, table

OK, NOTE = Status.OK, Status.NOTE


def holed(seed, y, chance):
    """Features of which one is missing with the chance that is given for each row."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(len(y), 4))
    x[rng.random(len(y)) < chance, 2] = np.nan
    return x


@pytest.mark.parametrize("seed", SEEDS)
def test_a_gap_that_goes_with_a_class_is_told_with_both_shares(seed):
    y = np.random.default_rng(seed).integers(0, 2, 900)
    x = holed(seed, y, np.where(y == 1, 0.5, 0.85))  # as with the cabins of a ship
    found = TellingGaps().examine(table(x, y, labels=("no", "yes"), missing="fill"))
    assert (found.status, found.where.column, found.suggests) == (NOTE, "x2", ())
    gaps = np.isnan(x[:, 2])
    here, there = y[gaps].mean(), y[~gaps].mean()
    told = f"{here:.0%} of rows without 'x2' are of class yes, but {there:.0%} of the others"
    assert told in found.message


@pytest.mark.parametrize("seed", SEEDS)
def test_of_several_classes_the_one_that_differs_most_is_named(seed):
    y = np.random.default_rng(seed).integers(0, 4, 900)
    x = holed(seed, y, np.where(y == 2, 0.4, 0.1))
    assert "of class 2, but" in TellingGaps().examine(table(x, y)).message


@pytest.mark.parametrize("seed", SEEDS)
def test_a_gap_that_goes_with_a_number_is_told_with_both_medians(seed):
    y = np.exp(np.random.default_rng(seed).normal(size=900))
    found = TellingGaps().examine(table(holed(seed, y, np.where(y > 1, 0.4, 0.2)), y, "regression"))
    assert (found.status, found.where.column) == (NOTE, "x2")
    row = found.evidence[0].rows[0]
    assert row[3] > row[4]


@pytest.mark.parametrize("seed", range(30))
@pytest.mark.parametrize("kind", ["classification", "regression"])
def test_gaps_by_lot_are_left_alone(seed, kind):
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 3, 200) if kind == "classification" else rng.normal(size=200)
    x = rng.normal(size=(200, 30))
    x[rng.random((200, 30)) < 0.2] = np.nan
    assert TellingGaps().examine(table(x, y, kind)).status is OK


def test_gaps_of_one_column_are_told_once():
    y = np.random.default_rng(0).integers(0, 2, 900)
    x = np.hstack([normal(0, 900)[0][:, :1], np.eye(3)[np.arange(900) % 3]])
    x[(y == 1) & (np.arange(900) % 2 == 0), 1:] = np.nan
    found = TellingGaps().examine(table(x, y, origins=("age", "kind", "kind", "kind")))
    assert [row[0] for row in found.evidence[0].rows] == ["kind"]


def test_a_few_gaps_and_targets_that_are_missing_say_nothing():
    x, y = normal(0)
    x[np.flatnonzero(y == 1)[:9], 1] = np.nan
    assert TellingGaps().examine(table(x, y)).status is OK
    x, y = normal(0)
    x[:150, 1] = np.nan
    assert TellingGaps().examine(table(x, np.where(np.isnan(x[:, 1]), np.nan, y))).status is OK


@pytest.mark.parametrize(
    ("effect", "chance", "status"),
    [(0.1, 0.001, NOTE), (0.09, 1e-9, OK), (0.5, 0.0011, OK), (np.nan, np.nan, NOTE)],
)
def test_judging(effect, chance, status):
    one = Gap("a", 50, effect, chance, "median", 1.0, 2.0)
    assert TellingGaps().judge([one]).status is status
