"""Components by what they mean: all together, there and back, and nothing for a spelling."""

from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest

from nndoctor import setup as setups
from nndoctor.adapters.mlp import MLP
from nndoctor.diagnosis.components import COMPONENTS
from nndoctor.errors import NNDoctorError
from nndoctor.recipe import loads
from nndoctor.recipe.editing import edit
from nndoctor.setup import Setup
from nndoctor.subjects.components import swap

TWO = '[data]\ngenerator = "moons"\nn = 90\n'
THREE = '[data]\ngenerator = "blobs"\nn = 90\nclasses = 3\n'
SINE = '[data]\ngenerator = "sine"\nn = 90\n'
NUMERIC = 'task = "classification"\ntarget_encoding = "numeric"\n'


def long(*layers: str) -> str:
    return "".join(f"[[model.layers]]\n{layer}\n" for layer in layers)


def layer(units: int, activation: str = "relu", more: str = "") -> str:
    return f'units = {units}\nactivation = "{activation}"\n{more}'


SHORT = "[model]\nhidden = [8, 8]\n"
# networks of two classes, each with one thing that the others don't have
NETWORKS = {
    "short": TWO + SHORT,
    "class": TWO + 'target_encoding = "class"\n' + SHORT + '[loss]\nname = "mse"\n',
    "one unit": TWO + SHORT + '[loss]\nname = "binary_cross_entropy"\n',
    "one unit, long": TWO + long(layer(8), layer(1, "linear")),
    "one unit, mse": TWO + long(layer(8), layer(1, "sigmoid")) + '[loss]\nname = "mse"\n',
    "two units of binary": TWO + long(layer(2, "linear")) + '[loss]\nname = "binary_cross_entropy"',
    "more units": TWO + long(layer(8), layer(5, "linear")),
    "number": TWO + NUMERIC + SHORT + 'output_activation = "sigmoid"\n[loss]\nname = "mse"\n',
    "deep": TWO + "[data.preprocess]\nfeatures = 'minmax'\n[model]\nhidden = [9, 8, 7, 6]\n"
    'activation = "sigmoid"\nbatch_norm = true\ninit = "normal(0, 1)"\noutput_init = "zeros"\n'
    '[schedule]\nname = "cosine"\n',
    "none hidden": TWO + "[model]\nhidden = []\n[optimizer]\nclip_norm = 1.0\n",
    "uneven": TWO + long(
        layer(5, "tanh", "dropout = 0.5\nbias = false"), layer(6, "relu", "layer_norm = true"),
        layer(2, "linear", 'init = "he_normal"\nl2 = 0.5\nbias_init = "ones"'),
    ) + '[optimizer]\nname = "sgd"\nmomentum = 0.9\nweight_decay = 0.1\n'
    "[training]\nepochs = 3\nshuffle = false\nearly_stopping = { patience = 2 }\n",
    "held back": TWO + SHORT + "dropout = 0.5\ninput_batch_norm = true\n"
    "dropout_kind = 'vanilla'\n[loss]\nlabel_smoothing = 0.1\n[regularization]\nl1 = 0.1\n"
    "[regularization.elastic_net]\nstrength = 1.0\n[training]\nnoise = { input_std = 0.1 }\n"
    "[schedule]\nname = 'exponential'\ndecay = 0.1\nwarmup = 3\n",
    "normed last": TWO + SHORT + "batch_norm = true\ndropout = 0.2\n"
    "norm = { place = 'after_activation', momentum = 0.3 }\n",
    "adamw": TWO + SHORT + "[optimizer]\nname = 'adamw'\n[training]\nbatch_size = 7\nema = 0.9\n",
}  # fmt: skip
CLASSES = {
    "three": THREE + SHORT,
    "as numbers": THREE + NUMERIC + SHORT + '[loss]\nname = "mse"\n',
    "as numbers, long": THREE + NUMERIC + long(layer(1, "linear")) + '[loss]\nname = "huber"\n',
    "one-hot": THREE + 'target_encoding = "one-hot"\n' + SHORT + '[loss]\nname = "mse"\n',
    "too many": THREE
    + long(layer(4, "tanh"), layer(9, "softmax"))
    + '[loss]\nfrom_logits = false\nclass_weights = "balanced"\n',
}
NUMBERS = {
    "sine": SINE + SHORT,
    "scaled": SINE
    + "[data.preprocess]\ntarget = 'standardize'\nfeatures = 'standardize'\n"
    + SHORT,
    "bounded": SINE + SHORT + "output_activation = 'sigmoid'\n[loss]\nname = 'mae'\n",
    "huber": SINE + long(layer(4), layer(1, "tanh")) + "[loss]\nname = 'huber'\ndelta = 2.0\n",
}
PAIRS = [*permutations(NETWORKS, 2), *permutations(CLASSES, 2), *permutations(NUMBERS, 2)]


def built(text: str) -> Setup:
    return setups.build(loads(text), "recipe", text)


SETUPS = {name: built(text) for name, text in {**NETWORKS, **CLASSES, **NUMBERS}.items()}


def edited(setup: Setup, edits) -> Setup:
    return setups.build(edit(setup.recipe, edits), "recipe", "") if edits else setup


def swapped(base: Setup, donor: Setup, component: str) -> Setup:
    return edited(base, swap(component, base, donor))


def trained_alike(one: Setup, other: Setup) -> bool:
    rows = zip((one.train.x, one.train.y), (other.train.x, other.train.y), strict=True)
    equal = all(np.array_equal(mine, theirs) for mine, theirs in rows)
    return equal and one.course() == other.course() and network(one) == network(other)


def network(setup: Setup) -> MLP:
    """Without what says how dropout is made up for where nothing is dropped."""
    layers = [
        one if one.dropout else replace(one, scale_at_test=False) for one in setup.trainable.layers
    ]
    return replace(setup.trainable, layers=tuple(layers))


@pytest.mark.parametrize(("base", "donor"), PAIRS, ids=str)
def test_with_all_components_of_another_a_recipe_is_that_other(base, donor):
    setup, wanted = SETUPS[base], SETUPS[donor]
    for component in COMPONENTS:
        setup = swapped(setup, wanted, component)
    assert trained_alike(setup, wanted)
    assert not any(swap(component, setup, wanted) for component in COMPONENTS)


@pytest.mark.parametrize(("base", "donor"), PAIRS, ids=str)
def test_the_output_comes_as_a_whole_and_alone(base, donor):
    setup, wanted = SETUPS[base], SETUPS[donor]
    changed = swapped(setup, wanted, "output")
    assert changed.trainable.task == wanted.trainable.task
    for component in set(COMPONENTS) - {"output"}:
        assert not swap(component, changed, setup), component


@pytest.mark.parametrize(("base", "donor"), PAIRS, ids=str)
def test_each_edit_is_needed(base, donor):
    setup, wanted = SETUPS[base], SETUPS[donor]
    for component in COMPONENTS:
        edits = swap(component, setup, wanted)
        whole = edited(setup, edits)
        for key in edits:
            rest = {other: value for other, value in edits.items() if other != key}
            if key == "optimizer.learning_rate" and "optimizer.name" in rest:
                continue  # each optimizer has a rate of its own, where a text states none
            try:
                less = edited(setup, rest)
            except NNDoctorError:  # a recipe that contradicts itself
                continue
            assert not trained_alike(less, whole), (component, key)


@pytest.mark.parametrize("component", sorted(set(COMPONENTS) - {"size"}))
@pytest.mark.parametrize("base", ["short", "deep", "held back", "adamw"])
@pytest.mark.parametrize("donor", ["short", "deep", "held back", "adamw"])
def test_there_and_back_again(base, donor, component):
    setup, wanted = SETUPS[base], SETUPS[donor]
    there = swapped(setup, wanted, component)
    assert trained_alike(swapped(there, setup, component), setup)


SPELLINGS = [
    (THREE + SHORT, THREE + 'target_encoding = "class"\n' + SHORT + 'activation = "relu"\n'
     'init = "he_normal"\n[loss]\nname = "cross_entropy"\nfrom_logits = true\n'),
    (THREE + SHORT, THREE + long(
        layer(8), layer(8, "relu", 'init = "he_normal"'),
        layer(3, "linear", 'init = "normal(0, 0.01)"'))),
    (THREE + SHORT + 'activation = "leaky_relu"\n',
     THREE + SHORT + 'activation = "leaky_relu(0.01)"\n'),
    (THREE + SHORT + "[regularization]\nl2 = 0.1\n", THREE + long(
        layer(8, "relu", "l2 = 0.1"), layer(8, "relu", "l2 = 0.1"),
        layer(3, "linear", 'l2 = 0.1\ninit = "normal(0, 0.01)"'))),
    (THREE + SHORT + "[optimizer]\nname = 'adam'\neps = 1e-8\n[training]\nseed = 0\n",
     THREE + 'task = "classification"\n' + SHORT + "title = ''\n[training]\nseed = 5\n"
     .replace("title = ''\n", "")),
    (SINE + SHORT + "[loss]\nname = 'mse'\n", SINE + "task = 'regression'\n" + SHORT),
    (THREE + SHORT + "dropout_kind = 'vanilla'\n[schedule]\nname = 'constant'\n", THREE + SHORT),
    (TWO + SHORT + '[loss]\nname = "binary_cross_entropy"\n',
     TWO + long(layer(8), layer(8), layer(1, "linear", 'init = "normal(0, 0.01)"'))),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), SPELLINGS)
def test_another_spelling_is_no_difference(one, other):
    pair = built(one), built(other)
    for base, donor in (pair, pair[::-1]):
        assert {c: swap(c, base, donor) for c in COMPONENTS} == {c: {} for c in COMPONENTS}


def test_the_diff_is_as_small_as_it_can_be():
    bad = built(
        THREE
        + long(layer(8, "sigmoid"), layer(8, "relu", 'init = "normal(0, 9)"'), layer(3, "softmax"))
        + "[optimizer]\nlearning_rate = 9.0\nclip_norm = 1.0\n"
        "[schedule]\nname = 'step'\nevery = 2\n[training]\nepochs = 1\nseed = 7\n"
    )
    good = built(
        THREE + 'task = "classification"\ntarget_encoding = "class"\n'
        "[data.preprocess]\nfeatures = 'standardize'\n[model]\nhidden = [64, 8]\n"
        "[schedule]\nname = 'step'\nevery = 9\n[training]\nepochs = 5\n"
    )
    assert {c: swap(c, bad, good) for c in COMPONENTS} == {
        "inputs": {"data.preprocess.features": "standardize"},
        "target": {},
        "output": {"model.layers[2].activation": "linear"},
        "size": {"model.layers[0].units": 64},
        "activation": {"model.layers[0].activation": "relu"},
        "weights": {"model.layers[1].init": None, "model.layers[2].init": "normal(0,0.01)"},
        "normalisation": {},
        "penalties": {},
        "dropout": {},
        "parameters": {},
        "loop": {},
        "optimizer": {"optimizer.learning_rate": 0.001, "optimizer.clip_norm": None},
        "schedule": {"schedule.every": 9},
        "steps": {"training.epochs": 5},
    }


def test_a_donor_that_trains_on_all_rows_at_once_lends_no_optimizer():
    whole = built(TWO + SHORT + '[optimizer]\nname = "lbfgs"\n')
    assert swap("optimizer", SETUPS["short"], whole) == {}
    assert swap("optimizer", whole, SETUPS["short"])["optimizer.name"] == "adam"


def test_a_rate_is_stated_beside_another_optimizer():
    # where the text states none, the rate would become the other optimizer's own
    sgd = built(TWO + SHORT + "[optimizer]\nname = 'sgd'\nlearning_rate = 0.001\n")
    assert swap("optimizer", SETUPS["short"], sgd) == {
        "optimizer.name": "sgd",
        "optimizer.learning_rate": 0.001,
    }


def test_a_target_keeps_its_scale_in_all_other_components():
    scaled = built(
        SINE + '[data.preprocess]\ntarget = "standardize"\nfeatures = "minmax"\n' + SHORT
    )
    plain = built(SINE + SHORT)
    assert swap("inputs", scaled, plain) == {"data.preprocess.features": None}
    assert swap("target", scaled, plain) == {"data.preprocess.target": None}
    assert swap("target", plain, scaled) == {"data.preprocess.target": "standardize"}
