"""Where two recipes differ, key by key."""

from typing import Any

from .schema import Recipe


def differences(one: Recipe, other: Recipe, without: Any = None) -> list[tuple[str, Any, Any]]:
    """Every key with two values, None where it is not set; `without` as pydantic's `exclude`."""
    was, are = (_flat(recipe.model_dump(exclude=without)) for recipe in (one, other))
    keys = dict.fromkeys([*was, *are])
    return [(key, was.get(key), are.get(key)) for key in keys if was.get(key) != are.get(key)]


def _flat(value: Any, key: str = "") -> dict[str, Any]:
    if not isinstance(value, dict):
        return {key: value}
    parts = [_flat(item, f"{key}.{name}".removeprefix(".")) for name, item in value.items()]
    return {name: item for part in parts for name, item in part.items()}
