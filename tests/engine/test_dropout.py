"""Dropout, inverted and vanilla, in training, at test time and by Monte Carlo."""

import numpy as np
import pytest

from nndoctor.engine.network import drop
from nndoctor.engine.random import seeded
from nndoctor.trainable import Plan

from ..oracles import network as oracle
from .helpers import PRECISIONS, mlp, smooth, textbook

VANILLA = {"dropout": 0.4, "scale_at_test": True}


@pytest.mark.parametrize("dtype", PRECISIONS)
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_share_is_zeroed_and_the_rest_scaled_up_so_that_the_mean_stays(dtype, share):
    values, mask = np.full((400, 250), 3, dtype), np.empty((400, 250), dtype)
    drop(values, mask, dtype(share), dtype(1 / (1 - share)), seeded(5))
    kept = mask > 0
    error = 5 * np.sqrt(share * (1 - share) / mask.size)
    assert abs((~kept).mean() - share) < error
    assert mask[kept] == pytest.approx(1 / (1 - share), rel=1e-6)
    np.testing.assert_array_equal(values, 3 * mask)
    assert abs((~kept).mean(axis=0) - share).max() < 5 * np.sqrt(share * (1 - share) / 400)


def test_nan_and_infinity_outlive_it():
    for bad in (np.nan, np.inf):
        values = np.full((10, 10), bad)
        drop(values, np.empty((10, 10)), 0.5, 2.0, seeded(1))
        assert not np.isfinite(values).any()


def test_same_seed_same_bits_and_evaluation_is_free_of_noise():
    batch = smooth(40, 3, 2)
    noisy, plain = mlp([3, 6, 2], layer={"dropout": 0.5}), mlp([3, 6, 2])
    first, again, other = (noisy.fresh(seed) for seed in (1, 1, 2))
    assert first.loss(batch) == plain.fresh(1).loss(batch)
    np.testing.assert_array_equal(first.outputs(batch), plain.fresh(1).outputs(batch))
    losses = [net.train(batch, Plan(20)).loss for net in (first, again, other)]
    assert losses[0].tobytes() == losses[1].tobytes() != losses[2].tobytes()
    assert len({first.loss(batch) for _ in range(3)}) == 1


def test_the_mean_over_many_masks_is_the_loss_of_a_linear_readout_plus_its_variance():
    """For a linear network under MSE dropout adds p/(1-p) sum_j (h_j w_j)^2 to each output."""
    share, batch = 0.3, smooth(5, 3, 2)
    setup = mlp([3, 4, 2], "linear", layer={"dropout": share})
    net = setup.fresh(0)
    w, bias = setup.layout.weights(net.theta), setup.layout.bias(net.theta)
    hidden = batch.x @ w[0] + bias[0]
    added = share / (1 - share) * (hidden**2 @ w[1] ** 2).mean()
    seen = net.train(batch, Plan(20000, batch_size=0, rate=0.0)).loss
    assert seen.mean() == pytest.approx(net.loss(batch) + added, abs=5 * seen.std() / 20000**0.5)


@pytest.mark.parametrize("dtype", PRECISIONS)
@pytest.mark.parametrize("name", ["tanh", "maxout"])
def test_vanilla_dropout_scales_at_test_time_by_what_is_kept(name, dtype):
    setup = mlp([3, 6, 5, 2], name, dtype=np.dtype(dtype), layer=VANILLA)
    batch, net = smooth(20, 3, 2, dtype), setup.fresh(0)
    layers = textbook(setup, net.theta)
    for layer in layers[:-1]:
        layer.factors = 0.6
    right = oracle.outputs(layers, batch.x)
    np.testing.assert_allclose(net.outputs(batch), right, rtol=1e-4, atol=1e-5)
    assert net.loss(batch) == pytest.approx(((right - batch.y) ** 2).mean(), rel=1e-5)


def test_vanilla_dropout_only_zeroes_in_training():
    """A linear network: the expected output under random masks is that at test time."""
    setup, batch = mlp([3, 8, 2], "linear", layer=VANILLA), smooth(5, 3, 2)
    net, hidden = setup.fresh(0), setup.fresh(0)
    w, bias = setup.layout.weights(net.theta), setup.layout.bias(net.theta)
    hidden = batch.x @ w[0] + bias[0]
    added = 0.4 * 0.6 * (hidden**2 @ w[1] ** 2).mean()
    seen = net.train(batch, Plan(20000, batch_size=0, rate=0.0)).loss
    assert seen.mean() == pytest.approx(net.loss(batch) + added, abs=5 * seen.std() / 20000**0.5)


def test_a_network_that_was_trained_without_dropout_is_not_scaled():
    batch, vanilla, plain = smooth(20, 3, 2), mlp([3, 6, 2], layer=VANILLA), mlp([3, 6, 2])
    net, other = vanilla.fresh(0), plain.fresh(0)
    for one in (net, other):
        one.train(batch, Plan(5, regularised=False))
    assert net.loss(batch) == other.loss(batch)
    net.train(batch, Plan(1, rate=0.0))
    assert net.loss(batch) != other.loss(batch)


def test_saturation_is_told_before_vanilla_dropout_scales():
    setup, batch = mlp([3, 6, 2], layer=VANILLA), smooth(40, 3, 2)
    plain = mlp([3, 6, 2])
    net, other = setup.fresh(0), plain.fresh(0)
    for one in (net, other):
        one.theta *= 5  # so that some units saturate
    ours, right = net.activations(batch)[0], other.activations(batch)[0]
    assert ours.saturated == right.saturated
    assert 0.05 < right.saturated < 0.95
    assert (ours.mean, ours.std) == pytest.approx((0.6 * right.mean, 0.6 * right.std))
    assert (ours.minimum, ours.row_std) == pytest.approx((0.6 * right.minimum, 0.6 * right.row_std))


class TestMonteCarlo:
    """Outputs under random masks."""

    @pytest.mark.parametrize("layer", [{"dropout": 0.4}, VANILLA])
    def test_the_mean_of_a_linear_readout_is_the_output_at_test_time(self, layer):
        setup, batch = mlp([3, 8, 2], layer=layer), smooth(6, 3, 2)
        net = setup.fresh(0)
        samples = net.monte_carlo(batch, 4000, 1)
        assert samples.shape == (4000, 6, 2)
        error = samples.std(axis=0) / 4000**0.5
        assert (error > 0).all()
        assert (np.abs(samples.mean(axis=0) - net.outputs(batch)) < 5 * error).all()

    def test_the_seed_decides_and_nothing_is_changed(self):
        setup, batch = mlp([3, 8, 2], layer={"dropout": 0.4}), smooth(6, 3, 2)
        net, left_alone = setup.fresh(0), setup.fresh(0)
        first, again, other = (net.monte_carlo(batch, 3, seed) for seed in (1, 1, 2))
        assert first.tobytes() == again.tobytes() != other.tobytes()
        assert not np.array_equal(first[0], first[1])
        for one in (net, left_alone):
            one.train(batch, Plan(9, batch_size=2))
        assert net.theta.tobytes() == left_alone.theta.tobytes()

    def test_chunks_get_masks_of_their_own(self):
        setup = mlp([3, 8, 2], layer={"dropout": 0.4})
        batch = smooth(1, 3, 2).rows(np.zeros(2050, int))
        assert len(np.unique(setup.fresh(0).monte_carlo(batch, 1, 0)[0], axis=0)) > 100

    def test_batch_norm_goes_by_its_running_averages(self):
        setup = mlp([3, 8, 2], layer={"dropout": 0.4, "norm": "batch_norm"})
        batch, net = smooth(30, 3, 2), setup.fresh(0)
        net.train(batch, Plan(50))
        running = net.running.copy()
        samples = net.monte_carlo(batch, 4000, 1)
        error = samples.std(axis=0) / 4000**0.5
        assert (np.abs(samples.mean(axis=0) - net.outputs(batch)) < 5 * error).all()
        assert net.running.tobytes() == running.tobytes()

    def test_without_dropout_all_samples_are_the_output(self):
        setup, batch = mlp([3, 8, 2]), smooth(6, 3, 2)
        net = setup.fresh(0)
        for sample in net.monte_carlo(batch, 3, 1):
            np.testing.assert_array_equal(sample, net.outputs(batch))
