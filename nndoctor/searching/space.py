"""What is searched: as the recipe says, or what usually matters; and its values as edits."""

from collections.abc import Mapping
from typing import Any

from ..adapters.full_batch import METHODS
from ..recipe import Recipe
from ..recipe.searching import SHAPE, is_whole
from .parameter import Parameter

Space = tuple[Parameter, ...]
WIDTH, DEPTH = SHAPE


def space_of(recipe: Recipe, rows: int) -> Space:
    """The space of a recipe that trains on so many rows."""
    given = recipe.search.space
    if not given:
        return default_space(recipe, rows)
    return tuple(
        Parameter(key, choices=tuple(entry)) if isinstance(entry, list) else _range(key, entry)
        for key, entry in given.items()
    )


def _range(key: str, entry: Mapping[str, Any]) -> Parameter:
    whole = is_whole(key) or entry.get("scale") == "log2"
    return Parameter(key, entry["low"], entry["high"], entry.get("scale", "linear"), whole)


def default_space(recipe: Recipe, rows: int) -> Space:
    """Rate, L2, width, depth, dropout and batch, as far as the recipe has them.

    Rates as in CS231n lecture 5 (2016), with a decade more for optimizers that take larger ones.
    """
    full = recipe.optimizer.name in METHODS
    larger = recipe.optimizer.learning_rate >= 0.01
    most = 2 ** min(max(rows // 4, 16).bit_length() - 1, 8)
    space = [Parameter("regularization.l2", 1e-6, 0.1, "log")]
    if not full:
        space.insert(0, Parameter("optimizer.learning_rate", 1e-5, 1.0 if larger else 0.1, "log"))
        if most > 16:
            space.append(Parameter("training.batch_size", 16, most, "log2", whole=True))
    if recipe.model.layers is None:
        space.append(Parameter(WIDTH, 16, 256, "log2", whole=True))
        space.append(Parameter(DEPTH, 1, 3, whole=True))
        if not full:
            space.append(Parameter("model.dropout", 0.0, 0.5))
    return tuple(space)


def edits_of(recipe: Recipe, values: Mapping[str, Any]) -> dict[str, Any]:
    """The edits of a recipe that a trial's values stand for: width and depth are `model.hidden`."""
    edits = {key: value for key, value in values.items() if key not in SHAPE}
    if values.keys() & set(SHAPE):
        hidden = recipe.model.hidden or ()
        width = values.get(WIDTH, hidden[0] if hidden else 64)
        edits["model.hidden"] = [int(width)] * int(values.get(DEPTH, len(hidden) or 1))
    return edits
