"""ND405: what a trained network scores, held against the constant prediction on the same rows."""

from dataclasses import replace

import numpy as np
import pytest

from nndoctor.checks.learning.guessing import BetterThanGuessing, Learned, Part
from nndoctor.checks.measures.row_errors import Measured
from nndoctor.findings import Status
from nndoctor.scores import guess_scores, row_scores, score
from nndoctor.trainable import Batch, Task

from .fakes import REGRESSION, THREE

LABELS = Task("multilabel", "binary_cross_entropy", 2, labels=("p", "q"))
CHECK = BetterThanGuessing()


class Says:
    """A model that answers the same whatever it is asked."""

    def __init__(self, *answer):
        self.answer = answer

    def outputs(self, batch):
        return np.tile(np.array(self.answer, float), (len(batch), 1))


class Knows(Says):
    """One that knows the class of every row by its only input."""

    def outputs(self, batch):
        return 5.0 * (batch.x == np.arange(3))


def rows(*classes):
    x = np.array(classes)[:, None]
    return Batch(x, x)


MANY = rows(*[0] * 60, *[1] * 30, *[2] * 10)


def seen(model, train=MANY, validation=None, test=None, task=THREE):
    return CHECK.measure(task, model, train, validation, test)


def test_the_most_frequent_class_of_the_training_rows_is_the_guess():
    assert guess_scores(THREE, MANY.y, rows(0, 0, 1).y).tolist() == [1, 1, 0]
    switches = np.array([[1.0, 0.0], [1.0, 1.0], [1.0, 0.0]])
    assert guess_scores(LABELS, switches, switches).tolist() == [1, 0, 1]
    numbers = np.array([[1.0], [2.0], [6.0]])
    assert guess_scores(REGRESSION, numbers, numbers).mean() == pytest.approx(0)
    assert guess_scores(REGRESSION, numbers + 9, numbers).mean() < 0


@pytest.mark.parametrize("task", [THREE, LABELS, REGRESSION], ids=lambda task: task.kind)
def test_the_rows_add_up_to_the_score(task):
    rng = np.random.default_rng(0)
    outputs, y = rng.normal(size=(20, task.outputs)), rng.integers(0, 2, (20, 2)).astype(float)
    y = y if task is LABELS else y[:, :1]
    assert row_scores(task, outputs, y).mean() == pytest.approx(score(task, outputs, Batch(y, y)))


@pytest.mark.parametrize("task", [THREE, REGRESSION], ids=lambda task: task.kind)
def test_a_constant_is_no_better_than_guessing(task):
    model = Says(1, 0, 0) if task is THREE else Says(MANY.y.mean())
    found = CHECK.judge(seen(model, validation=MANY, task=task))
    assert found.status is Status.WARNING
    told = "accuracy 0.60: no better than guessing (0.60)"
    told = told if task is THREE else "R^2 0.00: no better than guessing (0.00)"
    assert found.message == f"validation {told}"


def test_what_knows_its_rows_is_better_and_test_rows_are_told():
    found = CHECK.judge(seen(Knows(), validation=rows(*[0, 1] * 15), test=rows(2, 2)))
    assert found.status is Status.OK
    assert found.message == "validation accuracy 1, test accuracy 1 (guessing 0.50)"
    assert [row[:2] for row in found.evidence[0].rows] == [
        ("training", 100),
        ("validation", 30),
        ("test", 2),
    ]


@pytest.mark.parametrize("test", [None, rows(*[1] * 50)])
def test_test_rows_decide_nothing(test):
    found = CHECK.judge(seen(Says(1, 0, 0), validation=MANY, test=test))
    assert (found.status, found.measured) == (Status.WARNING, 0.6)


def test_too_few_validation_rows_leave_it_to_the_training_rows():
    assert seen(Knows(), validation=rows(0, 1)).judged.name == "training"


def part(score, guess, won, error=0.01, name="validation"):
    return Part(name, 100, score, guess, Measured(won, error))


GOOD = part(0.99, 0.5, 0.49, name="training")


@pytest.mark.parametrize(
    ("held", "status"),
    [
        (part(0.9, 0.5, 0.4), Status.OK),
        (part(0.51, 0.5, 0.01), Status.WARNING),
        (part(0.3, 0.5, -0.2), Status.WARNING),
        (part(0.55, 0.5, 0.05, 0.03), Status.NOTE),  # not shown, nor shown to be nothing
        (part(np.nan, 0.5, np.nan), Status.ERROR),
        (part(-np.inf, 0.0, -np.inf), Status.ERROR),
    ],
)
def test_judging(held, status):
    found = CHECK.judge(Learned("accuracy", (GOOD, held)))
    assert found.status is status, found.message
    assert bool(found.advice) is (status is not Status.OK)


def test_what_is_known_by_heart_only_is_said():
    held = part(0.5, 0.5, 0.0)
    found = CHECK.judge(Learned("accuracy", (GOOD, held)))
    assert found.message.endswith("though 0.99 on its training rows")
    assert "capacity" in found.advice
    plain = replace(GOOD, won=Measured(0.0, 0.01))
    assert "training rows" not in CHECK.judge(Learned("accuracy", (plain, held))).message
