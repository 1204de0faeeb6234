"""Gains against PyTorch's, against SciPy's quadrature, and in the weights."""

import numpy as np
import pytest
from scipy import integrate, stats

from nndoctor.engine.activations import ACTIVATIONS
from nndoctor.engine.gains import PUBLISHED, gain

from ..oracles import activations as oracle
from .helpers import Unit, default_setting, mlp

WRITTEN = {
    "linear": 1.0,
    "sigmoid": 1.0,
    "tanh": 5 / 3,
    "relu": 2**0.5,
    "selu": 0.75,
    "step": 2**0.5,
}


@pytest.mark.parametrize("name", WRITTEN)
def test_published_gains(name):
    assert gain(name) == pytest.approx(WRITTEN[name], rel=1e-15)


@pytest.mark.torch
@pytest.mark.parametrize("name", sorted(set(PUBLISHED) - {"softmax", "prelu", "maxout", "step"}))
def test_pytorch_has_the_same(name):
    torch = pytest.importorskip("torch")
    assert gain(name) == pytest.approx(torch.nn.init.calculate_gain(name), rel=1e-15)


@pytest.mark.torch
@pytest.mark.parametrize("slope", [0.0, 0.2, 1.0, 3.0])
def test_pytorch_has_the_same_for_every_slope(slope):
    torch = pytest.importorskip("torch")
    theirs = torch.nn.init.calculate_gain("leaky_relu", slope)
    assert gain("leaky_relu", (slope,)) == pytest.approx(theirs, rel=1e-15)


def test_prelu_starts_as_a_leaky_relu():
    assert gain("prelu", (0.3,)) == gain("leaky_relu", (0.3,))


@pytest.mark.parametrize("pieces", [1, 2, 5])
def test_maxout_keeps_the_second_moment_of_independent_normal_pieces(pieces):
    z = np.random.default_rng(0).normal(size=(400_000, pieces)).max(axis=1)
    assert gain("maxout", (pieces,)) == pytest.approx((z**2).mean() ** -0.5, rel=0.01)


@pytest.mark.parametrize("name", [name for name in ACTIVATIONS if name not in PUBLISHED])
@pytest.mark.parametrize("factor", [1.0, 2.5])
def test_others_keep_the_second_moment_of_a_normal_number(name, factor):
    setting = default_setting(name) * factor

    def square(z):
        return oracle.value(name, np.array([[z]]), setting)[0, 0] ** 2 * stats.norm.pdf(z)

    moment = sum(integrate.quad(square, *ends)[0] for ends in ((-15, 0), (0, 15)))
    assert gain(name, (setting,)) == pytest.approx(moment**-0.5, rel=1e-6)


def test_an_exponential_has_a_gain_in_closed_form():
    assert gain("exponential") == pytest.approx(np.exp(-1), rel=1e-9)


def test_a_setting_left_out_is_the_default():
    assert gain("elu") == gain("elu", (1.0,))
    assert gain("leaky_relu") == gain("leaky_relu", (0.01,))


@pytest.mark.parametrize("init", ["he_uniform", "orthogonal", "random_walk"])
def test_weights_are_multiplied_and_biases_are_not(init):
    drawn = {"init": Unit(init), "bias_init": Unit("normal", (0.0, 1.0))}
    plain, halved, own = (
        mlp([9, 8, 3], "tanh", layer=drawn | {"gain": factor})
        for factor in (1.0, 0.5, "activation")
    )
    theta = plain.initial(0)
    for setup, factors in ((halved, (0.5, 0.5)), (own, (5 / 3, 1.0))):
        weights, biases = setup.layout.weights, setup.layout.bias
        for one, other, factor in zip(
            weights(theta), weights(setup.initial(0)), factors, strict=True
        ):
            np.testing.assert_allclose(other, factor * one, rtol=1e-14)
        for one, other in zip(biases(theta), biases(setup.initial(0)), strict=True):
            np.testing.assert_array_equal(other, one)
            assert one.any()
