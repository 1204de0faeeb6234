"""ND302: the penalty reaches the objective, once, or is found not to."""

import numpy as np
import pytest

from nndoctor.checks.init.penalty import Penalty, Rise
from nndoctor.findings import Status

from .fakes import Constant, Constants, batch
from .setups import made

CHECK = Penalty(tolerance=1e-3, strengths=(1.0,))


def nd302(setup, rows=None):
    check = Penalty()
    return check.judge(*check.measure(setup, batch() if rows is None else rows))


@pytest.mark.parametrize("generator", ["blobs", "sine"])
def test_our_own_engine_adds_the_penalty_once(generator):
    setup = made(generator, "[32, 16]", regularization="l2 = 0.1\nl1 = 0.1")
    found = nd302(setup.trainable, setup.train)
    assert found.status is Status.OK
    assert found.measured == pytest.approx(found.expected, rel=1e-4)


def test_a_sound_penalty_is_ok_and_is_worked_out_from_the_weights():
    found = nd302(Constants(lambda seed: 1.0))
    assert found.status is Status.OK
    assert found.expected == 1e2 / 2 * 6 * 4  # six weights of 2


@pytest.mark.parametrize(
    "rule",
    [
        lambda loss, l2, squares: loss,
        lambda loss, l2, squares: loss + l2 * squares,
        lambda loss, l2, squares: loss + l2 / 2 * (squares + 1),
        lambda loss, l2, squares: loss - l2 / 2 * squares,
        lambda loss, l2, squares: loss if l2 < 1 else loss + l2 / 2 * squares,
        lambda loss, l2, squares: loss if l2 == 0 else np.nan,
        lambda loss, l2, squares: loss if l2 == 0 else np.inf,
    ],
    ids=["ignored", "doubled", "over biases too", "negative", "only large", "nan", "inf"],
)
def test_a_penalty_that_is_ignored_or_counted_otherwise_is_an_error(rule):
    found = nd302(Constants(lambda seed: 1.0, rule=rule))
    assert found.status is Status.ERROR
    assert found.advice


@pytest.mark.parametrize("loss", [np.nan, np.inf])
def test_a_loss_that_is_not_finite_leaves_nothing_to_measure(loss):
    assert nd302(Constants(lambda seed: loss)).status is Status.SKIP


@pytest.mark.parametrize(
    ("objective", "penalty", "status"),
    [
        (1010.9, 1000.0, Status.OK),  # base 10: off by 0.9 of at most 1
        (1011.1, 1000.0, Status.ERROR),
        (10.0099, 1e-9, Status.OK),  # the base rules where the penalty is tiny
        (10.0101, 1e-9, Status.ERROR),
        (np.nan, 1.0, Status.ERROR),
        (11.0, np.nan, Status.ERROR),
        (11.0, np.inf, Status.ERROR),
        (np.inf, np.inf, Status.ERROR),
    ],
)
def test_both_sides_of_the_tolerance(objective, penalty, status):
    assert CHECK.judge(10.0, [Rise(1.0, objective, penalty)]).status is status


def test_weights_of_zero_can_show_no_penalty():
    assert CHECK.judge(1.0, [Rise(1.0, 1.0, 0.0)]).status is Status.NOTE
    assert CHECK.judge(1.0, [Rise(1.0, 2.0, 0.0)]).status is Status.ERROR  # over the biases


def test_the_fake_model_has_the_ability_the_check_asks_for():
    base, rises = Penalty(strengths=(2.0,)).measure(Constants(lambda seed: 3.0), batch())
    assert (base, rises) == (3.0, [Rise(2.0, 3.0 + 24.0, 24.0)])
    assert Constant(1.0).weights().keys() == {"output"}


def test_a_model_that_cannot_tell_is_skipped():
    class Mute:
        def fresh(self, seed):
            return self

        def loss(self, batch):
            return 1.0

    assert nd302(Mute()).status is Status.SKIP
