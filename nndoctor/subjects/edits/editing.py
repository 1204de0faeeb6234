"""How a change speaks of a recipe: edits that fit both ways to write a model."""

from collections.abc import Callable, Mapping
from typing import Any

from ...recipe import Layer, as_dict, resolve_layers
from ...recipe.schema import Model
from ...setup import Setup

Edits = Mapping[str, Any]  # dotted key -> value; None takes the key away

# what the short form calls the keys of its output layer; others it does not have
OUTPUT_KEYS = {"activation": "output_activation", "init": "output_init"}

# and those that it has once for all hidden layers
SHARED = ("activation", "init", "init_gain", "dropout", "batch_norm", "layer_norm", "weight_norm")


def layers_of(setup: Setup) -> tuple[Layer, ...]:
    """All layers as the recipe means them, the output layer last."""
    return resolve_layers(setup.recipe, setup.trainable.task.outputs)


def hidden_of(setup: Setup) -> tuple[Layer, ...]:
    """The same without the output layer."""
    return layers_of(setup)[:-1]


def layer_tables(setup: Setup) -> list[dict[str, Any]]:
    """The layers as tables of the long form, the output layer last; new ones in each call."""
    given = as_dict(setup.recipe)["model"]
    if "layers" in given:
        return [dict(table) for table in given["layers"]]
    shared = {key: value for key, value in given.items() if key in SHARED}
    last = {key: getattr(setup.recipe.model, name) for key, name in OUTPUT_KEYS.items()}
    activation = {"activation": setup.recipe.model.activation}
    hidden = [{"units": units, **activation, **shared} for units in setup.recipe.model.hidden or ()]
    return [*hidden, {"units": setup.trainable.task.outputs, **last}]


def hidden_edits(
    setup: Setup, values: Edits, which: Callable[[Layer], bool] = lambda layer: True
) -> dict[str, Any]:
    """The values in those hidden layers; in the short form, which has one for all, in each."""
    chosen = [at for at, layer in enumerate(hidden_of(setup)) if which(layer)]
    if setup.recipe.model.layers is None:
        return {f"model.{key}": value for key, value in values.items()} if chosen else {}
    return {f"model.layers[{at}].{key}": value for at in chosen for key, value in values.items()}


def output_edits(setup: Setup, values: Edits) -> dict[str, Any]:
    """The values in the output layer; keys that its form does not have are left out."""
    layers = setup.recipe.model.layers
    if layers is not None:
        return {f"model.layers[{len(layers) - 1}].{key}": value for key, value in values.items()}
    known = {OUTPUT_KEYS[key]: value for key, value in values.items() if key in OUTPUT_KEYS}
    # writing a default of the short form down would only add a line
    usual = {key: Model.model_fields[key].default for key in known}
    return {f"model.{key}": None if value == usual[key] else value for key, value in known.items()}
