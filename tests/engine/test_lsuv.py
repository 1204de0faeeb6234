"""Layers scaled until their outputs have unit variance on a sample."""

from dataclasses import replace

import numpy as np
import pytest

from nndoctor.errors import RecipeError

from ..oracles import network as oracle
from .helpers import Unit, mlp, smooth, textbook

LSUV = {"init": Unit("lsuv"), "bias_init": Unit("zeros")}
DEEP = [12, *[30, 50] * 10, 3]


def _variances(setup, x):
    """Of each layer's values before the activation, over all entries."""
    theta = setup.initial(0)
    seen = oracle.forward(textbook(setup, theta), x)
    return np.array([z.var() for _, _, z, _ in seen])


@pytest.mark.parametrize("activation", ["tanh", "relu", "leaky_relu", "elu", "sigmoid"])
@pytest.mark.parametrize("dtype", ["f8", "f4"])
def test_every_layer_has_unit_variance(activation, dtype):
    x = 7 * smooth(200, 12, 1).x + 3
    setup = mlp(DEEP, activation, layer=LSUV, sample=x, dtype=np.dtype(dtype))
    np.testing.assert_allclose(_variances(setup, x), 1, atol=0.0101)
    plain = mlp(DEEP, activation, layer=LSUV | {"init": Unit("orthogonal")})
    assert np.abs(_variances(plain, x) - 1).max() > 0.4


@pytest.mark.parametrize("layer", [{"bias": False}, {"bias_init": Unit("normal", (0.0, 0.5))}])
def test_with_other_biases_too(layer):
    x = smooth(200, 12, 1).x
    setup = mlp(DEEP, layer=LSUV | layer, sample=x)
    np.testing.assert_allclose(_variances(setup, x), 1, atol=0.0101)


def test_only_layers_that_ask_are_scaled():
    x = smooth(100, 12, 1).x
    setup = mlp([12, 8, 9, 3], layer=LSUV, sample=x)
    plain = replace(setup.layers[0], init=Unit("he_normal"))
    mixed = replace(setup, layers=(plain, *setup.layers[1:]))
    first, second, third = _variances(mixed, x)
    assert abs(first - 1) > 0.1
    assert [second, third] == pytest.approx([1, 1], abs=0.0101)


def test_the_gain_comes_on_top():
    x = smooth(200, 12, 1).x
    setup = mlp([12, 20, 20, 3], layer=LSUV | {"gain": 2.0}, sample=x)
    np.testing.assert_allclose(_variances(setup, x), 4, atol=0.05)


@pytest.mark.parametrize("value", [0.0, np.nan, np.inf])
def test_a_layer_that_cannot_be_scaled_is_left_as_it_was_drawn(value):
    x = np.full((50, 12), value)
    setup = mlp([12, 8, 3], layer=LSUV, sample=x)
    plain = mlp([12, 8, 3], layer=LSUV | {"init": Unit("orthogonal")})
    assert setup.initial(0).tobytes() == plain.initial(0).tobytes()


def test_the_same_seed_and_sample_give_the_same_weights():
    x = smooth(100, 12, 1).x
    first, again = (mlp([12, 8, 3], layer=LSUV, sample=x) for _ in range(2))
    assert first.fresh(4).theta.tobytes() == again.fresh(4).theta.tobytes()
    assert first.initial(4).tobytes() != first.initial(5).tobytes()


def test_without_a_sample_it_is_refused():
    with pytest.raises(RecipeError, match="layer 1: init lsuv needs rows") as raised:
        mlp([12, 8, 3], layer=LSUV).fresh(0)
    assert "orthogonal" in raised.value.mistakes[0].hint
