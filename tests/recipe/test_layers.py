"""Both ways to write a model mean the same."""

import pytest

from nndoctor.errors import RecipeError
from nndoctor.recipe import Unit, loads, resolve_layers

DATA = '[data]\ngenerator = "xor"\n'


def test_short_form() -> None:
    recipe = loads(
        DATA + '[model]\nhidden = [5, 3]\nactivation = "leaky_relu"\ndropout = 0.5\n'
        "[regularization]\nl2 = 0.1\n"
    )
    first, second, output = resolve_layers(recipe, outputs=2)
    assert (first.units, second.units, output.units) == (5, 3, 2)
    assert first.activation == Unit("leaky_relu", (0.01,))
    assert first.init == Unit("he_normal")
    assert first.bias_init == Unit("zeros")
    assert output.activation == Unit("linear")
    assert output.init == Unit("normal", (0.0, 0.01))
    assert (first.dropout, output.dropout) == (0.5, 0.0)
    assert (first.l2, output.l2) == (0.1, 0.1)


def test_long_form() -> None:
    recipe = loads(
        DATA + '[[model.layers]]\nunits = 5\nactivation = "elu( 2 )"\nl2 = 0.25\nbias = false\n'
        '[[model.layers]]\nunits = 1\ninit = "uniform(-1, 1e0)"\n[regularization]\nl2 = 0.5\n'
    )
    hidden, output = resolve_layers(recipe)
    assert hidden.activation == Unit("elu", (2.0,))
    assert hidden.init == Unit("he_normal")
    assert hidden.l2 == 0.75
    assert not hidden.bias
    assert output.init == Unit("uniform", (-1.0, 1.0))
    assert output.activation == Unit("linear")


@pytest.mark.parametrize(
    ("activation", "init"), [("relu", "he_normal"), ("tanh", "glorot_uniform")]
)
def test_default_init(activation: str, init: str) -> None:
    recipe = loads(DATA + f'[model]\nhidden = [5]\nactivation = "{activation}"\n')
    assert resolve_layers(recipe, 1)[0].init == Unit(init)


def test_gains_of_both_forms() -> None:
    short = loads(DATA + "[model]\nhidden = [5]\ninit_gain = 2\n")
    assert [layer.init_gain for layer in resolve_layers(short, 2)] == [2.0, 1.0]
    long = loads(
        DATA
        + '[[model.layers]]\nunits = 5\ninit_gain = "activation"\n[[model.layers]]\nunits = 1\n'
    )
    assert [layer.init_gain for layer in resolve_layers(long)] == ["activation", 1.0]


def test_weight_norm_of_both_forms() -> None:
    short = loads(DATA + '[model]\nhidden = [5]\nweight_norm = "data"\n')
    assert [layer.weight_norm for layer in resolve_layers(short, 2)] == ["data", False]
    long = loads(
        DATA + '[[model.layers]]\nunits = 5\n[[model.layers]]\nunits = 1\nweight_norm = "data"\n'
    )
    assert [layer.weight_norm for layer in resolve_layers(long)] == [False, "data"]


def test_outputs_have_to_be_known() -> None:
    with pytest.raises(RecipeError, match="output layer"):
        resolve_layers(loads(DATA + "[model]\nhidden = [5]\n"))


def test_unit_as_text() -> None:
    assert str(Unit("normal", (0.0, 0.05))) == "normal(0.0, 0.05)"
    assert str(Unit("relu")) == "relu"
