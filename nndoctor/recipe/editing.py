"""Several keys of a recipe changed at once: as a recipe, and in its text with the comments kept."""

import re
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from .loading import build
from .schema import Recipe
from .writing import as_dict

Edits = Mapping[str, Any]  # model.layers[0].init -> value; None takes the key away

# An edit of these makes other weights than the saved ones, or such as those don't fit.
_ANEW = {
    "layers",
    "hidden",
    "units",
    "init",
    "init_gain",
    "bias",
    "bias_init",
    "batch_norm",
    "layer_norm",
    "weight_norm",
    "input_batch_norm",
    "output_init",
    "output_bias_init",
}

_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")


def edit(recipe: Recipe, edits: Edits) -> Recipe:
    """The recipe with all edits made; raises RecipeError where the result can't be run."""
    table = as_dict(recipe)
    for key, value in edits.items():
        # a later key may reach into a table that an earlier one put here
        _put(table, key, deepcopy(value))
    _drop_weights(table, edits)
    return build(table)


def edit_text(text: str, edits: Edits) -> str:
    """The same in a recipe's TOML text; comments of untouched keys stay."""
    import tomlkit  # 15 ms, and only writers need it

    document = tomlkit.parse(text)
    for key, value in edits.items():
        _put(document, key, deepcopy(value))
    _drop_weights(document, edits)
    return tomlkit.dumps(document)


def stands(recipe: Recipe, key: str) -> bool:
    """Whether the recipe says something of a key, and does not leave it to its default."""
    here: Any = as_dict(recipe)
    for name, index in _STEP.findall(key):
        step = name or int(index)
        if isinstance(step, int) != isinstance(here, list) or not isinstance(here, dict | list):
            return False
        if (step >= len(here)) if isinstance(here, list) else (step not in here):
            return False
        here = here[step]
    return True


def _drop_weights(table: Any, edits: Edits) -> None:
    """First weights that are chosen otherwise come in place of `model.weights`."""
    keys = [key for key in edits if key.split(".")[0] == "model"]
    last = {_STEP.findall(key)[-1][0] or "layers" for key in keys}
    if last & {"model", *_ANEW} and not {"model.weights"} & set(keys):
        table["model"].pop("weights", None)


def _put(table: Any, key: str, value: Any) -> None:
    steps = [name or int(index) for name, index in _STEP.findall(key)]
    for step in steps[:-1]:
        if isinstance(step, str) and step not in table:
            if value is None:
                return
            table[step] = {}
        table = table[step]
    if value is not None:
        table[steps[-1]] = value
    elif steps[-1] in table:
        del table[steps[-1]]
