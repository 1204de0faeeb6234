"""Whether the keys of [search.space] are there, and can be what the space says."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, get_args

from pydantic import ValidationError

from ..errors import Mistake
from .messages import Source, key_meant, mistakes
from .names import nearest
from .overriding import Override, apply
from .schema import Recipe
from .search_table import flat
from .tables import tables
from .writing import as_dict

SHAPE = ("model.width", "model.depth")  # of `model.hidden`, as two numbers
_FIXED = {
    "training.epochs": "the stages say how long trials train",
    "training.seed": "all trials are compared on one seed, and confirmed on others",
    "training.ensemble": "trials are single networks",
}
_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")


def space_mistakes(recipe: Recipe, source: Source) -> list[Mistake]:
    """All that is wrong with the space of a recipe."""
    return [one for key in recipe.search.space for one in _of_key(recipe, key, source)]


def unknown_keys(table: Mapping[str, Any], source: Source) -> list[Mistake]:
    """Those of the space of a recipe that can't be read for other reasons."""
    search = table.get("search")
    space = flat(search.get("space")) if isinstance(search, dict) else None
    return (
        [one for key in space for one in _unknown(key, source)] if isinstance(space, dict) else []
    )


def is_whole(key: str) -> bool:
    """Whether a key takes whole numbers only."""
    if key in SHAPE:
        return True
    found = _field(key)
    kinds = set(_kinds(found.annotation)) if found is not None else set()
    return int in kinds and float not in kinds


def takes(recipe: Recipe, key: str, value: Any) -> bool:
    """Whether the recipe can be read with this value at this key."""
    return not _refused(recipe, key, value, Source(""))


def _of_key(recipe: Recipe, key: str, source: Source) -> Iterator[Mistake]:
    place = ("search", "space", key)
    where = f"{source.where(place)}: search.space: {key}"
    if key in SHAPE:
        if recipe.model.layers is not None:
            hint = "vary a layer: model.layers[0].units"
            yield Mistake(f"{where} can't stand beside [[model.layers]]", hint)
        return
    if unknown := _unknown(key, source):
        yield from unknown
        return
    for fixed, why in _FIXED.items():
        if key.startswith(fixed):
            yield Mistake(f"{where} can't be searched", why)
            return
    if key.partition(".")[0] not in (
        "data",
        "model",
        "loss",
        "regularization",
        "optimizer",
        "schedule",
        "training",
    ) or (key.startswith("data.") and not key.startswith("data.preprocess.")):
        yield Mistake(f"{where} can't be searched", "trials have to share their rows")
        return
    table = key.rpartition(".")[0]
    if ({f"{table}.name", f"{table}.features"} - {key}) & recipe.search.space.keys():
        return  # what fits which of them is seen trial by trial
    entry = recipe.search.space[key]
    ends = [entry["low"], entry["high"]] if isinstance(entry, Mapping) else entry
    here = Source(source.name, {_place(key): source.line(place)})  # type: ignore[dict-item]
    found = (one for end in ends for one in _refused(recipe, key, end, here))
    yield from list(dict.fromkeys(found))


def _unknown(key: str, source: Source) -> list[Mistake]:
    if key in SHAPE or _field(key) is not None:
        return []
    where = f"{source.where(('search', 'space', key))}: search.space: {key}"
    return [Mistake(f"{where}: there is no such key", _hint(key))]


def _refused(recipe: Recipe, key: str, value: Any, source: Source) -> list[Mistake]:
    """What is wrong with a value at its own key."""
    place = _place(key)
    try:
        Recipe.model_validate(apply(as_dict(recipe), Override(place, value, f"{key}={value}")))
    except ValidationError as error:
        own = f": {key}"
        return [one for one in mistakes(error, source) if own in one.problem]
    return []


def _place(key: str) -> tuple[str | int, ...]:
    return tuple(name or int(index) for name, index in _STEP.findall(key))


def _field(key: str) -> Any:
    """The field of the models that a key names; None where there is none."""
    table, _, name = re.sub(r"\[\d+\]", "[]", key).rpartition(".")
    model = tables().get(table)
    return None if model is None else model.model_fields.get(name.removesuffix("[]"))


def _kinds(annotation: Any) -> Iterator[Any]:
    yield annotation
    for part in get_args(annotation):
        yield from _kinds(part)


def _hint(key: str) -> str:
    if not _place(key):
        return "such as optimizer.learning_rate"
    if key.rpartition(".")[0] in tables():
        return key_meant(_place(key))
    keys = [
        f"{path}.{name}" for path, model in tables().items() if path for name in model.model_fields
    ]
    close = nearest(key, keys)
    return f'did you mean "{close}"?' if close else "the recipe's own keys, such as model.dropout"
