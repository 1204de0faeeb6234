"""[search]: how settings are searched, and among which."""

import math
from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from .fields import Table
from .names import meant
from .units import refusal

SCALES = ("linear", "log", "one-minus-log", "log2")
_PARTS = ("low", "high", "scale")
_EXAMPLE = 'such as { low = 1e-5, high = 0.1, scale = "log" }, or a list of choices'


def _entry(value: object) -> object:
    """A list of choices, or a range under a scale."""
    if isinstance(value, list):
        if len({repr(one) for one in value}) < 2:
            raise refusal(f"{value!r}: there is nothing to choose", "two different choices or more")
        return value
    if not isinstance(value, dict):
        raise refusal(f"{value!r} is neither a range nor a list of choices", _EXAMPLE)
    for key in value:
        if key not in _PARTS:
            raise refusal(f"{key!r} is no part of a range", meant(str(key), _PARTS))
    _refuse_ends(value)
    return value


def _refuse_ends(given: dict[str, Any]) -> None:
    low, high, scale = given.get("low"), given.get("high"), given.get("scale", "linear")
    for name, end in (("low", low), ("high", high)):
        number = isinstance(end, int | float) and not isinstance(end, bool)
        if end is None or not number or not math.isfinite(end):
            raise refusal(
                f"{name} = {end!r} is not a number" if end is not None else f"{name} is missing",
                _EXAMPLE,
            )
    assert low is not None
    assert high is not None
    if scale not in SCALES:
        raise refusal(f"there is no scale {scale!r}", meant(str(scale), SCALES))
    if not low < high:
        raise refusal(f"low = {low:g} and high = {high:g} leave nothing between", "low below high")
    if scale in ("log", "log2") and low <= 0:
        raise refusal(f"low = {low:g} has no logarithm", "above 0, or another scale")
    if scale == "one-minus-log" and high >= 1:
        raise refusal(f"high = {high:g}: 1 - {high:g} has no logarithm", "below 1, such as 0.999")
    if scale == "log2" and not all(math.log2(end).is_integer() for end in (low, high)):
        raise refusal(f"{low:g} to {high:g}: the ends are no powers of two", "such as 16 and 256")


def flat(value: object) -> object:
    """Keys without quotes make tables in tables; all are told by their dotted names."""
    return dict(_entries(value, "")) if isinstance(value, dict) else value


def _entries(table: dict[str, Any], above: str) -> Iterator[tuple[str, Any]]:
    for key, value in table.items():
        if isinstance(value, dict) and any(isinstance(one, dict | list) for one in value.values()):
            yield from _entries(value, f"{above}{key}.")
        else:
            yield f"{above}{key}", value


Entry = Annotated[Any, BeforeValidator(_entry)]
Space = Annotated[dict[str, Entry], BeforeValidator(flat)]


class Search(Table):
    """How `nndoctor search` goes, and what it varies ([its page](search.md))."""

    trials: Annotated[int, Field(ge=2, le=10**6)] = Field(
        default=60, description="in all stages together"
    )
    stages: Annotated[int, Field(ge=1, le=10)] = Field(
        default=3, description="each is longer, and narrower around the best"
    )
    space: Space = Field(
        default={},
        description='by key of the recipe: { low = 1e-5, high = 0.1, scale = "log" }, or a list of '
        "choices; absent: rate, l2, width, depth, dropout and batch size",
    )
