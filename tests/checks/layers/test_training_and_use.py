"""ND614: the loss in training mode and in use, and whether rows see each other."""

import numpy as np
import pytest

import nndoctor
from nndoctor.checks.layers.training_and_use import BothModes, TrainingAndUse
from nndoctor.findings import Status
from nndoctor.trainable import Plan

from ..fakes import Constant, batch
from ..setups import made

CHECK = TrainingAndUse()


def judged(start=2.0, trained=0.5, used=0.5, beside=0.0, mixed=0.0):
    return CHECK.judge(BothModes(start, trained, used, beside, mixed))


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({}, Status.OK),
        ({"used": 0.65}, Status.OK),  # 90 % of the fall
        ({"used": 0.66}, Status.NOTE),
        ({"used": 1.25}, Status.NOTE),
        ({"used": 1.26}, Status.WARNING),
        ({"used": 50.0}, Status.WARNING),
        ({"used": np.nan}, Status.WARNING),
        ({"used": np.inf}, Status.WARNING),
        ({"trained": 1.9, "used": 4.0}, Status.OK),  # hardly a fall
        ({"trained": 1.9, "used": 4.1}, Status.WARNING),
        ({"trained": 1.9, "used": np.nan}, Status.WARNING),
        ({"mixed": 1e-3}, Status.OK),
        ({"mixed": 1.1e-3}, Status.ERROR),
        ({"mixed": np.nan, "beside": np.nan}, Status.OK),  # batches of one row
        ({"trained": np.nan}, Status.SKIP),
        ({"start": np.inf}, Status.SKIP),
    ],
)
def test_what_is_left_of_the_fall_is_judged(given, status):
    found = judged(**given)
    assert found.status is status
    assert bool(found.advice) is (status.severity > Status.OK.severity)


def test_that_batch_norm_mixes_rows_in_training_is_said():
    assert "each row is answered by itself" in judged().message
    assert "while in training its outputs change by 0.12 of" in judged(beside=0.12).message
    assert "in evaluation mode a row's answer changes with the rows" in judged(mixed=0.2).message


def test_a_model_that_does_not_show_its_training_mode_is_skipped():
    assert CHECK.measure(Constant(1.0), batch(), 4, 1.0) is None
    assert CHECK.judge(None).status is Status.SKIP


def trained(model, updates, **more):
    setup = made("blobs", "[8]", model=model, **more)
    network = setup.trainable.fresh(0)
    start = network.loss(setup.train)
    network.train(setup.train, Plan(updates))
    return CHECK.measure(network, setup.train, 16, start), network, setup


@pytest.mark.parametrize("model", ["", "layer_norm = true", "weight_norm = true", "dropout = 0.3"])
def test_without_batch_norm_both_modes_are_one(model):
    seen, network, _ = trained(model, 60)
    before = {name: array.copy() for name, array in network.state().items()}
    assert seen.trained == pytest.approx(seen.used, rel=1e-5)
    assert (seen.beside, seen.mixed) == pytest.approx((0, 0), abs=1e-5)
    assert all(np.array_equal(before[name], array) for name, array in network.state().items())


def test_batch_norm_lets_rows_see_each_other_in_training_only():
    seen, network, setup = trained("batch_norm = true", 300)
    assert seen.beside > 0.01
    assert seen.mixed == pytest.approx(0, abs=1e-5)
    assert CHECK.judge(seen).status is Status.OK
    state = {name: array.copy() for name, array in network.state().items()}
    CHECK.measure(network, setup.train, 16, 1.0)
    assert all(np.array_equal(state[name], array) for name, array in network.state().items())


def test_the_outputs_in_training_mode_are_those_that_the_loss_of_a_step_has():
    _, network, setup = trained("batch_norm = true", 20)
    rows = setup.train.rows(slice(0, 16))
    loss, out = network.as_batch(rows)
    assert out.shape == (16, setup.trainable.task.outputs)
    assert loss == pytest.approx(network.cost(rows, regularised=False), rel=1e-6)


def test_averages_that_never_saw_a_batch_are_an_error():
    seen, *_ = trained("batch_norm = true", 40, training="batch_size = 1")
    assert CHECK.judge(seen).status is Status.ERROR


def test_a_running_average_of_few_updates_has_not_learned_yet():
    seen, *_ = trained("", 60, training="ema = 0.999")
    assert CHECK.judge(seen).status is Status.WARNING


def test_updates_asks_it():
    report = nndoctor.updates_report(made("blobs", "[4]"), updates=20)
    assert [f.status for f in report.findings if f.code == "ND614"] == [Status.OK]
