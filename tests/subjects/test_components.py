"""One component of a recipe in another: both ways, and nothing else is touched."""

import pytest

from nndoctor import setup as setups
from nndoctor.diagnosis.components import COMPONENTS as ALL
from nndoctor.diagnosis.components import OWN_CODE
from nndoctor.diagnosis.subject import Refused
from nndoctor.recipe import loads
from nndoctor.subjects.recipe_subject import RecipeSubject

COMPONENTS = tuple(one for one in ALL if one not in OWN_CODE)
HEALTHY = """\
[data]
generator = "{generator}"
n = 150
[data.preprocess]
features = "standardize"
{target}
[model]
hidden = [64, 64]
[optimizer]
learning_rate = 0.01
[training]
epochs = 60
batch_size = 32
"""
LONG = """\
[[model.layers]]
units = 64
activation = "relu"
[[model.layers]]
units = 64
activation = "relu"
[[model.layers]]
units = {units}
activation = "linear"
"""
# A change of the recipe above for each component.
FAULTS = {
    "inputs": ('features = "standardize"', 'features = "none"'),
    "target": ('target = "standardize"', ""),
    "output": ("hidden", 'output_activation = "sigmoid"\nhidden'),
    "activation": ("hidden", 'activation = "softmax"\nhidden'),
    "size": ("[64, 64]", "[1]"),
    "weights": ("hidden", 'init = "normal(0,9)"\nhidden'),
    "normalisation": ("hidden", "batch_norm = true\nhidden"),
    "penalties": ("[training]", "[regularization]\nl2 = 9.0\n[training]"),
    "dropout": ("hidden", "dropout = 0.9\nhidden"),
    "optimizer": ("0.01", "9.0"),
    "schedule": ("[training]", '[schedule]\nname = "cosine"\n[training]'),
    "steps": ("epochs = 60", "epochs = 1"),
}


def subject_of(text: str) -> RecipeSubject:
    return RecipeSubject.of(setups.build(loads(text), "recipe", text))


def recipe(component: str = "", long: bool = False) -> str:
    generator = "sine" if component == "target" else "moons"
    target = 'target = "standardize"' if component == "target" else ""
    text = HEALTHY.format(generator=generator, target=target)
    if long:
        units = 1 if component == "target" else 2
        text = text.replace("[model]\nhidden = [64, 64]\n", LONG.format(units=units))
    return text


def pair(component: str) -> tuple[RecipeSubject, RecipeSubject]:
    """The recipe with a fault in this component, and without."""
    old, new = FAULTS[component]
    text = recipe(component)
    assert old in text
    return subject_of(text.replace(old, new, 1)), subject_of(text)


def test_each_component_has_a_fault_to_be_tried_on():
    assert set(FAULTS) == set(COMPONENTS)


@pytest.mark.parametrize("component", COMPONENTS)
def test_a_swap_mends_the_fault_and_only_that(component):
    faulty, sound = pair(component)
    mended = faulty.swap(component, sound)
    assert mended.key == sound.key
    assert mended.change


@pytest.mark.parametrize("component", COMPONENTS)
def test_a_swap_puts_the_fault_into_the_sound_one(component):
    faulty, sound = pair(component)
    assert sound.swap(component, faulty).key == faulty.key


@pytest.mark.parametrize("component", COMPONENTS)
def test_the_other_components_do_not_differ(component):
    faulty, sound = pair(component)
    for other in set(COMPONENTS) - {component}:
        assert isinstance(faulty.swap(other, sound), Refused), other


@pytest.mark.parametrize("component", ["activation", "weights", "dropout", "normalisation", "size"])
def test_a_model_layer_by_layer_is_mended_in_its_own_words(component):
    faulty, _ = pair(component)
    sound = subject_of(recipe(component, long=True))
    spoiled = sound.swap(component, faulty)
    assert not isinstance(spoiled, Refused)
    assert all(key.startswith("model.layers") for key in spoiled.change)
    mended = spoiled.swap(component, sound)
    assert [one.units for one in mended.recipe.model.layers] == [64, 64, 2]
    assert mended.setup(0, "search").trainable == sound.setup(0, "search").trainable


def test_the_sound_set_up_of_a_subject_differs_in_what_matters_only():
    faulty, _ = pair("optimizer")
    sound = faulty.sound(0.01, 200)
    mended = faulty.swap("optimizer", sound)
    assert set(mended.change) == {"optimizer.learning_rate"}
    for component in COMPONENTS:
        changed = faulty.swap(component, sound)
        keys = () if isinstance(changed, Refused) else changed.change
        assert not {"data.target_encoding", "data.task", "training.seed"} & set(keys)
