"""ND402 and ND403: what learns from its inputs, and beats what needs no network."""

from dataclasses import replace

import numpy as np
import pytest

from nndoctor import api
from nndoctor.checks.learning.input_independent import InputIndependent, Pair
from nndoctor.checks.learning.simple_baselines import Compared, SimpleBaselines
from nndoctor.checks.measures.ridge import STRENGTHS, fit_ridge
from nndoctor.checks.measures.row_errors import Measured
from nndoctor.checks.measures.whole_runs import train_all
from nndoctor.findings import Status
from nndoctor.trainable import Batch
from nndoctor.watch import Watch

from ..oracles import ridge as oracle
from .fakes import Stopping, Valley, batch
from .setups import made, table

FAST = 'name = "adam"\nlearning_rate = 1e-2'
EPOCHS = "epochs = 30"
DEAF = {
    "all weights zero": 'init = "zeros"\noutput_init = "zeros"',
    "all weights of the last layer zero, no slope": 'init = "zeros"',
}


def found(setup, code):
    return next(f for f in api.baselines(setup).findings if f.code == code)


@pytest.mark.parametrize("generator", ["blobs", "spiral", "moons", "circles"])
def test_what_sees_its_inputs_beats_what_does_not(generator):
    setup = made(generator, optimizer=FAST, training=EPOCHS)
    blind = found(setup, "ND402")
    assert blind.status is Status.OK, blind.message
    assert blind.measured > 0.2


@pytest.mark.parametrize("why", DEAF)
def test_a_network_that_does_not_see_its_inputs_is_an_error(why):
    setup = made("blobs", model=DEAF[why], optimizer=FAST, training=EPOCHS)
    blind = found(setup, "ND402")
    assert blind.status is Status.ERROR, blind.message
    assert blind.advice
    assert found(setup, "ND403").status is Status.WARNING


def test_a_rate_that_moves_nothing_is_told_apart():
    setup = made("moons", optimizer='name = "sgd"\nlearning_rate = 1e-9', training=EPOCHS)
    blind = found(setup, "ND402")
    assert blind.status is Status.ERROR
    assert "does not move" in blind.message
    assert "learning_rate_too_low" in blind.suggests


def test_features_without_meaning_are_seen_through():
    """Constant inputs say nothing, so the twin without inputs does just as well."""
    setup = made("blobs", optimizer=FAST, training=EPOCHS)
    setup = replace(setup, train=Batch(np.ones_like(setup.train.x), setup.train.y))
    assert found(setup, "ND402").status is Status.ERROR


def test_a_training_that_breaks_is_an_error():
    setup = made("sine", optimizer='name = "sgd"\nlearning_rate = 1e6', training=EPOCHS)
    assert found(setup, "ND403").status is Status.ERROR
    assert found(setup, "ND402").status in (Status.ERROR, Status.SKIP)


def pair(real=0.5, blind=1.0, start=1.1, real_error=0.2, blind_error=0.6, start_error=0.7):
    return Pair(0, start, real, blind, start_error, real_error, blind_error)


EQUAL = {"real_error": 0.6, "blind_error": 0.6}


@pytest.mark.parametrize(
    ("pairs", "status"),
    [
        ([pair()], Status.OK),
        ([pair(0.94, **EQUAL)], Status.OK),
        ([pair(0.96, **EQUAL)], Status.WARNING),
        ([pair(0.995, **EQUAL)], Status.ERROR),
        ([pair(1.2, **EQUAL)], Status.ERROR),
        ([pair(0.999)], Status.OK),  # the loss hardly moves, the error does: CS231n's low rate
        ([pair(0.999, start_error=0.2)], Status.ERROR),  # right by luck before training
        ([pair(), pair(), pair(1.0, **EQUAL)], Status.NOTE),
        ([pair(np.nan)], Status.ERROR),
        ([pair(np.inf)], Status.ERROR),
        ([pair(blind=np.nan)], Status.SKIP),
        ([], Status.SKIP),
    ],
)
def test_judging_what_inputs_gain(pairs, status):
    finding = InputIndependent().judge(pairs)
    assert finding.status is status, finding.message
    assert bool(finding.advice) is (status.severity > Status.OK.severity)


def compared(network=0.1, constant=0.6, linear=0.2, won=None, behind=None, **changed):
    won = Measured(constant - network, 0.02) if won is None else won
    behind = Measured(network - linear, 0.02) if behind is None else behind
    facts = {"won_in_training": 0.5, "constant_in_training": 0.6} | changed
    return Compared(
        "share of wrong rows",
        100,
        facts.pop("held_out", True),
        network,
        constant,
        linear,
        won,
        behind=behind,
        **facts,
    )


@pytest.mark.parametrize(
    ("seen", "status"),
    [
        (compared(), Status.OK),
        (compared(won_in_training=0.031), Status.OK),
        (compared(won_in_training=0.029), Status.WARNING),  # below 5 % of 0.6
        (compared(won_in_training=np.nan), Status.ERROR),
        (compared(np.nan), Status.ERROR),
        (compared(0.59, linear=0.6), Status.WARNING),  # learnt, but not for other rows
        (compared(0.55, linear=0.6, won=Measured(0.05, 0.3)), Status.OK),  # too few rows to tell
        (compared(0.59, linear=0.6, held_out=False), Status.OK),
        (compared(0.28), Status.NOTE),  # 0.08 of 0.4 behind
        (compared(0.28, behind=Measured(0.08, 0.05)), Status.OK),
        (compared(0.39), Status.NOTE),
        (compared(0.41), Status.WARNING),  # less than half of what the linear model wins
    ],
)
def test_judging_against_baselines(seen, status):
    finding = SimpleBaselines().judge(seen)
    assert finding.status is status, finding.message
    assert bool(finding.advice) is (status.severity > Status.OK.severity)


def test_a_slow_network_on_a_plane_is_below_a_linear_model(tmp_path):
    rng = np.random.default_rng(0)
    rows = [(*(x := rng.normal(size=2)), x.sum()) for _ in range(200)]
    text = 'target = "y"\n[model]\nhidden = [8]\n[optimizer]\nname = "sgd"\n'
    slow = table(tmp_path, "a,b,y", rows, f"{text}learning_rate = 1e-3\n[training]\nepochs = 8\n")
    finding = found(slow, "ND403")
    assert finding.status is Status.WARNING, finding.message
    assert "far below a linear model" in finding.message
    learned = table(
        tmp_path, "a,b,y", rows, f"{text}learning_rate = 0.1\n[training]\nepochs = 80\n"
    )
    assert found(learned, "ND403").status in (Status.OK, Status.NOTE)


@pytest.mark.parametrize("shape", [(30, 4), (12, 20)])
def test_ridge_is_that_of_the_normal_equations(shape):
    rng = np.random.default_rng(1)
    x, t = rng.normal(2, 3, shape), rng.normal(size=(shape[0], 2))
    t[:, 0] += x[:, 0]
    x[:, 1] = 7.0  # a constant column
    z = np.delete((x - x.mean(axis=0)) / np.where(x.std(axis=0) > 0, x.std(axis=0), 1), 1, axis=1)
    unit = (z**2).sum() / shape[1]
    sums = [((oracle.left_out(z, t, s * unit) - t) ** 2).sum() for s in STRENGTHS]
    strength = STRENGTHS[int(np.argmin(sums))] * unit
    model = fit_ridge(x, t)
    np.testing.assert_allclose(model.left_out, oracle.left_out(z, t, strength), atol=1e-8)
    expected = np.column_stack([z, np.ones(len(z))]) @ oracle.fitted(z, t, strength)
    np.testing.assert_allclose(model.predict(x), expected, atol=1e-8)


def test_ridge_keeps_nan_in_sight():
    x = np.arange(20.0).reshape(10, 2)
    model = fit_ridge(x, x[:, :1])
    assert np.isnan(model.predict(np.full((3, 2), np.nan))).all()


def test_whole_runs_come_in_order_whatever_the_jobs_and_stop_when_asked():
    rows = batch()
    trials = [(rows, seed) for seed in range(6)]
    one = train_all(Valley(jitter=0.1), trials, 20, "", 1, Watch())
    two = train_all(Valley(jitter=0.1), trials, 20, "", 3, Watch())
    assert [run.seed for run in one] == list(range(6))
    assert [run.model.w for run in one] == [run.model.w for run in two]
    assert train_all(Valley(), trials, 20, "", 1, Stopping(0)) == []
    assert len(train_all(Valley(), trials, 20, "", 1, Stopping(4))) < 6
    (broken,) = train_all(Valley(rate=1e200), trials[:1], 20, "", 1, Watch())
    assert broken.bad_step is not None
