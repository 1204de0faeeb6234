"""How rows become an objective: smoothing, weights of classes, noise, averaged batches."""

from dataclasses import replace

import numpy as np
import pytest

from nndoctor.trace import LOOK
from nndoctor.trainable import Batch, Plan

from ..oracles import losses as oracle
from .helpers import (
    FORMS,
    PRECISIONS,
    TOLERANCE,
    Unit,
    classes,
    close,
    gradient,
    judged,
    mlp,
    smooth,
)

WEIGHTS = (1.0, 3.0, 0.5)
EACH = pytest.mark.parametrize("form", FORMS, ids=lambda form: f"{form[0]}-{form[1]}")
BOTH = pytest.mark.parametrize("dtype", PRECISIONS)


def _outputs(form, rows=17, outputs=3):
    rng = np.random.default_rng(8)
    return (
        rng.normal(0, 2, (rows, outputs)) if form[1] else rng.uniform(0.05, 0.95, (rows, outputs))
    )


@EACH
@BOTH
@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("smoothing", [0.0, 0.1])
@pytest.mark.parametrize("weights", [(), WEIGHTS], ids=["", "weights"])
def test_the_objective_is_the_oracles(form, dtype, reduction, smoothing, weights):
    out, y = _outputs(form).astype(dtype), classes(17, 1, 3, dtype).y
    how = {"reduction": reduction, "smoothing": smoothing}
    value, slope = judged(form, out, y, class_weights=weights, **how)
    right, right_slope = oracle.objective(*form, out, y, weights=weights, **how)
    assert value == pytest.approx(right, rel=TOLERANCE[out.dtype])
    assert close(slope, right_slope, 3 * TOLERANCE[out.dtype])


def test_the_mean_of_weighted_rows_may_be_over_their_number():
    form, y = ("cross_entropy", True), classes(17, 1, 3).y
    out = _outputs(form)
    value, slope = judged(form, out, y, class_weights=WEIGHTS, weighed_by_rows=True)
    right, right_slope = oracle.objective(*form, out, y, weights=WEIGHTS)
    ratio = np.array(WEIGHTS)[y[:, 0].astype(int)].mean()
    assert value == pytest.approx(right * ratio, rel=1e-12)
    assert close(slope, right_slope * ratio, 1e-12)


@pytest.mark.parametrize("smoothing", [0.0, 0.2])
def test_two_classes_on_one_output(smoothing):
    form, y = ("binary_cross_entropy", True), classes(17, 1, 2).y
    out = _outputs(form, outputs=1)
    value, slope = judged(form, out, y, smoothing=smoothing, class_weights=(1.0, 4.0))
    right = oracle.objective(*form, out, y, smoothing=smoothing, weights=(1.0, 4.0))
    assert value == pytest.approx(right[0], rel=1e-12)
    assert close(slope, right[1], 1e-12)


def test_weights_are_rows_repeated():
    batch = classes(20, 3, 3)
    repeated = batch.rows(np.repeat(np.arange(20), np.array([1, 3, 2])[batch.y[:, 0].astype(int)]))
    for loss in ("cross_entropy", "mse"):
        plain = mlp([3, 4, 3], loss=loss)
        weighted = replace(plain, class_weights=(1.0, 3.0, 2.0))
        assert close(gradient(weighted, batch), gradient(plain, repeated), 1e-12)
        first, second = weighted.fresh(0), plain.fresh(0)
        seen = first.train(batch, Plan(1, batch_size=0)).loss
        assert seen == pytest.approx(second.train(repeated, Plan(1, batch_size=0)).loss)
        assert weighted.fresh(0).loss(batch) == plain.fresh(0).loss(batch)  # reported unweighted


def test_equal_weights_change_nothing():
    plain, batch = mlp([3, 4, 3], loss="cross_entropy"), classes(20, 3, 3)
    weighted = replace(plain, class_weights=(2.0, 2.0, 2.0))
    assert close(gradient(weighted, batch), gradient(plain, batch), 1e-13)


@pytest.mark.parametrize("loss", ["cross_entropy", "kl_divergence", "mse"])
def test_smoothing_is_training_on_softer_targets(loss):
    batch = classes(20, 3, 4)
    soft = Batch(batch.x, 0.9 * np.eye(4)[batch.y[:, 0].astype(int)] + 0.1 / 4)
    plain = mlp([3, 5, 4], loss=loss)
    smoothed = replace(plain, smoothing=0.1)
    assert close(gradient(smoothed, batch), gradient(plain, soft), 1e-12)
    assert smoothed.fresh(0).loss(batch) == plain.fresh(0).loss(batch)  # reported unsmoothed


def test_the_other_formula_of_smoothing_is_a_matter_of_its_share():
    """1 - e for the right class and e / (C - 1) for each other, as recipes tell to write it."""
    batch, e, count = classes(20, 3, 4), 0.1, 4
    one_hot = np.eye(count)[batch.y[:, 0].astype(int)]
    soft = Batch(batch.x, np.where(one_hot == 1, 1 - e, e / (count - 1)))
    plain = mlp([3, 5, count], loss="cross_entropy")
    smoothed = replace(plain, smoothing=e * count / (count - 1))
    assert close(gradient(smoothed, batch), gradient(plain, soft), 1e-12)


def test_without_regularisation_there_are_no_weights_smoothing_or_noise():
    plain, batch = mlp([3, 4, 3], loss="cross_entropy", batch_size=7), classes(20, 3, 3)
    full = replace(plain, class_weights=WEIGHTS, smoothing=0.1, noise=0.5)
    for regularised in (False, True):
        ours, right = full.fresh(0), plain.fresh(0)
        for net in (ours, right):
            net.train(batch, Plan(10, regularised=regularised))
        assert (ours.theta.tobytes() == right.theta.tobytes()) == (not regularised)


class TestNoise:
    """Noise on the inputs, in training alone."""

    @BOTH
    def test_its_standard_deviation_is_the_stated_one(self, dtype):
        setup = mlp([50, 50], dtype=np.dtype(dtype), noise=0.3, layer={"bias": False})
        batch = Batch(np.zeros((400, 50), dtype), np.zeros((400, 50), dtype))
        net = setup.fresh(0)
        net.theta[:] = np.eye(50).ravel()
        look = net.train(batch, Plan(1, batch_size=0, rate=0.0, look_every=1)).looks[0, 0]
        count = batch.x.size
        assert look[LOOK.index("std")] == pytest.approx(0.3, abs=5 * 0.3 / (2 * count) ** 0.5)
        assert abs(look[LOOK.index("mean")]) < 5 * 0.3 / count**0.5
        assert not batch.x.any()

    @pytest.mark.parametrize("batch_size", [0, 7])
    def test_each_update_has_its_own_and_evaluation_none(self, batch_size):
        noisy, plain = mlp([3, 4, 2], noise=0.3), mlp([3, 4, 2])
        batch, net = smooth(21, 3, 2), noisy.fresh(0)
        losses = net.train(batch, Plan(6, batch_size=batch_size, rate=0.0)).loss
        assert len(set(losses)) == 6
        assert net.loss(batch) == plain.fresh(0).loss(batch)
        np.testing.assert_array_equal(net.outputs(batch), plain.fresh(0).outputs(batch))

    def test_for_a_linear_network_it_adds_the_variance_of_the_output(self):
        """Bishop 1995: E loss = loss + noise^2 |W|^2 / K, which is ridge regression."""
        setup, batch = mlp([3, 2], noise=0.3), smooth(20, 3, 2)
        net = setup.fresh(0)
        added = 0.09 * (net.weights()["output"] ** 2).sum() / 2
        seen = net.train(batch, Plan(20000, batch_size=0, rate=0.0)).loss
        assert seen.mean() == pytest.approx(net.loss(batch) + added, abs=5 * seen.std() / 141)


class TestParts:
    """Several batches averaged to one update."""

    @pytest.mark.parametrize("optimizer", ["sgd", "adam"])
    @pytest.mark.parametrize("epochs", [1, 2])
    def test_equal_batches_are_one_large_batch(self, optimizer, epochs):
        one = mlp(
            [3, 5, 2],
            optimizer=Unit(optimizer),
            shuffle=False,
            batch_size=12,
            layer={"l2": 0.1, "norm": "layer_norm"},
        )
        several, batch = replace(one, batch_size=4, parts=3), smooth(24, 3, 2)
        first, second = one.fresh(0), several.fresh(0)
        losses = [net.train(batch, Plan(2 * epochs)).loss for net in (first, second)]
        np.testing.assert_allclose(losses[1], losses[0], rtol=1e-12)
        np.testing.assert_allclose(second.theta, first.theta, rtol=1e-9, atol=1e-12)

    def test_they_go_on_across_the_end_of_an_epoch(self):
        several = mlp([3, 5, 2], shuffle=False, batch_size=4, parts=3)
        batch, thrice = smooth(20, 3, 2), np.tile(np.arange(20), 3)  # 5 batches an epoch
        first, second = several.fresh(0), replace(several, batch_size=12, parts=1).fresh(0)
        losses = [first.train(batch, Plan(5)).loss, second.train(batch.rows(thrice), Plan(5)).loss]
        np.testing.assert_allclose(losses[0], losses[1], rtol=1e-12)
        np.testing.assert_allclose(first.theta, second.theta, rtol=1e-9, atol=1e-12)

    def test_a_call_may_end_anywhere(self):
        setup = mlp([3, 5, 2], batch_size=4, parts=3, layer={"dropout": 0.3}, noise=0.1)
        batch, once, twice = smooth(22, 3, 2), setup.fresh(0), setup.fresh(0)
        once.train(batch, Plan(9))
        twice.train(batch, Plan(4)), twice.train(batch, Plan(5))
        assert once.theta.tobytes() == twice.theta.tobytes()

    def test_parts_of_a_batch_with_all_rows_repeat_it(self):
        one, batch = mlp([3, 5, 2]), smooth(20, 3, 2)
        first, second = one.fresh(0), replace(one, parts=3).fresh(0)
        for net in (first, second):
            net.train(batch, Plan(5, batch_size=0))
        np.testing.assert_allclose(second.theta, first.theta, rtol=1e-12)

    def test_a_bad_part_breaks_the_update(self):
        setup, batch = mlp([3, 5, 2], shuffle=False, batch_size=4, parts=3), smooth(24, 3, 2)
        batch.x[21] = np.nan  # in the last part of the second update
        net, before = setup.fresh(0), setup.fresh(0)
        trace = net.train(batch, Plan(5))
        before.train(batch, Plan(1))
        assert trace.first_bad is not None
        assert (trace.first_bad.step, trace.first_bad.layer) == (1, "layer 1")
        assert net.theta.tobytes() == before.theta.tobytes()
