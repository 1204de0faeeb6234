"""Units as a recipe writes them: a name, sometimes with arguments, `normal(0, 0.05)`."""

import math
import re
from dataclasses import dataclass

from pydantic_core import PydanticCustomError

from .names import ARGUMENT_RANGES, Family, nearest

_WRITTEN = re.compile(r"\s*([\w-]+)\s*(?:\((.*)\))?\s*", re.DOTALL)


@dataclass(frozen=True)
class Unit:
    """One activation or initialiser with all its arguments, defaults filled in."""

    name: str
    args: tuple[float, ...] = ()

    def __str__(self) -> str:
        return f"{self.name}({', '.join(map(repr, self.args))})" if self.args else self.name


def refusal(problem: str, hint: str = "") -> PydanticCustomError:
    """An error for pydantic to collect; `messages.py` puts file, line and key in front."""
    return PydanticCustomError("recipe", "{problem}", {"problem": problem, "hint": hint})


def parse_unit(family: Family, text: str) -> Unit:
    """Reads and checks one unit of a family."""
    written = _WRITTEN.fullmatch(text) if family.arguments else None
    name, inside = (written[1], written[2]) if written else (text.strip(), None)
    _check_name(family, name)
    return Unit(name, _arguments(family, name, inside, text))


def _check_name(family: Family, name: str) -> None:
    if name in family.names:
        return
    there = ", ".join(map(family.usage, family.names))
    article = "an" if family.kind[0] in "aeiou" else "a"
    close = nearest(name, family.names)
    hint = f'did you mean "{close}"?' if close else f"permitted: {there}"
    raise refusal(f"{name!r} is not {article} {family.kind}", hint)


def _arguments(family: Family, name: str, inside: str | None, text: str) -> tuple[float, ...]:
    known = family.arguments.get(name, {})
    words = inside.split(",") if inside and inside.strip() else []
    needed = sum(default is None for default in known.values())
    if not needed <= len(words) <= len(known):
        if not known:
            raise refusal(f"{text!r}: {name} takes nothing in brackets", f'write "{name}"')
        expected = f"{needed}" if needed == len(known) else f"{needed} to {len(known)}"
        plural = "" if expected == "1" else "s"
        raise refusal(
            f"{text!r}: {name} takes {expected} argument{plural}, not {len(words)}",
            f"write {family.usage(name)}",
        )
    values = [_number(word, text) for word in words]
    given = {key: value for key, value in known.items() if value is not None}
    given |= dict(zip(known, values, strict=False))
    for key, value in given.items():
        low, high, whole = ARGUMENT_RANGES.get(key, (-math.inf, math.inf, False))
        if not low <= value <= high or (whole and value % 1):
            number = "a whole number" if whole else "a number"
            upper = f"from {low:g} to {high:g}" if high < math.inf else f"of {low:g} or more"
            raise refusal(f"{text!r}: {key} is {value:g}", f"expected {number} {upper}")
    if name == "uniform" and given["a"] > given["b"]:
        raise refusal(
            f"{text!r}: the lower end is above the upper end",
            f'did you mean "uniform({given["b"]:g}, {given["a"]:g})"?',
        )
    # Given ones stand first: every default follows them.
    defaults = [value for value in list(known.values())[len(values) :] if value is not None]
    return tuple(values + defaults)


def _number(word: str, text: str) -> float:
    try:
        value = float(word)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise refusal(f"{text!r}: {word.strip()!r} is not a number") from None
    return value
