"""Reduction, rate, budget, schedule, optimizer, penalties, batches: ND211 to ND219."""

import re
from dataclasses import replace

import numpy as np
import pytest

from nndoctor.checks.measures.design import Inputs
from nndoctor.checks.setup.rate_for_optimizer import RateForOptimizer, Step
from nndoctor.checks.setup.update_budget import Reach, UpdateBudget
from nndoctor.checks.setup.validation_rows import ValidationRows
from nndoctor.trainable import Plan

from ..setups import made
from .designs import (
    ERROR,
    NAN,
    NOTE,
    NUMBERS,
    OK,
    PLAN,
    SKIP,
    THREE,
    TWO,
    WARNING,
    examined,
    layer,
    plain,
    sound,
    stack,
    status,
    task,
)

SUMMED = task(THREE, reduction="sum")


@pytest.mark.parametrize(("rate", "expected"), [(0.0312, NOTE), (0.03125, WARNING), (NAN, WARNING)])
def test_nd211_a_sum_over_32_rows(rate, expected):
    found = examined("ND211", plain(rate, task=SUMMED))
    assert found.status is expected
    assert found.suggests[0] == "loss_reduction_sum"
    assert "32" in found.message


def test_nd211_adam_hardly_notices():
    assert status("ND211", sound(SUMMED, rate=0.5)) is NOTE


@pytest.mark.parametrize("rate", [0.0883, 0.0885, 0.353, 0.354])
def test_nd212_steps_of_adam_against_weights(rate):
    relative = rate * np.sqrt(32)  # 0.5 and 2 are the borders
    expected = OK if relative < 0.5 else NOTE if relative < 2 else WARNING
    assert status("ND212", sound(rate=rate)) is expected


def test_nd212_normalised_layers_bear_any_step():
    hidden = layer(inputs=4096, norm="batch_norm")
    assert status("ND212", sound(rate=0.05, layers=stack(hidden))) is OK
    assert status("ND212", sound(rate=0.05, layers=stack(layer(inputs=4096)))) is WARNING


@pytest.mark.parametrize(("rate", "expected"), [(9.9, OK), (10.0, WARNING), (NAN, ERROR)])
def test_nd212_gradient_descent(rate, expected):
    assert status("ND212", plain(rate)) is expected


@pytest.mark.parametrize("momentum", [0.0, 0.5])
@pytest.mark.parametrize("curvature", [1.0, 10.0])
def test_nd212_the_limit_of_a_linear_model(momentum, curvature):
    limit = 2 * (1 + momentum) / (2 * curvature)
    layers, inputs = stack(units=1), Inputs(1.0, curvature)
    changed = {"task": NUMBERS, "layers": layers, "inputs": inputs, "decay": 0.0}
    assert status("ND212", plain(0.99 * limit, momentum, **changed)) is OK
    found = examined("ND212", plain(1.01 * limit, momentum, **changed))
    assert found.status is ERROR
    assert "learning_rate_too_high" in found.suggests


@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_nd212_beyond_the_limit_training_does_diverge(momentum):
    from nndoctor.checks.measures.design import design
    from nndoctor.setup import blueprint

    def at(rate):
        return made(
            "sine",
            "[]",
            data='n = 64\nvalidation = 0.0\n[data.preprocess]\ntarget="standardize"',
            optimizer=f'name = "sgd"\nlearning_rate = {rate}\nmomentum = {momentum}',
            training="epochs = 2000\nbatch_size = 64",
        )

    def seen(setup):
        return RateForOptimizer().measure(
            design(blueprint(setup), setup.trainable.task, setup.train)
        )

    limit = seen(at(0.1)).limit
    for factor, diverges in ((0.98, False), (1.02, True)):
        setup = at(factor * limit)
        model = setup.trainable.fresh(0)
        start = model.loss(setup.train)
        model.train(setup.train, Plan(2000))
        assert (not model.loss(setup.train) < 10 * start) is diverges
        assert (RateForOptimizer().judge(seen(setup)).status is ERROR) is diverges


def test_nd212_a_short_peak_beyond_the_limit_is_borne():
    factors = (0.1, 0.5, 1.0, 0.5, 0.2, 0.2, 0.1, 0.1, 0.1, 0.01)
    peak = plain(1.5, task=NUMBERS, schedule="one_cycle", factors=factors)
    assert status("ND212", peak) is OK
    assert status("ND212", plain(1.5, task=NUMBERS)) is ERROR


def test_nd212_only_a_limit_that_there_is_is_told():
    free, bound = Step("sgd", 0.1), Step("sgd", 0.1, limit=1.5)
    assert RateForOptimizer().judge(free).threshold == "below 10"
    assert "below 1.5, from where on squared error" in RateForOptimizer().judge(bound).threshold


@pytest.mark.parametrize("seen", [Step("adam", NAN, NAN), Step("adam", 1e-3, NAN)])
def test_nd212_nan_is_never_fine(seen):
    assert RateForOptimizer().judge(seen).status is not OK


@pytest.mark.parametrize("name", ["lbfgs", "adadelta", "adafactor"])
@pytest.mark.parametrize("code", ["ND212", "ND213"])
def test_optimizers_that_set_their_own_steps_are_left_out(code, name):
    assert status(code, sound(optimizer=name)) is SKIP


@pytest.mark.parametrize(
    ("share", "expected"),
    [(0.31, OK), (0.3, NOTE), (0.11, NOTE), (0.1, WARNING), (0.0, WARNING), (NAN, WARNING)],
)
@pytest.mark.parametrize("is_plain", [True, False])
def test_nd213_both_sides(share, expected, is_plain):
    found = UpdateBudget().judge(Reach(share, 1.0, 10, is_plain))
    assert found.status is expected
    assert ("too_few_epochs" in found.suggests) is (expected is not OK)


def test_nd213_rates_add_up_over_the_schedule():
    half = sound(schedule="polynomial", factors=tuple(np.linspace(1, 0, 10)))
    whole = UpdateBudget().measure(sound())
    assert whole.total_rate == pytest.approx(1.0)
    assert whole.share == pytest.approx(np.sqrt(32))
    assert UpdateBudget().measure(half).total_rate == pytest.approx(0.5)


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid"])
def test_nd213_gradient_descent_gets_no_farther_than_the_bound(seed, activation):
    """Outputs of rows move apart by less than the bound, over what targets are apart."""
    from nndoctor.checks.measures.design import design
    from nndoctor.setup import blueprint

    setup = made(
        "gaussian",
        "[16, 16]",
        data="d = 8\nn = 200\nclasses = 2",
        loss='name = "mse"',
        model=f'activation = "{activation}"\ninit = "lecun_normal"\noutput_init = "lecun_normal"',
        optimizer='name = "sgd"\nlearning_rate = 1e-4',
        training="epochs = 5",
    )
    facts = design(blueprint(setup), setup.trainable.task, setup.train)
    bound = UpdateBudget().measure(facts)
    assert UpdateBudget().judge(bound).status is not OK
    model = setup.trainable.fresh(seed)
    before = model.outputs(setup.train)
    model.train(setup.train, Plan(setup.total_updates))
    moved = model.outputs(setup.train) - before
    apart = np.sqrt((np.eye(2)[setup.train.y[:, 0].astype(int)] - before).var(axis=0).mean())
    assert np.sqrt(moved.var(axis=0).mean()) < bound.share * apart


def falling(gone, first=1.0):
    return sound(schedule="step", factors=(first,) * (10 - gone) + (0.0099,) * gone)


@pytest.mark.parametrize(("gone", "expected"), [(2, OK), (3, NOTE), (4, NOTE), (5, WARNING)])
def test_nd214_a_rate_that_dies(gone, expected):
    assert status("ND214", falling(gone)) is expected


def test_nd214_a_low_rate_before_the_highest_is_a_warm_up():
    assert status("ND214", sound(schedule="cosine", factors=(0.001,) * 6 + (1.0,) * 4)) is OK
    assert status("ND214", sound(schedule="step", factors=(1.0,) + (NAN,) * 9)) is WARNING
    assert status("ND214", sound()) is SKIP


@pytest.mark.parametrize(
    ("eps", "rate", "expected"),
    [
        (1e-8, 1e-3, OK),
        (0.0099, 1e-3, OK),
        (0.01, 1e-3, NOTE),
        (0.29, 1e-3, NOTE),
        (0.3, 1e-3, WARNING),
        (1.0, 0.045, NOTE),  # as Inception was trained
        (0.0, 1e-3, WARNING),
        (NAN, 1e-3, WARNING),
    ],
)
def test_nd215_epsilon(eps, rate, expected):
    design = sound(rate=rate, settings={**PLAN.settings, "eps": eps})
    found = examined("ND215", design)
    assert found.status is expected
    assert (found.suggests == ("optimizer_epsilon_bad",)) is (expected is not OK)


@pytest.mark.parametrize(
    ("momentum", "updates", "expected"),
    [
        (0.9, 5, OK),
        (0.989, 5, OK),
        (0.99, 101, NOTE),
        (0.99, 99, WARNING),
        (1.0, 10**6, ERROR),
        (NAN, 100, ERROR),
    ],
)
def test_nd215_momentum(momentum, updates, expected):
    assert status("ND215", plain(momentum=momentum, updates=updates)) is expected


def test_nd215_both_are_told():
    design = sound(settings={"eps": 1.0, "beta1": 0.999})
    assert examined("ND215", design).suggests == ("optimizer_epsilon_bad", "momentum_too_high")


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"decay": 0.049}, OK),
        ({"decay": 0.051}, NOTE),
        ({"decay": 0.49}, NOTE),
        ({"decay": 0.51}, WARNING),
        ({"decay": NAN}, WARNING),
        ({"l1": 0.0049}, OK),
        ({"l1": 0.0051}, NOTE),
        ({"l1": 0.051}, WARNING),
        ({"decay": 0.9, "optimizer": "adamw"}, OK),
        ({"decay": 1.1, "optimizer": "adamw"}, NOTE),
        ({"decay": 10.1, "optimizer": "adamw"}, WARNING),
        ({"decay": 10.0, "task": SUMMED}, NOTE),
    ],
)
def test_nd216_penalties(changed, expected):
    found = examined("ND216", sound(**changed))
    assert found.status is expected
    assert (found.suggests == ("over_regularised",)) is (expected is not OK)


def test_nd216_small_inputs_need_large_weights():
    small, large = Inputs(0.32, 1.0), Inputs(3200.0, 100.0)
    assert status("ND216", sound(l1=0.006, inputs=small)) is WARNING  # inputs of 0.1
    assert status("ND216", sound(l1=0.006)) is NOTE
    assert status("ND216", sound(l1=0.006, inputs=large)) is NOTE
    assert status("ND216", sound(l1=0.06, inputs=Inputs(0.0, 1.0))) is WARNING


@pytest.mark.parametrize(
    ("size", "norm", "expected"),
    [
        (1, "batch_norm", ERROR),
        (2, "batch_norm", WARNING),
        (3, "batch_norm", WARNING),
        (4, "batch_norm", NOTE),
        (8, "batch_norm", OK),
        (1, "layer_norm", NOTE),
        (1, "", NOTE),
        (2, "", OK),
        (1600, "", NOTE),
        (1599, "", OK),
    ],
)
def test_nd218_batches(size, norm, expected):
    layers = stack(layer(norm=norm))
    assert status("ND218", sound(batch_size=size, layers=layers)) is expected


@pytest.mark.parametrize(
    ("rows", "norm", "expected"),
    [
        (1600, "batch_norm", OK),
        (1601, "batch_norm", WARNING),
        (1602, "batch_norm", NOTE),
        (1603, "batch_norm", NOTE),
        (1604, "batch_norm", OK),
        (33, "batch_norm", WARNING),
        (32, "batch_norm", OK),
        (31, "batch_norm", OK),
        (3, "batch_norm", OK),
        (1601, "layer_norm", OK),
        (1601, "", OK),
    ],
)
def test_nd218_the_last_batch_of_an_epoch(rows, norm, expected):
    design = sound(rows=rows, epochs=500, layers=stack(layer(norm=norm)))
    assert status("ND218", design) is expected


def test_nd218_the_size_it_advises_leaves_no_such_rest():
    for rows in range(33, 400):
        design = sound(rows=rows, epochs=500, layers=stack(layer(norm="batch_norm")))
        found = examined("ND218", design)
        if found.status is not OK:
            size = int(re.search(r"batch_size = (\d+)", found.advice)[1])
            cured = sound(rows=rows, batch_size=size, epochs=500, layers=design.plan.layers)
            assert size > 32
            assert status("ND218", cured) is OK


def test_nd218_all_rows_at_once_over_many_epochs():
    assert status("ND218", sound(batch_size=1600, epochs=100)) is OK
    assert status("ND218", sound(optimizer="lbfgs", batch_size=1600)) is SKIP
    few = sound(batch_size=3, rows=3, epochs=500, layers=stack(layer(norm="batch_norm")))
    assert status("ND218", few) is OK  # every batch is the same


@pytest.mark.parametrize(("held", "expected"), [(0, NOTE), (24, NOTE), (25, OK), (NAN, NOTE)])
def test_nd219_rows_held_back(held, expected):
    found = ValidationRows().judge((held, 100))
    assert found.status is expected
    assert (found.suggests == ("missing_validation",)) is (expected is not OK)


def test_thresholds_decide():
    strict = replace(RateForOptimizer(), relative=1e-3, noted=1e-4)
    assert strict.examine(sound()).status is WARNING
    assert status("ND212", sound(TWO)) is OK
