"""Batch and layer norm against the textbook, alone and with their running averages."""

import numpy as np
import pytest

from nndoctor.engine.normalization import NORMALIZATIONS
from nndoctor.trainable import Batch, Plan

from ..oracles import network as oracle_network
from ..oracles import normalization as oracle
from .helpers import (
    PRECISIONS,
    TOLERANCE,
    close,
    denormalise,
    mlp,
    normalise,
    smooth,
    textbook,
)

RNG = np.random.default_rng(6)
Z, G = RNG.normal(3, 2, (11, 5)), RNG.normal(size=(11, 5))
GAIN, SHIFT = RNG.normal(1, 0.5, 5), RNG.normal(size=5)
EACH = pytest.mark.parametrize("name", NORMALIZATIONS)
BOTH = pytest.mark.parametrize("dtype", PRECISIONS)


@EACH
@BOTH
def test_value_and_gradients_are_the_oracles(name, dtype):
    z, gain, shift = (one.astype(dtype) for one in (Z, GAIN, SHIFT))
    tolerance = TOLERANCE[z.dtype]
    value, kept, spread = normalise(name, z, gain, shift)
    assert close(value, oracle.value(name, z, gain, shift), tolerance)
    right = oracle.gradients(name, z, gain, G)
    for ours, one in zip(denormalise(name, G, kept, spread, gain), right, strict=True):
        assert close(ours, one, tolerance)


@EACH
@BOTH
@pytest.mark.parametrize("offset", [0.0, 1000.0])
def test_what_it_puts_out_has_mean_0_and_variance_1_far_from_0_too(name, dtype, offset):
    """Two passes over the data: the mean of squares less the square of the mean would fail."""
    axis = 0 if name == "batch_norm" else 1
    value, *_ = normalise(name, (Z + offset).astype(dtype), np.ones(5), np.zeros(5))
    assert np.abs(value.mean(axis=axis)).max() < (5e-4 if dtype == np.float32 else 1e-10)
    assert value.var(axis=axis) == pytest.approx(1, rel=1e-3)


@BOTH
def test_running_averages_over_several_batches(dtype):
    running = np.repeat(np.array([0.0, 1.0], dtype), 5)
    means, variances = np.zeros(5), np.ones(5)
    for scale in (1.0, 3.0, 0.5, 2.0):
        z = (scale * Z).astype(dtype)
        normalise("batch_norm", z, GAIN, SHIFT, running)
        means, variances = oracle.averages(means, variances, z)
        assert close(running, np.r_[means, variances], TOLERANCE[z.dtype])
    before = running.copy()
    value, *_ = normalise("batch_norm", z, GAIN, SHIFT, running, learning=False)
    right = oracle.at_test(z, GAIN.astype(dtype), SHIFT.astype(dtype), means, variances)
    assert close(value, right, TOLERANCE[z.dtype])
    assert running.tobytes() == before.tobytes()


@BOTH
@pytest.mark.parametrize("rows", [2, 3])
def test_the_running_variance_of_few_rows_is_unbiased(dtype, rows):
    z = Z[:rows].astype(dtype)
    running = np.repeat(np.array([0.0, 1.0], dtype), 5)
    normalise("batch_norm", z, GAIN, SHIFT, running)
    right = oracle.averages(np.zeros(5), np.ones(5), z)
    assert close(running, np.concatenate(right), TOLERANCE[z.dtype])


@BOTH
@pytest.mark.parametrize("rows", [1, 2, 11])
def test_the_running_variance_may_be_that_of_the_batch_itself(dtype, rows):
    z = Z[:rows].astype(dtype)
    running = np.repeat(np.array([0.0, 1.0], dtype), 5)
    settings = {"momentum": 0.01, "eps": 1e-3, "unbiased": 0.0}
    value, *_ = normalise("batch_norm", z, GAIN, SHIFT, running, settings=settings)
    right = oracle.averages(np.zeros(5), np.ones(5), z, 0.01, unbiased=False)
    assert close(running, np.concatenate(right), TOLERANCE[z.dtype])
    right = oracle.value("batch_norm", z, GAIN.astype(dtype), SHIFT.astype(dtype), eps=1e-3)
    assert close(value, right, TOLERANCE[z.dtype])


@BOTH
def test_a_single_row_leaves_the_running_averages_alone(dtype):
    """PyTorch raises here: it has no variance, and as one of 0 would shrink the average."""
    running = np.arange(1, 11).astype(dtype)
    before = running.copy()
    value, kept, _ = normalise("batch_norm", Z[:1].astype(dtype), GAIN, SHIFT, running)
    assert running.tobytes() == before.tobytes()
    np.testing.assert_array_equal(value, SHIFT[None].astype(dtype))
    assert not kept.any()


def test_a_last_batch_of_one_row_leaves_the_running_averages_alone():
    setup = mlp([4, 6, 2], layer={"norm": "batch_norm"})
    batch, whole, rest = smooth(9, 4, 2), setup.fresh(0), setup.fresh(0)
    whole.train(batch, Plan(1, batch_size=8))
    rest.train(batch, Plan(2, batch_size=8))
    assert whole.running.tobytes() == rest.running.tobytes()
    assert whole.running.any()


@EACH
@BOTH
@pytest.mark.parametrize("learning", [True, False])
def test_nan_stays(name, dtype, learning):
    z = Z.astype(dtype)
    z[3, 1] = np.nan
    running = np.repeat(np.array([0.0, 1.0], dtype), 5)
    value, kept, spread = normalise(name, z, GAIN, SHIFT, running, learning)
    bad = np.zeros(z.shape, bool)
    bad[3, 1] = True
    if name == "layer_norm":
        bad[3] = True
    elif learning:
        bad[:, 1] = True
        assert np.isnan(running.reshape(2, 5)[:, 1]).all()
    assert (np.isnan(value) == bad).all()
    if name == "layer_norm" or learning:
        assert (np.isnan(denormalise(name, G, kept, spread, GAIN)[0]) == bad).all()
    g = G.copy()
    g[3, 1] = np.nan
    _, kept, spread = normalise(name, Z.astype(dtype), GAIN, SHIFT)
    assert np.isnan(denormalise(name, g, kept, spread, GAIN)[0][3, 1])


@EACH
def test_columns_and_rows_that_do_not_vary_are_0_not_nan(name):
    value, kept, spread = normalise(name, np.full((11, 5), 7.0), np.ones(5), SHIFT)
    np.testing.assert_array_equal(value, np.tile(SHIFT, (11, 1)))
    assert np.isfinite(denormalise(name, G, kept, spread, np.ones(5))[0]).all()


@pytest.mark.parametrize("activation", ["tanh", "maxout"])
def test_a_network_at_test_time_goes_by_its_running_averages(activation):
    setup = mlp([4, 6, 5, 2], activation, layer={"norm": "batch_norm"}, input_norm=True)
    batch, net = smooth(40, 4, 2), setup.fresh(0)
    net.train(batch, Plan(30, batch_size=8))
    right = oracle_network.outputs(textbook(setup, net.theta, net.running), batch.x)
    assert close(net.outputs(batch), right, 1e-10)
    alone = np.concatenate([net.outputs(batch.rows(slice(i, i + 1))) for i in range(40)])
    assert close(alone, right, 1e-10)  # a row's output does not depend on its company
    in_company = oracle_network.outputs(textbook(setup, net.theta), batch.x)
    assert not close(net.outputs(batch), in_company, 1e-3)


def test_an_input_norm_standardises_the_inputs():
    setup = mlp([3, 3], layer={"bias": False}, input_norm=True)
    batch, net = smooth(500, 3, 3), setup.fresh(0)
    far = Batch(batch.x * [1.0, 50.0, 1e-2] + [0.0, 300.0, -5.0], batch.y)
    setup.layout.weights(net.theta)[1][...] = np.eye(3)
    net.train(far, Plan(200, batch_size=0, rate=0.0))
    out = net.outputs(far)
    assert np.abs(out.mean(axis=0)).max() < 1e-6
    assert out.var(axis=0) == pytest.approx(np.ones(3), rel=0.12)  # eps beside 1e-4
    assert setup.names == ("input", "output")
    assert list(net.weights()) == ["output"]
    assert [stats.name for stats in net.activations(far)] == ["input", "output"]
