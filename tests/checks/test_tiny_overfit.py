"""ND401: what works learns twenty rows by heart, what doesn't is told apart from what is slow."""

from dataclasses import replace

import numpy as np
import pytest

from nndoctor.checks.learning.tiny_overfit import Attempt, Overfit, TinyOverfit
from nndoctor.checks.measures.tiny_rows import ceiling_of, first_rows
from nndoctor.findings import Status
from nndoctor.trainable import Batch, Task
from nndoctor.watch import Watch

from .fakes import REGRESSION, THREE, Stopping
from .setups import made, table

CHECK = TinyOverfit()


def nd401(setup, check=CHECK, watch=None):
    seen = check.measure(setup.trainable, setup.train, setup.rows.tolist(), 0, watch or Watch())
    return check.judge(seen)


DEEP_NARROW = "[" + ", ".join(["8"] * 10) + "]"
HEALTHY = {
    "classification": lambda: made("gaussian", "[32]"),
    "one output": lambda: made("moons", "[32]", loss='name = "binary_cross_entropy"'),
    "hinge": lambda: made("blobs", "[32]", loss='name = "hinge"'),
    "regression": lambda: made("sine", "[32]", model='activation = "tanh"'),
}
SICK = {
    "softmax on one unit": lambda: made(
        "moons",
        model='output_activation = "softmax"',
        loss='name = "binary_cross_entropy"\nfrom_logits = false',
    ),
    "all weights zero": lambda: made(
        "gaussian", "[32, 32]", model='init = "zeros"\noutput_init = "zeros"'
    ),
    "a target no output can reach": lambda: made("sine", model='output_activation = "sigmoid"'),
}


@pytest.mark.parametrize("name", HEALTHY)
def test_healthy_set_ups_learn_them_by_heart(name):
    found = nd401(HEALTHY[name]())
    assert found.status is Status.OK, found.message
    assert found.measured > 0.98


def test_a_healthy_multilabel_set_up(tmp_path):
    rng = np.random.default_rng(0)
    rows = [(*rng.normal(size=4), *rng.integers(0, 2, 2)) for _ in range(40)]
    text = 'target = ["p", "q"]\n[model]\nhidden = [32]\n'
    assert nd401(table(tmp_path, "a,b,c,d,p,q", rows, text)).status is Status.OK


@pytest.mark.parametrize("name", SICK)
def test_what_cannot_learn_is_an_error(name):
    found = nd401(SICK[name](), TinyOverfit(updates=500))
    assert found.status is Status.ERROR, found.message
    assert found.advice
    assert any(part.name == "rows still wrong" for part in found.evidence)


def test_identical_rows_with_other_targets_are_named_by_their_numbers(tmp_path):
    rows = [(i, i * i % 7, "ab"[i % 2]) for i in range(20)]
    rows[12] = (3, 2, "a")  # row 13 repeats row 4, which is a "b"
    text = 'target = "y"\nvalidation = 0.0\n[data.preprocess]\nfeatures = "standardize"\n'
    setup = table(tmp_path, "a,b,y", rows, f"{text}[model]\nhidden = [64]\n")
    found = nd401(setup, TinyOverfit(updates=500))
    assert found.status is Status.WARNING
    assert "rows 4 and 13 are identical" in found.message
    assert found.suggests == ("conflicting_labels",)
    left = next(part for part in found.evidence if part.name == "rows still wrong")
    assert {(4, "identical to row 13, other target"), (13, "identical to row 4, other target")} & {
        (row[0], row[3]) for row in left.rows
    }


def test_a_deep_narrow_network_that_only_adam_moves_is_slow_not_broken():
    setup = made("spiral", DEEP_NARROW, model='activation = "tanh"')
    found = nd401(setup, TinyOverfit(updates=2000))
    assert found.status is Status.NOTE, found.message
    assert "adam" in found.message
    assert "sgd only reached" in found.message


def test_looking_does_not_depend_on_the_recipes_optimizer_or_regularisation():
    plain = made("blobs", "[32]")
    other = made(
        "blobs",
        "[32]",
        regularization="l2 = 10.0",
        optimizer='name = "sgd"\nlearning_rate = 100.0',
    )
    assert nd401(plain).message == nd401(other).message


def test_the_user_can_break_off():
    found = nd401(made("moons", "[8]"), watch=Stopping(3))
    assert found.status is Status.SKIP
    assert "interrupted" in found.message
    assert nd401(made("moons", "[8]"), watch=Stopping(0)).status is Status.SKIP


def attempt(optimizer="sgd", last=1e-3, score=1.0, passed=True, **changed):
    return Attempt(optimizer, 0.1, 500, 5, (1.0, last), (0.3, score), passed, **changed)


def overfit(*attempts, task=THREE, **changed):
    return Overfit(task, tuple(range(1, 21)), attempts, (), (), **changed)


FAILED = attempt(last=0.9, score=0.5, passed=False)


def test_the_best_attempt_is_shown_not_the_last():
    better = attempt("adam", last=0.4, score=0.8, passed=False)
    lost = attempt(last=np.nan, score=np.nan, passed=False, diverged_at=3)
    seen = replace(overfit(lost, better, FAILED), wrong=((4, "a", "b"),))
    runs, curve, left = CHECK.judge(seen).evidence
    assert len(runs.rows) == 3
    assert curve.y == better.losses
    assert "adam" in curve.name
    assert "best attempt, adam" in left.caption
    assert overfit(FAILED, attempt(last=0.8, score=0.5, passed=False)).best.losses[-1] == 0.8


@pytest.mark.parametrize(
    ("seen", "status"),
    [
        (overfit(attempt()), Status.OK),
        (overfit(FAILED, attempt()), Status.OK),
        (overfit(FAILED, FAILED, attempt("adam")), Status.NOTE),
        (overfit(FAILED, FAILED, FAILED), Status.ERROR),
        (overfit(attempt(last=0.5, passed=False)), Status.WARNING),  # all right, but not surely
        (overfit(FAILED, cancelled=True), Status.SKIP),
        (overfit(cancelled=True), Status.SKIP),
        (replace(overfit(FAILED), conflicts=((3, 12),), ceiling=0.5), Status.WARNING),
        (replace(overfit(FAILED), conflicts=((3, 12),), ceiling=0.95), Status.ERROR),
        (overfit(attempt(last=np.nan, score=0.0, passed=False, diverged_at=7)), Status.ERROR),
        (overfit(attempt(score=0.98, passed=False), task=REGRESSION), Status.NOTE),
        (overfit(attempt(score=-np.inf, passed=False), task=REGRESSION), Status.ERROR),
        (overfit(attempt(score=0.995), task=REGRESSION), Status.OK),
    ],
)
def test_judging_what_was_tried(seen, status):
    assert CHECK.judge(seen).status is status


def test_the_loss_told_is_that_of_the_attempt_that_got_all_right():
    nearly = attempt(last=0.25, passed=False)
    found = CHECK.judge(overfit(nearly, attempt("adam", last=7.0, score=0.5, passed=False)))
    assert found.status is Status.WARNING
    assert found.message.endswith("the loss is still 0.25")


def test_where_it_diverged_is_told():
    seen = overfit(attempt(last=np.nan, score=0.0, passed=False, diverged_at=7))
    assert "not finite at update 7" in CHECK.judge(seen).message


def test_the_subset_has_all_classes_in_file_order():
    y = np.array([0] * 50 + [1] * 50 + [2] * 50)[:, None]
    chosen = first_rows(THREE, y, 20)
    assert chosen.tolist() == [*range(18), 50, 100]


def test_more_classes_than_rows_are_all_taken():
    task = Task("classification", "cross_entropy", 30, encoding="class")
    y = np.arange(90)[:, None] % 30
    assert first_rows(task, y, 20).tolist() == list(range(30))


def test_short_data_are_taken_whole():
    assert first_rows(THREE, np.arange(3)[:, None], 20).tolist() == [0, 1, 2]
    assert first_rows(REGRESSION, np.arange(3.0)[:, None], 20).tolist() == [0, 1, 2]


def test_a_regression_whose_first_targets_are_equal_gets_one_that_differs():
    y = np.zeros((50, 1))
    y[40] = 1
    assert first_rows(REGRESSION, y, 5).tolist() == [0, 1, 2, 3, 40]
    assert first_rows(REGRESSION, np.zeros((50, 1)), 3).tolist() == [0, 1, 2]


def test_the_model_does_not_see_other_rows():
    setup = made("gaussian", "[32]", data="validation = 0.0")
    ruined = replace(setup, train=Batch(setup.train.x.copy(), setup.train.y))
    ruined.train.x[600:] = np.nan  # far behind the first twenty and the first of each class
    assert nd401(ruined).message == nd401(setup).message


def test_what_identical_rows_leave_to_reach():
    x = np.array([[0.0], [0.0], [0.0], [1.0]])
    classes = Batch(x, np.array([[0], [0], [1], [2]]))
    assert ceiling_of(THREE, classes) == 0.75
    numbers = Batch(x, np.array([[0.0], [2.0], [1.0], [5.0]]))
    assert ceiling_of(REGRESSION, numbers) == pytest.approx(1 - 2 / 14)
    assert ceiling_of(REGRESSION, Batch(np.arange(4.0)[:, None], numbers.y)) == 1


@pytest.mark.parametrize(
    ("last", "score", "status"),
    [
        (0.09, 0.95, Status.NOTE),
        (0.11, 0.95, Status.ERROR),
        (0.09, 0.85, Status.ERROR),
        (np.nan, 0.95, Status.ERROR),
        (0.09, np.nan, Status.ERROR),
    ],
)
def test_what_gets_stuck_before_the_last_row_does_learn(last, score, status):
    tried = attempt("adam", last, score, passed=False)
    assert CHECK.judge(overfit(tried)).status is status
