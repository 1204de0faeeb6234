"""The whole forward and backward pass against the oracle, and what holds for any network."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nndoctor.engine.activations import ACTIVATIONS

from ..oracles import network as oracle
from .helpers import (
    FORMS,
    PRECISIONS,
    TOLERANCE,
    Unit,
    classes,
    close,
    default_setting,
    gradient,
    mlp,
    smooth,
)

HIDDEN = [name for name in ACTIVATIONS if name != "linear"]
FIT = settings(max_examples=25, deadline=None)


def _output_for(form):
    if form[1]:
        return "linear"
    return "sigmoid" if form[0] == "binary_cross_entropy" else "softmax"


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("form", FORMS, ids=lambda form: f"{form[0]}-{form[1]}")
@pytest.mark.parametrize("dtype", PRECISIONS)
def test_loss_outputs_and_gradient_are_the_oracles(name, form, dtype):
    setup = mlp(
        [4, 5, 6, 3], name, _output_for(form), form[0], from_logits=form[1],
        dtype=np.dtype(dtype), layer={"l1": 0.01, "l2": 0.1, "init": Unit("normal", (0.0, 0.3))},
    )  # fmt: skip
    batch = smooth(23, 4, 3, dtype) if form[0] in ("mse", "mae") else classes(23, 4, 3, dtype)
    net = setup.fresh(7)
    weights, biases = setup.layout.weights(net.theta), setup.layout.bias(net.theta)
    weights, biases = [w.astype(float) for w in weights], [b.astype(float) for b in biases]
    names, numbers = (name, name, _output_for(form)), (*2 * [default_setting(name)], 0.0)
    loss, by_w, by_b = oracle.gradients(
        weights, biases, names, numbers, batch.x, batch.y, *form, 3 * [0.01], 3 * [0.1]
    )
    tolerance = TOLERANCE[setup.dtype]
    assert net.loss(batch) == pytest.approx(loss, rel=tolerance)
    outputs = oracle.forward(weights, biases, names, numbers, batch.x)[1][-1]
    assert close(net.outputs(batch), outputs, tolerance)
    right = np.concatenate([np.r_[w.ravel(), b] for w, b in zip(by_w, by_b, strict=True)])
    assert close(gradient(setup, batch, 7), right, tolerance)


@FIT
@given(
    st.integers(1, 9),
    st.lists(st.integers(1, 6), min_size=1, max_size=4),
    st.integers(1, 12),
    st.lists(st.booleans(), min_size=4, max_size=4),
)
def test_any_shape_goes_through(inputs, widths, rows, biases):
    setup = mlp([inputs, *widths], "elu")
    layers = [replace(one, bias=bias) for one, bias in zip(setup.layers, biases, strict=False)]
    setup = replace(setup, layers=tuple(layers))
    batch, net = smooth(rows, inputs, widths[-1]), setup.fresh(0)
    assert net.outputs(batch).shape == (rows, widths[-1])
    weights, bias = setup.layout.weights(net.theta), setup.layout.bias(net.theta)
    names = [layer.activation.name for layer in setup.layers]
    right = oracle.forward(weights, bias, names, len(names) * [1.0], batch.x)[1][-1]
    np.testing.assert_allclose(net.outputs(batch), right, rtol=1e-10, atol=1e-13)


@FIT
@given(st.floats(-50, 50), st.integers(2, 6), st.integers(0, 9))
def test_softmax_cross_entropy_sees_only_differences_of_logits(constant, count, seed):
    setup, batch = mlp([3, 4, count], loss="cross_entropy"), classes(10, 3, count, seed=seed)
    net, moved = setup.fresh(seed), setup.fresh(seed)
    setup.layout.bias(moved.theta)[-1][...] += constant
    assert moved.loss(batch) == pytest.approx(net.loss(batch), rel=1e-9)
    assert close(
        gradient(setup, batch, theta=moved.theta), gradient(setup, batch, theta=net.theta), 1e-9
    )


@FIT
@given(st.sampled_from(HIDDEN), st.permutations(range(6)), st.integers(0, 9))
def test_hidden_units_can_change_places(name, order, seed):
    setup, batch = mlp([3, 6, 2], name), smooth(10, 3, 2)
    net, other = setup.fresh(seed), setup.fresh(seed)
    first, last = setup.layout.weights(net.theta)
    weights, biases = setup.layout.weights(other.theta), setup.layout.bias(other.theta)
    weights[0][...], weights[1][...] = first[:, order], last[order]
    biases[0][...] = setup.layout.bias(net.theta)[0][order]
    np.testing.assert_allclose(other.outputs(batch), net.outputs(batch), rtol=1e-9, atol=1e-12)


@FIT
@given(st.sampled_from(HIDDEN), st.floats(0.01, 100), st.integers(0, 9))
def test_scaled_data_and_inversely_scaled_first_weights_cancel(name, factor, seed):
    setup, batch = mlp([3, 6, 2], name), smooth(10, 3, 2)
    net, other = setup.fresh(seed), setup.fresh(seed)
    setup.layout.weights(other.theta)[0][...] /= factor
    scaled = type(batch)(batch.x * factor, batch.y)
    np.testing.assert_allclose(other.outputs(scaled), net.outputs(batch), rtol=1e-8, atol=1e-12)


def test_settings_of_an_activation_reach_its_kernel():
    batch = smooth(10, 3, 2)
    flat, steep = (
        mlp([3, 4, 2], Unit("leaky_relu", (slope,))).fresh(0).outputs(batch) for slope in (0.0, 0.5)
    )
    relu = mlp([3, 4, 2], "relu").fresh(0).outputs(batch)
    np.testing.assert_array_equal(flat, relu)
    assert not np.array_equal(steep, relu)
