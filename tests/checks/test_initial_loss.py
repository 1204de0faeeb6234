"""ND301 on set-ups of every family of losses, on fakes, and at both sides of each threshold."""

import numpy as np
import pytest

from nndoctor.checks.init.initial_loss import InitialLoss
from nndoctor.checks.measures.chance_loss import LEVELS, Chance, Level, chance
from nndoctor.findings import Status
from nndoctor.recipe.names import LOSSES
from nndoctor.trainable import Batch, Task

from .fakes import REGRESSION, Constants, batch
from .setups import made, scaled, table

TWO = Chance((Level("all equal", "by hand", 2.0),), excess=1.0)
CHECK = InitialLoss(tolerance=0.2, low=0.5, high=2.0)


def nd301(setup):
    check = InitialLoss()
    return check.judge(*check.measure(setup.trainable, setup.train))


@pytest.mark.parametrize(
    ("loss", "status"),
    [
        (-1.0, Status.ERROR),
        (0.999, Status.ERROR),
        (1.001, Status.WARNING),
        (1.599, Status.WARNING),
        (1.601, Status.OK),
        (2.399, Status.OK),
        (2.401, Status.NOTE),
        (2.999, Status.NOTE),
        (3.001, Status.WARNING),
        (5.999, Status.WARNING),
        (6.001, Status.ERROR),
        (np.inf, Status.ERROR),
        (-np.inf, Status.ERROR),
        (np.nan, Status.ERROR),
    ],
)
def test_both_sides_of_every_threshold(loss, status):
    assert CHECK.judge([loss, loss], TWO).status is status


def test_one_seed_that_is_not_finite_is_an_error():
    found = CHECK.judge([2.0, np.nan, 2.0], TWO)
    assert found.status is Status.ERROR
    assert "1 of 3 seeds" in found.message


def test_between_two_levels_all_is_fine():
    levels = Chance((Level("equal", "", 2.0), Level("shares", "", 0.5)), excess=1.0)
    judged = [CHECK.judge([loss], levels).status for loss in (0.41, 1.0, 2.39)]
    assert judged == [Status.OK] * 3
    assert CHECK.judge([0.39], levels).status is Status.WARNING


def test_levels_that_are_not_finite_are_never_ok():
    levels = Chance((Level("broken", "", np.nan),), excess=1.0)
    assert CHECK.judge([1.0], levels).status is not Status.OK


def test_a_network_that_knows_the_answer_is_sick_without_any_engine():
    knowing = Constants(lambda seed: 0.01 * (seed + 1))
    check = InitialLoss()
    found = check.judge(*check.measure(knowing, batch(30)))
    assert found.status is Status.ERROR
    assert "data_leak" in found.suggests
    assert found.measured == pytest.approx(0.03)  # the mean over seeds 0 to 4


def test_seeds_start_where_told():
    losses, _ = InitialLoss(seeds=3).measure(Constants(float), batch(), seed=7)
    assert losses == [7.0, 8.0, 9.0]


SOFT = 'output_activation = "softmax"'
HEALTHY = {
    "cross-entropy from logits": lambda: made("blobs"),
    "cross-entropy from probabilities": lambda: made(
        "blobs", model=SOFT, loss="from_logits = false"
    ),
    "binary cross-entropy": lambda: made("moons", loss='name = "binary_cross_entropy"'),
    "binary cross-entropy from probabilities": lambda: made(
        "moons",
        model='output_activation = "sigmoid"',
        loss='name = "binary_cross_entropy"\nfrom_logits = false',
    ),
    "mse": lambda: made("sine"),
    "mae": lambda: made("sine", loss='name = "mae"'),
    "hinge": lambda: made("blobs", loss='name = "hinge"'),
}
LARGE = 'init = "normal(0,1)"\noutput_init = "normal(0,1)"'
SICK = {
    "large weights": lambda: made("gaussian", model=LARGE),
    "large weights, probabilities": lambda: made(
        "gaussian", model=f"{LARGE}\n{SOFT}", loss="from_logits = false"
    ),
    "large weights, binary": lambda: made(
        "moons",
        "[200]",
        model='init = "normal(0,3)"\noutput_init = "normal(0,3)"',
        loss='name = "binary_cross_entropy"',
    ),
    "large weights, mse": lambda: made("sine", "[200]", model='output_init = "normal(0,1)"'),
    "large weights, mae": lambda: made(
        "sine", "[200]", model='output_init = "normal(0,1)"', loss='name = "mae"'
    ),
    "large weights, hinge": lambda: made("gaussian", model=LARGE, loss='name = "hinge"'),
    "raw inputs": lambda: scaled(made("blobs", model='output_init = "he_normal"'), 1000),
}


@pytest.mark.parametrize("name", HEALTHY)
def test_healthy_set_ups_lose_what_chance_gives(name):
    found = nd301(HEALTHY[name]())
    assert found.status is Status.OK, found.message


@pytest.mark.parametrize("name", SICK)
def test_sick_set_ups_are_found(name):
    found = nd301(SICK[name]())
    assert found.status in (Status.WARNING, Status.ERROR), found.message
    assert "too high" in found.message
    assert found.advice


def test_several_yes_or_no_outputs(tmp_path):
    rng = np.random.default_rng(0)
    rows = [(*rng.normal(size=2), i % 2, int(i % 10 == 0), int(i % 5 > 0)) for i in range(50)]
    setup = table(tmp_path, "a,b,p,q,r", rows, 'target = ["p", "q", "r"]\n[model]\nhidden = [8]\n')
    found = nd301(setup)
    assert found.status is Status.OK
    assert found.expected == pytest.approx(np.log(2))


def test_imbalanced_classes_are_no_fault(tmp_path):
    rng = np.random.default_rng(0)
    rows = [(*rng.normal(size=2), "rare" if i % 20 == 0 else "common") for i in range(200)]
    found = nd301(table(tmp_path, "a,b,y", rows, 'target = "y"\n[model]\nhidden = [8]\n'))
    assert found.status is Status.OK


@pytest.mark.parametrize(
    ("task", "y", "expected"),
    [
        # three classes, two of four rows the first: ln 3, and 1.5 ln 2
        (
            Task("classification", "cross_entropy", 3, encoding="class"),
            [[0], [0], [1], [2]],
            [np.log(3), 1.5 * np.log(2)],
        ),
        # one in four: ln 2, and 0.25 ln 4 + 0.75 ln(4/3) = 0.56234
        (
            Task("classification", "binary_cross_entropy", 1, values=(0.0, 1.0)),
            [[0], [0], [0], [1]],
            [np.log(2), 0.5623351446],
        ),
        # two outputs: the mean of 0.56234 and ln 2
        (
            Task("multilabel", "binary_cross_entropy", 2),
            [[0, 0], [0, 1], [0, 0], [1, 1]],
            [np.log(2), (0.5623351446 + np.log(2)) / 2],
        ),
        # 1, 2, 3, 6: predicting 0 loses 12.5, predicting the mean 3 loses (4+1+0+9)/4
        (Task("regression", "mse", 1), [[1], [2], [3], [6]], [12.5, 3.5]),
        # a sigmoid gives 0.5 for 0: (0.25 + 2.25 + 6.25 + 30.25) / 4
        (
            Task("regression", "mse", 1, output_activation="sigmoid"),
            [[1], [2], [3], [6]],
            [9.75, 3.5],
        ),
        # mae: predicting 0 loses 3, the median 2.5 loses (1.5+0.5+0.5+3.5)/4
        (Task("regression", "mae", 1), [[1], [2], [3], [6]], [3.0, 1.5]),
        # distances from 1 on: (0.5 + 1.5 + 2.5 + 5.5) / 4; 2.5 loses (1 + 0.125 + 0.125 + 3) / 4
        (Task("regression", "huber", 1), [[1], [2], [3], [6]], [2.5, 4.25 / 4]),
        # and never within 10: half of mse
        (Task("regression", "huber", 1, delta=10.0), [[1], [2], [3], [6]], [6.25, 1.75]),
        # symmetric about 0, so 0 is best: ln cosh 2
        (Task("regression", "log_cosh", 1), [[-2], [2]], [1.3250027473, 1.3250027473]),
        # as cross_entropy for classes, less ln 2 where each row has two even halves
        (
            Task("classification", "kl_divergence", 3, encoding="class"),
            [[0], [0], [1], [2]],
            [np.log(3), 1.5 * np.log(2)],
        ),
        (
            Task("multilabel", "kl_divergence", 3),
            [[0.5, 0.5, 0], [0.5, 0, 0.5]],
            [np.log(1.5), 0.5 * np.log(2)],
        ),
        (Task("classification", "hinge", 4, encoding="class"), [[0], [3]], [3.0]),
        (Task("classification", "hinge", 1, values=(-1.0, 1.0)), [[-1], [1]], [1.0]),
    ],
)
def test_chance_by_hand(task, y, expected):
    levels = chance(task, np.array(y)).levels
    assert [level.loss for level in levels] == pytest.approx(expected, rel=1e-9)


def test_every_loss_has_a_level():
    assert set(LEVELS) == set(LOSSES.names)


def test_the_excess_is_what_unit_variance_twice_over_costs():
    # drawn outputs of variance 2 cost no more than the bound, and a good part of it
    rng = np.random.default_rng(0)
    z = rng.normal(0, np.sqrt(2), (100_000, 10))
    y = np.arange(10)[:, None]
    seen = np.log(np.exp(z).sum(axis=1)).mean() - np.log(10)
    bound = chance(Task("classification", "cross_entropy", 10, encoding="class"), y).excess
    assert 0.7 * bound < seen < bound
    seen = np.logaddexp(0, z).mean() - np.log(2)
    bound = chance(Task("multilabel", "binary_cross_entropy", 10), np.eye(10)).excess
    assert 0.7 * bound < seen < bound


def test_unscaled_targets_are_measured_against_their_own_scale():
    # the loss is huge, but between predicting 0 and predicting the mean
    y = np.full((10, 1), 1000.0) + np.arange(10)[:, None]
    check = InitialLoss()
    losses, levels = check.measure(Constants(lambda seed: 5e5, REGRESSION), Batch(y, y))
    assert check.judge(losses, levels).status is Status.OK
    assert check.judge([10 * loss for loss in losses], levels).status is Status.ERROR
