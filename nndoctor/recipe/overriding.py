"""One key of a recipe changed from outside: `--set model.layers[0].init=he_normal`."""

import re
import tomllib
from dataclasses import dataclass
from typing import Any

from ..errors import RecipeError
from .locating import Place

_STEP = re.compile(r"([\w-]+)((?:\[\d+\])*)")


@dataclass(frozen=True)
class Override:
    """A place, its new value, and how it was written."""

    place: Place
    value: Any
    written: str


def read_override(setting: str) -> Override:
    """Reads `key=value`; the value is TOML, or else a string without quotes."""
    key, equals, value = setting.partition("=")
    steps = [_STEP.fullmatch(step) for step in key.strip().split(".")]
    if not equals or not all(steps):
        raise RecipeError(
            f"--set {setting}: not a key and a value", "such as --set optimizer.learning_rate=3e-3"
        )
    place: Place = ()
    for step in steps:
        assert step is not None
        place += (step[1], *map(int, re.findall(r"\d+", step[2])))
    return Override(place, _value(value.strip()), setting)


def apply(table: dict[str, Any], change: Override) -> dict[str, Any]:
    """A copy of the table with one value replaced; missing tables on the way are made."""
    changed: dict[str, Any] = _replaced(table, change.place, change)
    return changed


def _replaced(old: Any, place: Place, change: Override) -> Any:
    if not place:
        return change.value
    head, *rest = place
    if isinstance(head, str):
        if not isinstance(old, dict | None):
            raise RecipeError(f"--set {change.written}: there is no table above {head!r}")
        old = old or {}
        return {**old, head: _replaced(old.get(head), tuple(rest), change)}
    if not isinstance(old, list) or head >= len(old):
        there = (
            f"there are {len(old)}, counted from 0" if isinstance(old, list) else "it is no list"
        )
        raise RecipeError(f"--set {change.written}: no entry [{head}]", there)
    return [*old[:head], _replaced(old[head], tuple(rest), change), *old[head + 1 :]]


def _value(text: str) -> Any:
    try:
        read = tomllib.loads(f"value = {text}")
    except tomllib.TOMLDecodeError:
        return text
    return read["value"] if len(read) == 1 else text
