"""The cure in the words of the user's library: what has to be written differently there.

Both recipes are put into the library's words, topic by topic; what differs is the cure. A key that
no topic covers is told as such, so nothing of a cure is lost.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from ..recipe import Layer, Recipe, as_dict, resolve_layers
from .wording_keras import keras_code
from .wording_sklearn import sklearn_code
from .wording_torch import torch_code

Own = Mapping[str, Any] | None
Code = Callable[..., tuple[list[str], set[str]]]  # of both recipes with their layers

_CODE: Mapping[str, Code] = {
    "scikit-learn": sklearn_code,
    "PyTorch": torch_code,
    "Keras": keras_code,
}

# Fresh weights in place of those at hand.
_ANEW: Mapping[str, str] = {
    "scikit-learn": "model = sklearn.base.clone(model)",
    "PyTorch": "model.apply(lambda module: getattr(module, 'reset_parameters', lambda: None)())",
    "Keras": "model = keras.models.clone_model(model)",
}


def in_words(
    library: str, before: Recipe, after: Recipe, outputs: int, own: Own = None, behind: str = ""
) -> tuple[str, ...]:
    """Lines of code of this library that make the second recipe of the first.

    `outputs`: the units of the last layer. `own`, `behind`: as in `Described`; they stay. What the
    library has no words for is a comment.
    """
    lines, unsaid = _worded(library, outputs, before, after, own, behind)
    if before.model.weights is not None and after.model.weights is None:
        lines = [_ANEW[library], *lines]
    return (*lines, *(f"# {library} has no word for: {one}" for one in unsaid))


def sayable(library: str, outputs: int, before: Recipe, after: Recipe) -> bool:
    """Whether this library has words for all that makes the second recipe of the first."""
    return not _worded(library, outputs, before, after)[1]


def _worded(
    library: str, outputs: int, before: Recipe, after: Recipe, own: Own = None, behind: str = ""
) -> tuple[list[str], list[str]]:
    """Lines of code, and what they leave out."""
    old, new = resolve_layers(before, outputs), resolve_layers(after, outputs)
    called = {
        key: one for key, one in {"own": own, "behind": behind or None}.items() if one is not None
    }
    lines, said = _CODE[library](before, old, after, new, **called)
    return lines, [one for key, one in _changes(before, old, after, new).items() if key not in said]


def _changes(
    before: Recipe, old: tuple[Layer, ...], after: Recipe, new: tuple[Layer, ...]
) -> dict[str, str]:
    """What differs, by topic: a key of a recipe, or `layer.KEY` for any layer."""
    found: dict[str, str] = {}
    first, second = _flat(as_dict(before)), _flat(as_dict(after))
    for key in {**first, **second}:
        if first.get(key) != second.get(key) and not key.startswith("model."):
            found[key] = f"{key} = {second.get(key, 'default')}"
    if len(old) != len(new):
        found["layer.units"] = f"{len(new)} layers"
    for at, (one, other) in enumerate(zip(old, new, strict=False)):
        theirs = asdict(other)
        for key, value in asdict(one).items():
            if value != theirs[key]:
                found.setdefault(f"layer.{key}", f"layer {at + 1}: {key} = {getattr(other, key)}")
    return found


def _flat(table: Mapping[str, object], stem: str = "") -> dict[str, object]:
    flat: dict[str, object] = {}
    for key, value in table.items():
        if isinstance(value, Mapping):
            flat |= _flat(value, f"{stem}{key}.")
        else:
            flat[f"{stem}{key}"] = value
    return flat
