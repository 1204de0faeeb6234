"""One key of a recipe changed from outside: `--set model.layers[0].init=he_normal`."""

import json
import re
import tomllib
from dataclasses import dataclass
from typing import Any

from ..errors import RecipeError
from .locating import Place

# One step of a key, quoted as in TOML where it holds more than a bare key may.
_STEP = re.compile(r"""\s*([\w-]+|"(?:[^"\\]|\\.)*")((?:\[\d+\])*)\s*([.=])""")


@dataclass(frozen=True)
class Override:
    """A place, its new value, and how it was written."""

    place: Place
    value: Any
    written: str


def read_override(setting: str) -> Override:
    """Reads `key=value`; the value is TOML, or else a string without quotes."""
    place: Place = ()
    at, mark = 0, "."
    while mark == ".":
        step = _STEP.match(setting, at)
        name = _bare(step[1]) if step else None
        if step is None or name is None:
            raise RecipeError(
                f"--set {setting}: not a key and a value",
                "such as --set optimizer.learning_rate=3e-3",
            )
        place += (name, *map(int, re.findall(r"\d+", step[2])))
        at, mark = step.end(), step[3]
    return Override(place, _value(setting[at:].strip()), setting)


def _bare(written: str) -> str | None:
    """A step without its quotation marks; None where what is between them can't be read."""
    try:
        return str(json.loads(written)) if written.startswith('"') else written
    except ValueError:
        return None


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
    except (ValueError, RecursionError):  # no TOML, or more digits or brackets than can be read
        return text
    return read["value"] if len(read) == 1 else text
