"""The whole forward and backward pass against the oracle, and what holds for any network."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nndoctor.adapters.dense import Dense
from nndoctor.engine.activations import ACTIVATIONS, pieces
from nndoctor.trainable import Batch, Plan

from ..oracles import network as oracle
from .helpers import (
    FORMS,
    PRECISIONS,
    TOLERANCE,
    Unit,
    classes,
    close,
    gradient,
    mlp,
    smooth,
    textbook,
)

HIDDEN = [name for name in ACTIVATIONS if name != "linear"]
FIT = settings(max_examples=25, deadline=None)
NORMS = ("", "batch_norm", "layer_norm")
DISTANCES = ("mse", "msle", "mae", "huber", "log_cosh")


def _output_for(form):
    if form[1]:
        return "linear"
    return "sigmoid" if form[0] == "binary_cross_entropy" else "softmax"


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("form", FORMS, ids=lambda form: f"{form[0]}-{form[1]}")
@pytest.mark.parametrize("dtype", PRECISIONS)
def test_loss_outputs_and_gradient_are_the_oracles(name, form, dtype):
    setup = mlp(
        [4, 5, 6, 3],
        name,
        _output_for(form),
        form[0],
        from_logits=form[1],
        dtype=np.dtype(dtype),
        layer={"l1": 0.01, "l2": 0.1, "init": Unit("normal", (0.0, 0.3))},
    )
    batch = smooth(23, 4, 3, dtype) if form[0] in DISTANCES else classes(23, 4, 3, dtype)
    net = setup.fresh(7)
    layers = textbook(setup, net.theta)
    loss, right = oracle.gradients(layers, batch.x, batch.y, *form)
    tolerance = TOLERANCE[setup.dtype]
    assert net.loss(batch) == pytest.approx(loss, rel=tolerance)
    assert close(net.outputs(batch), oracle.outputs(layers, batch.x), tolerance)
    assert close(gradient(setup, batch, 7), right, tolerance)


@pytest.mark.parametrize("name", ["prelu", "maxout", "tanh", "softmax"])
@pytest.mark.parametrize("norm", NORMS)
@pytest.mark.parametrize("input_norm", [False, True])
@pytest.mark.parametrize("dtype", PRECISIONS)
def test_gradients_through_norms_are_the_oracles(name, norm, input_norm, dtype):
    layer = {"norm": norm, "lq": 0.05, "q": 1.5}
    setup = mlp([4, 5, 6, 3], name, dtype=np.dtype(dtype), input_norm=input_norm, layer=layer)
    batch, theta = smooth(23, 4, 3, dtype), setup.fresh(7).theta
    theta += np.random.default_rng(1).normal(0, 0.2, theta.size).astype(dtype)
    loss, right = oracle.gradients(textbook(setup, theta), batch.x, batch.y, "mse", True)
    tolerance = TOLERANCE[setup.dtype]
    assert close(gradient(setup, batch, 7, theta), right, 3 * tolerance)
    net = setup.fresh(7)
    net.theta[:] = theta
    seen = net.train(batch, Plan(1, batch_size=0)).loss
    assert seen == pytest.approx(loss, rel=tolerance)


def any_layer():
    """A hidden layer of any kind."""
    return st.builds(
        Dense,
        st.integers(1, 6),
        st.sampled_from([Unit(name) for name in ACTIVATIONS]),
        st.just(Unit("glorot_uniform")),
        st.booleans(),
        norm=st.sampled_from(NORMS),
        weight_norm=st.booleans(),
    )


def _stacked(inputs, layers, outputs, input_norm, **changes):
    plain = mlp([inputs, outputs], input_norm=input_norm, **changes)
    return replace(plain, layers=(*plain.layers[:-1], *layers, plain.layers[-1]))


ANY_NET = (st.integers(1, 5), st.lists(any_layer(), max_size=4), st.integers(1, 4), st.booleans())


@FIT
@given(*ANY_NET, st.integers(1, 12))
def test_any_shape_goes_through(inputs, layers, outputs, input_norm, rows):
    setup = _stacked(inputs, layers, outputs, input_norm)
    batch, net = smooth(rows, inputs, outputs), setup.fresh(0)
    net.running += 0.1  # as a batch leaves them: untouched ones give way to those of the rows
    assert net.outputs(batch).shape == (rows, outputs)
    right = oracle.outputs(textbook(setup, net.theta, net.running), batch.x)
    np.testing.assert_allclose(net.outputs(batch), right, rtol=1e-9, atol=1e-11)
    trace = net.train(batch, Plan(3, rate=1e-6))
    assert trace.updates == 3
    assert [one.units for one in net.activations(batch)] == [one.units for one in setup.layers]


@FIT
@given(*ANY_NET, st.sampled_from(FORMS), st.integers(0, 5), st.data())
def test_nan_anywhere_in_a_row_is_seen_in_the_loss(
    inputs, layers, outputs, input_norm, form, row, data
):
    setup = _stacked(inputs, layers, outputs, input_norm, loss=form[0], from_logits=form[1])
    batch, net = classes(6, inputs, max(outputs, 2)), setup.fresh(0)
    batch.x[row, data.draw(st.integers(0, inputs - 1))] = np.nan
    assert np.isnan(net.loss(batch))
    trace = net.train(batch, Plan(3, batch_size=0))
    assert trace.first_bad is not None
    assert (trace.first_bad.step, trace.first_bad.layer) == (0, setup.names[0])
    assert np.isnan(trace.loss).tolist() == [True]


@FIT
@given(st.floats(-50, 50), st.integers(2, 6), st.sampled_from(NORMS), st.integers(0, 9))
def test_softmax_cross_entropy_sees_only_differences_of_logits(constant, count, norm, seed):
    setup = mlp([3, 4, count], loss="cross_entropy", layer={"norm": norm})
    batch = classes(10, 3, count, seed=seed)
    net, moved = setup.fresh(seed), setup.fresh(seed)
    setup.layout.bias(moved.theta)[-1][...] += constant
    assert moved.loss(batch) == pytest.approx(net.loss(batch), rel=1e-9)
    assert close(
        gradient(setup, batch, theta=moved.theta), gradient(setup, batch, theta=net.theta), 1e-9
    )


@FIT
@given(st.sampled_from(HIDDEN), st.sampled_from(NORMS), st.permutations(range(6)), st.data())
def test_hidden_units_can_change_places(name, norm, order, data):
    setup, batch = mlp([3, 6, 2], name, layer={"norm": norm}), smooth(10, 3, 2)
    net, other = setup.fresh(0), setup.fresh(0)
    net.theta += np.random.default_rng(2).normal(0, 0.3, net.theta.size)
    count = pieces(name, setup.layers[0].setting)
    # the pieces of a unit may change places too, each unit's in its own way
    by_unit = [data.draw(st.permutations(range(count))) for _ in order]
    columns = [6 * by_unit[u][p] + unit for p in range(count) for u, unit in enumerate(order)]
    for kind in ("weights", "bias", *["gain_and_shift"] * bool(norm)):
        ours, theirs = (getattr(setup.layout, kind)(one.theta)[0] for one in (net, other))
        theirs[...] = ours[..., columns]
    other_last, last = (setup.layout.bias(one.theta)[1] for one in (other, net))
    other_last[...] = last
    setup.layout.weights(other.theta)[1][...] = setup.layout.weights(net.theta)[1][order]
    if ACTIVATIONS[name].learnt:
        setup.layout.learnt(other.theta)[0][...] = setup.layout.learnt(net.theta)[0][order]
    np.testing.assert_allclose(other.outputs(batch), net.outputs(batch), rtol=1e-9, atol=1e-12)


@FIT
@given(st.sampled_from(HIDDEN), st.sampled_from(NORMS), st.floats(0.01, 100), st.integers(0, 9))
def test_scaled_data_and_inversely_scaled_first_weights_cancel(name, norm, factor, seed):
    setup, batch = mlp([3, 6, 2], name, layer={"norm": norm}), smooth(10, 3, 2)
    net, other = setup.fresh(seed), setup.fresh(seed)
    setup.layout.weights(other.theta)[0][...] /= factor
    scaled = Batch(batch.x * factor, batch.y)
    np.testing.assert_allclose(other.outputs(scaled), net.outputs(batch), rtol=1e-8, atol=1e-12)


@FIT
@given(st.sampled_from(HIDDEN), st.floats(0.1, 1e3), st.integers(0, 9))
def test_batch_norm_takes_the_scale_of_the_weights_away(name, factor, seed):
    wide = {"norm": "batch_norm", "bias": False, "init": Unit("normal", (0.0, 1e3))}
    setup, batch = mlp([4, 6, 2], name, layer=wide), smooth(30, 4, 2)
    net, scaled = setup.fresh(seed), setup.fresh(seed)
    setup.layout.weights(scaled.theta)[0][...] *= factor
    still = Plan(1, batch_size=0, rate=0.0)
    loss = net.train(batch, still).loss
    assert scaled.train(batch, still).loss == pytest.approx(loss, rel=1e-6)  # eps beside 1e4


def test_settings_of_an_activation_reach_its_kernel():
    batch = smooth(10, 3, 2)
    flat, steep = (
        mlp([3, 4, 2], Unit("leaky_relu", (slope,))).fresh(0).outputs(batch) for slope in (0.0, 0.5)
    )
    relu = mlp([3, 4, 2], "relu").fresh(0).outputs(batch)
    np.testing.assert_array_equal(flat, relu)
    assert not np.array_equal(steep, relu)


def test_prelu_starts_from_its_setting_and_learns_a_slope_for_each_unit():
    setup, batch = mlp([3, 4, 2], Unit("prelu", (0.4,))), smooth(30, 3, 2)
    net = setup.fresh(0)
    assert setup.layout.learnt(net.theta)[0].tolist() == 4 * [0.4]
    net.train(batch, Plan(20))
    assert len(set(setup.layout.learnt(net.theta)[0])) == 4
