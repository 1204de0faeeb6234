"""What a recipe says, however it is spelled; edits that change nothing of that are none."""

from collections.abc import Hashable, Mapping
from dataclasses import replace
from typing import Any

from ...errors import NNDoctorError
from ...recipe import Recipe, resolve_layers
from ...recipe.editing import edit
from ...setup import Setup
from ..edits.editing import Edits

Table = dict[str, Any]

# what is no matter of training, or stands in the resolved layers
_LEFT_OUT: dict[str, Any] = {
    "title": True,
    "checks": True,
    "model": True,
    "regularization": {"l1", "l2", "elastic_net"},
}


def meaning(recipe: Recipe, outputs: int) -> tuple[Hashable, Table]:
    """Equal for recipes that train alike; `outputs`: units of a last layer that is not stated."""
    layers = resolve_layers(recipe, outputs)
    normed = recipe.model.input_batch_norm or any(layer.norm for layer in layers)
    norm = recipe.model.norm if normed else None
    layers = tuple(replace(layer, place="") for layer in layers)
    kind = recipe.model.dropout_kind if any(layer.dropout for layer in layers) else ""
    rest = recipe.model_dump(exclude=_LEFT_OUT)
    return (layers, norm, recipe.model.input_batch_norm, recipe.model.weights, kind), rest


def matters(setup: Setup, edits: Edits) -> bool:
    """Whether the recipe means something else with these edits; true where it can't be run."""
    outputs = setup.trainable.task.outputs
    try:
        return meaning(edit(setup.recipe, edits), outputs) != meaning(setup.recipe, outputs)
    except NNDoctorError:
        return True


def needed(setup: Setup, edits: Edits) -> Table:
    """Only the keys that mean something else by themselves."""
    return {key: value for key, value in edits.items() if matters(setup, {key: value})}


def changed(path: str, old: Mapping[str, Any], new: Mapping[str, Any], *kept: str) -> Table:
    """Only the keys of a table that differ, all but the `kept` ones; None takes a key away."""
    keys = [key for key in dict.fromkeys([*new, *old]) if key not in kept]
    edits = {f"{path}.{key}": new.get(key) for key in keys if old.get(key) != new.get(key)}
    empty = edits and not any(key in new or key in kept for key in [*new, *old])
    return {path: None} if empty else edits


def without(table: Mapping[str, Any], *keys: str) -> Table:
    """A table with those keys left out."""
    return {key: value for key, value in table.items() if key not in keys}
