"""The last layer, the loss and the targets: ND201 to ND204."""

import numpy as np
import pytest

from nndoctor.checks.measures.design import Targets

from .designs import (
    ERROR,
    LABELS,
    MANY,
    NAN,
    NOTE,
    NUMBERS,
    OK,
    SKIP,
    THREE,
    TWO,
    WARNING,
    examined,
    sound,
    status,
    task,
)


@pytest.mark.parametrize("base", [THREE, TWO, NUMBERS], ids=lambda base: base.kind)
def test_nd201_softmax_over_one_unit(base):
    found = examined("ND201", sound(task(base, outputs=1, output_activation="softmax")))
    assert found.status is ERROR
    assert found.suggests[0] == "wrong_output_activation"


@pytest.mark.parametrize(
    ("activation", "minimum", "maximum", "expected"),
    [
        ("linear", -1e6, 1e6, OK),
        ("sigmoid", 0.0, 1.0, OK),
        ("sigmoid", -0.1, 1.0, ERROR),
        ("sigmoid", 0.0, 1.1, ERROR),
        ("tanh", -1.0, 1.0, OK),
        ("tanh", -1.0, 1.01, ERROR),
        ("softplus", 0.0, 100.0, OK),
        ("softplus", -0.1, 100.0, ERROR),
        ("relu", 0.0, 100.0, NOTE),
        ("gelu", -0.1, 100.0, OK),
        ("elu", -9.0, 100.0, OK),  # its lowest value is a setting
        ("sigmoid", NAN, 1.0, ERROR),
        ("tanh", NAN, NAN, ERROR),
    ],
)
def test_nd201_targets_out_of_reach(activation, minimum, maximum, expected):
    targets = Targets(minimum, maximum, minimum, maximum, False, (minimum, maximum))
    design = sound(task(NUMBERS, output_activation=activation), targets)
    assert status("ND201", design) is expected


def test_nd201_a_few_odd_rows_are_a_warning():
    targets = Targets(-0.2, 1.0, 0.01, 0.99, False, (-0.2, 1.0))
    assert status("ND201", sound(task(NUMBERS, output_activation="sigmoid"), targets)) is WARNING


def test_nd201_softmax_before_targets_that_do_not_sum_to_one():
    wide = task(NUMBERS, outputs=3, output_activation="softmax")
    assert status("ND201", sound(wide, Targets(0, 1, 0, 1, False, (0.2, 2.0)))) is ERROR
    assert status("ND201", sound(wide, Targets(0, 1, 0, 1, False, (1.0, 1.0)))) is OK
    assert status("ND201", sound(wide, Targets(0, 1, 0, 1, False, (NAN, NAN)))) is ERROR


def test_nd202_softmax_twice_tells_the_least_loss():
    found = examined("ND202", sound(task(THREE, output_activation="softmax")))
    assert found.status is WARNING
    assert found.suggests == ("double_softmax", "wrong_output_activation")
    best = np.exp(1) / (np.exp(1) + 2)  # softmax of (1, 0, 0)
    assert f"{best:.2g}" in found.message
    assert f"{-np.log(best):.3g}" in found.message


@pytest.mark.parametrize(
    ("base", "activation", "from_logits", "expected"),
    [
        (THREE, "linear", True, OK),
        (THREE, "maxout", True, OK),
        (THREE, "tanh", True, WARNING),
        (THREE, "sigmoid", True, WARNING),
        (THREE, "relu", True, WARNING),
        (THREE, "softplus", True, NOTE),
        (THREE, "softmax", False, OK),
        (THREE, "exponential", False, OK),  # divided by its sum it is softmax
        (THREE, "sigmoid", False, NOTE),
        (THREE, "relu", False, WARNING),
        (THREE, "linear", False, ERROR),
        (THREE, "tanh", False, ERROR),
        (TWO, "linear", True, OK),
        (TWO, "sigmoid", True, ERROR),
        (TWO, "relu", True, ERROR),
        (TWO, "tanh", True, WARNING),
        (TWO, "sigmoid", False, OK),
        (TWO, "hard_sigmoid", False, OK),
        (TWO, "linear", False, ERROR),
        (TWO, "relu", False, ERROR),
        (LABELS, "sigmoid", False, OK),
        (LABELS, "linear", True, OK),
        (NUMBERS, "tanh", True, OK),
    ],
)
def test_nd202_what_the_loss_reads(base, activation, from_logits, expected):
    design = sound(task(base, output_activation=activation, from_logits=from_logits))
    assert status("ND202", design) is expected


def test_nd202_a_missing_activation_is_told_from_a_wrong_one():
    missing = examined("ND202", sound(task(THREE, from_logits=False)))
    assert missing.suggests == ("missing_output_activation",)
    wrong = examined("ND202", sound(task(TWO, from_logits=False, output_activation="relu")))
    assert wrong.suggests == ("wrong_output_activation",)


@pytest.mark.parametrize(
    ("row_sums", "expected"), [((0.0, 3.0), ERROR), ((0.0, 1.0), WARNING), ((NAN, NAN), ERROR)]
)
def test_nd202_softmax_for_labels(row_sums, expected):
    targets = Targets(row_sums=row_sums)
    confined = task(LABELS, output_activation="softmax", from_logits=False)
    assert status("ND202", sound(confined, targets)) is expected


@pytest.mark.parametrize(
    ("base", "activation", "expected"),
    [
        (THREE, "linear", OK),
        (THREE, "tanh", OK),
        (THREE, "softmax", WARNING),
        (TWO, "linear", OK),
        (TWO, "tanh", OK),
        (TWO, "gelu", WARNING),
        (TWO, "sigmoid", ERROR),
        (TWO, "relu", ERROR),
    ],
)
def test_nd202_hinge_wants_scores(base, activation, expected):
    design = sound(task(base, loss="hinge", output_activation=activation))
    assert status("ND202", design) is expected


@pytest.mark.parametrize(
    ("base", "loss", "targets", "expected"),
    [
        (THREE, "cross_entropy", None, OK),
        (THREE, "hinge", None, OK),
        (THREE, "mse", None, NOTE),
        (THREE, "mae", None, WARNING),
        (THREE, "binary_cross_entropy", None, NOTE),
        (TWO, "binary_cross_entropy", None, OK),
        (TWO, "binary_cross_entropy", Targets(maximum=9.0), ERROR),
        (TWO, "binary_cross_entropy", Targets(minimum=-1.0), ERROR),
        (TWO, "binary_cross_entropy", Targets(minimum=NAN), ERROR),
        (TWO, "cross_entropy", None, ERROR),  # over one unit it is always 0
        (TWO, "mse", None, NOTE),
        (LABELS, "binary_cross_entropy", MANY, OK),
        (LABELS, "cross_entropy", MANY, WARNING),
        (LABELS, "mse", MANY, NOTE),
        (NUMBERS, "mse", None, OK),
        (NUMBERS, "huber", None, OK),
        (NUMBERS, "hinge", None, ERROR),
        (NUMBERS, "cross_entropy", None, ERROR),
        (NUMBERS, "binary_cross_entropy", None, ERROR),
        (NUMBERS, "binary_cross_entropy", Targets(0.1, 0.9, whole=False), NOTE),
    ],
)
def test_nd203_loss_and_task(base, loss, targets, expected):
    assert status("ND203", sound(task(base, loss=loss), targets)) is expected


def test_nd203_shares_may_be_compared_by_cross_entropy():
    shares = Targets(0.1, 0.9, whole=False, row_sums=(1.0, 1.0))
    assert status("ND203", sound(task(NUMBERS, loss="kl_divergence", outputs=3), shares)) is OK


@pytest.mark.parametrize(
    ("outputs", "labels", "expected"),
    [(3, 3, OK), (4, 3, NOTE), (1, 2, OK), (2, 2, OK), (1, 3, WARNING), (10, 2, NOTE)],
)
def test_nd204_units_and_classes(outputs, labels, expected):
    changed = task(THREE, outputs=outputs, labels=tuple("abc"[:labels]))
    assert status("ND204", sound(changed)) is expected


def test_nd204_a_regression_has_no_class():
    assert status("ND204", sound(NUMBERS)) is SKIP


@pytest.mark.parametrize(
    ("base", "outputs", "metric", "expected"),
    [
        (NUMBERS, 1, "accuracy", WARNING),
        (NUMBERS, 1, "auc", WARNING),
        (NUMBERS, 1, "mae", OK),
        (NUMBERS, 3, "r2", OK),
        (THREE, 3, "accuracy", OK),
        (THREE, 3, "mse", NOTE),
        (THREE, 3, "binary_accuracy", WARNING),
        (TWO, 1, "binary_accuracy", OK),
        (TWO, 1, "categorical_accuracy", WARNING),
        (LABELS, 4, "categorical_accuracy", WARNING),
        (LABELS, 4, "accuracy", NOTE),
        (LABELS, 4, "f1", OK),
    ],
)
def test_nd220_a_metric_of_another_task(base, outputs, metric, expected):
    found = examined("ND220", sound(task(base, outputs=outputs), metrics=(metric,)))
    assert found.status is expected
    assert found.suggests == (() if expected is OK else ("wrong_metric",))


def test_nd220_names_the_worst_first_and_is_silent_without_a_metric():
    found = examined("ND220", sound(NUMBERS, metrics=("r2", "accuracy")))
    assert found.status is WARNING
    assert found.message.startswith("accuracy of a regression")
    assert status("ND220", sound(NUMBERS)) is SKIP


def test_nd203_logarithms_of_targets_below_0():
    targets = Targets(-3.0, 5.0, -3.0, 5.0, False, (-3.0, 5.0))
    assert status("ND203", sound(task(NUMBERS, loss="msle"), targets)) is ERROR
    targets = Targets(0.0, 5.0, 0.0, 5.0, False, (0.0, 5.0))
    assert status("ND203", sound(task(NUMBERS, loss="msle"), targets)) is OK
