"""Scores: the same whatever the order of the rows, and known by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from nndoctor.scores import correct, predicted, r_squared, score, score_name

from nndoctor.trainable import Batch, Task

CLASSES = Task("classification", "cross_entropy", 3, encoding="class")
LABELS = Task("multilabel", "binary_cross_entropy", 2)
NUMBER = Task("regression", "mse", 1)
FINITE = st.floats(-100, 100)


def batch(y):
    y = np.asarray(y, float)
    return Batch(np.zeros((len(y), 1)), y)


@st.composite
def scored(draw):
    rows = draw(st.integers(2, 8))
    outputs = draw(arrays(float, (rows, 3), elements=FINITE))
    y = draw(arrays(int, (rows, 1), elements=st.integers(0, 2)))
    return outputs, y, draw(st.permutations(range(rows)))


@given(scored())
def test_the_order_of_the_rows_does_not_matter(case):
    outputs, y, order = case
    order = np.array(order)
    assert score(CLASSES, outputs[order], batch(y[order])) == score(CLASSES, outputs, batch(y))
    first, last = outputs[:, :1], outputs[order, :1]
    assert r_squared(last, y[order] + 0.5) == pytest.approx(r_squared(first, y + 0.5))


@given(scored())
def test_a_score_is_the_share_of_right_rows(case):
    outputs, y, _ = case
    right = sum(int(np.argmax(row)) == number for row, number in zip(outputs, y[:, 0], strict=True))
    assert score(CLASSES, outputs, batch(y)) == pytest.approx(right / len(y))


@given(arrays(float, (6, 2), elements=FINITE), st.floats(0.5, 2), FINITE)
def test_r_squared_knows_no_units(y, factor, shift):
    if y.std() < 1:
        y = y + np.arange(6)[:, None]
    outputs = y + np.sin(y)
    expected = r_squared(outputs, y)
    assert r_squared(factor * outputs + shift, factor * y + shift) == pytest.approx(expected)


def test_a_constant_predictor():
    y = np.array([[1.0], [2.0], [6.0]])
    assert r_squared(np.full((3, 1), y.mean()), y) == pytest.approx(0)
    assert r_squared(y, y) == 1
    assert r_squared(np.full((3, 1), 9.0), y) < 0
    assert score(CLASSES, np.tile([0.0, 1, 0], (4, 1)), batch([[1], [1], [1], [0]])) == 0.75


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_an_output_that_is_not_finite_is_never_right(value):
    outputs = np.array([[5.0, 0.0, 0.0], [5.0, 0.0, value]])
    assert correct(CLASSES, outputs, np.zeros((2, 1))).tolist() == [True, False]
    assert r_squared(np.array([[1.0], [value]]), np.array([[1.0], [2.0]])) == -np.inf


def test_a_target_without_variance_has_no_score():
    assert r_squared(np.ones((3, 1)), np.ones((3, 1))) == -np.inf


@pytest.mark.parametrize(
    ("task", "outputs", "expected"),
    [
        (Task("classification", "binary_cross_entropy", 1, values=(0, 1)), [-0.1, 0.1], [0, 1]),
        (
            Task(
                "classification", "binary_cross_entropy", 1, False, values=(0, 1),
                output_activation="sigmoid",
            ),
            [0.4, 0.6],
            [0, 1],
        ),
        (Task("classification", "mse", 1, values=(0, 1)), [0.4, 0.6], [0, 1]),
        (Task("classification", "mse", 1, values=(3, 7, 20)), [4.9, 5.1, 13.4, 13.6], [0, 1, 1, 2]),
        (Task("classification", "hinge", 1, values=(-1, 1)), [-0.1, 0.1], [0, 1]),
    ],
)  # fmt: skip
def test_one_output_is_decoded_to_the_nearest_label(task, outputs, expected):
    assert predicted(task, np.array(outputs)[:, None]).tolist() == expected


def test_a_multilabel_row_is_right_when_all_its_labels_are():
    y = np.array([[0, 1], [0, 1], [1, 1]])
    outputs = np.array([[-1.0, 1.0], [1.0, 1.0], [0.1, 0.1]])
    assert correct(LABELS, outputs, y).tolist() == [True, False, True]
    assert score(LABELS, outputs, batch(y)) == pytest.approx(2 / 3)


def test_names():
    assert {score_name(task) for task in (CLASSES, LABELS)} == {"accuracy"}
    assert score_name(NUMBER) == "R^2"
