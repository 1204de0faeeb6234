"""ND122: a course of time is told from rows that merely have dates."""

from dataclasses import replace

import numpy as np
import pytest

from nndoctor.checks.data.series_split import Course, SeriesSplit
from nndoctor.checks.measures.raw_table import Rows
from nndoctor.findings import Status

from .tables import SEEDS, table

OK, NOTE, SKIP = Status.OK, Status.NOTE, Status.SKIP
DAY = 86400.0


def course(seed, n=400):
    """A target that wanders about its mean from day to day."""
    rng = np.random.default_rng(seed)
    y = np.zeros(n)
    for k in range(1, n):
        y[k] = 0.9 * y[k - 1] + rng.normal()
    return y


def dated(seed, y, moments, kind="regression", **changed):
    """A table whose validation rows were drawn at random; the file's rows are in no order."""
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(y))
    x, y, moments = rng.normal(size=(len(y), 3)), y[order], moments[order]
    held = rng.random(len(y)) < 0.2
    parts = [
        Rows(
            x[at], y[at].reshape(len(x[at]), -1).astype(float), np.flatnonzero(at) + 1, moments[at]
        )
        for at in (~held, held)
    ]
    made = table(parts[0].x, parts[0].y, kind, validation=parts[1], **changed)
    return replace(made, train=parts[0])


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("kind", ["regression", "classification", "multilabel"])
def test_a_course_whose_rows_are_drawn_at_random_is_noted(seed, kind):
    y, moments = course(seed), DAY * np.arange(400)
    if kind != "regression":
        y = (y > 0).astype(int)
    y = np.column_stack([y, 1 - y]) if kind == "multilabel" else y
    found = SeriesSplit().examine(dated(seed, y, moments, kind))
    assert (found.status, "--split time" in found.advice) == (NOTE, True)
    assert SeriesSplit().examine(dated(seed, y, moments, kind, split="time")).status is OK


@pytest.mark.parametrize("seed", SEEDS)
def test_many_shops_on_one_day_are_one_moment(seed):
    rng = np.random.default_rng(seed)
    y = (course(seed, 100)[:, None] + 3 * rng.normal(size=(100, 20))).ravel()
    made = dated(seed, y, DAY * np.repeat(np.arange(100), 20))
    assert SeriesSplit().examine(made).status is NOTE


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("n", [20, 60, 1000])
def test_rows_that_have_dates_but_no_course_are_left_alone(seed, n):
    rng = np.random.default_rng(seed)
    moments = DAY * rng.integers(0, n, n)
    moments[3] = np.nan
    made = dated(seed, rng.normal(size=n), moments)
    assert SeriesSplit().examine(made).status is OK
    made = dated(seed, rng.integers(0, 3, n), moments, "classification")
    assert SeriesSplit().examine(made).status is OK


def test_without_dates_or_held_out_rows_there_is_nothing_to_ask():
    y = course(0)
    x = np.zeros((400, 2))
    assert SeriesSplit().examine(table(x, y, "regression")).status is SKIP
    made = table(x, y, "regression", validation=Rows(x, y[:, None], np.arange(400)))
    assert SeriesSplit().examine(made).status is SKIP


@pytest.mark.parametrize(
    ("alike", "moments", "split", "status"),
    [
        (0.31, 1000, "random", NOTE),
        (0.29, 1000, "random", OK),
        (0.5, 60, "random", OK),
        (0.9, 29, "random", OK),
        (0.9, 1000, "time", OK),
        (0.9, 1000, "group", OK),
        (np.nan, 1000, "random", NOTE),
    ],
)
def test_judging(alike, moments, split, status):
    assert SeriesSplit().judge(Course(alike, moments, split)).status is status
