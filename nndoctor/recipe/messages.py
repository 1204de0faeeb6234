"""Pydantic's errors in our words: file and line, key, offending value, what was probably meant."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from ..errors import Mistake
from .locating import Place
from .names import KEY_ALIASES, meant, nearest
from .tables import tables


@dataclass(frozen=True)
class Source:
    """Where a recipe's values come from: a file's lines, or overrides."""

    name: str
    lines: Mapping[Place, int] = field(default_factory=dict)
    overrides: Mapping[Place, str] = field(default_factory=dict)

    def where(self, place: Place) -> str:
        """`recipe.toml:7`, or the override that set it; the file alone where nothing is known."""
        for known in _upwards(place):
            if known in self.overrides:
                return f"--set {self.overrides[known]}"
            if known in self.lines:
                return f"{self.name}:{self.lines[known]}"
        return self.name

    def line(self, place: Place) -> float:
        """To sort by; overrides come last."""
        if any(known in self.overrides for known in _upwards(place)):
            return math.inf
        return next((self.lines[known] for known in _upwards(place) if known in self.lines), 0)


def _upwards(place: Place) -> Iterator[Place]:
    """The place, the table it is in, the table that one is in, ..."""
    return (place[:end] for end in range(len(place), 0, -1))


def mistakes(error: ValidationError, source: Source) -> list[Mistake]:
    """All of them, in the order of the file."""
    details = sorted(error.errors(include_url=False), key=lambda told: source.line(told["loc"]))
    return [_mistake(told, source) for told in details]


def dotted(place: Sequence[str | int]) -> str:
    """`model.layers[0].units`."""
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in place)
    return "".join(parts).removeprefix(".")


def shown(value: object) -> str:
    """A value as TOML would write it, shortened."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "a table"
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _mistake(told: ErrorDetails, source: Source) -> Mistake:
    place = tuple(part for part in told["loc"] if part != "[key]")
    kind, value, context = told["type"], told["input"], told.get("ctx", {})
    if kind == "recipe":
        problem, hint = context["problem"], context["hint"]
    elif kind == "extra_forbidden":
        problem, hint = "there is no such key", key_meant(place)
    elif kind in _WORDINGS:
        problem, hint = _WORDINGS[kind](value, context)
    else:
        problem, hint = f"{shown(value)}: {told['msg']}", ""
    key = dotted(place)
    colon = "" if problem.startswith(("is ", "can't ")) else ":"
    return Mistake(f"{source.where(place)}: {key}{colon} {problem}", hint)


def key_meant(place: Place) -> str:
    """What an unknown key was meant to be: here under another name, or in another table."""
    *above, key = place
    here = dotted([part for part in above if isinstance(part, str)])
    here += "[]" * (bool(above) and isinstance(above[-1], int))
    permitted = list(tables()[here].model_fields)
    word = str(key)
    alias = KEY_ALIASES.get(word.lower().replace("-", "_"), word)
    if alias in permitted:
        return f'did you mean "{alias}"?'
    owners = [path for path, model in tables().items() if path and alias in model.model_fields]
    if owners:
        homes = " or ".join(f"[[{o[:-2]}]]" if o.endswith("[]") else f"[{o}]" for o in owners)
        return f"it belongs in {homes}" if alias == word else f'did you mean "{alias}" in {homes}?'
    if (close := nearest(word, permitted, KEY_ALIASES)) is not None:
        return f'did you mean "{close}"?'
    return f"permitted: {', '.join(permitted)}"


def _number(noun: str, example: str) -> Callable[[Any, Any], tuple[str, str]]:
    def wording(value: Any, context: Any) -> tuple[str, str]:
        problem = f"{shown(value)} is not {noun}"
        if isinstance(value, str):
            try:
                number = float(value)
            except ValueError:
                return f"{shown(value)} is text, not {noun}", f"such as {example}"
            whole = noun == "a number" or number.is_integer()
            told = value.strip() if whole else example
            return f"{shown(value)} is text, not {noun}", f"write it without quotes: {told}"
        if isinstance(value, float) and value.is_integer():
            return problem, f"write {int(value)}"
        return problem, f"such as {example}"

    return wording


def _truth(value: Any, context: Any) -> tuple[str, str]:
    plain = shown(value).strip("'").lower()
    quotes = "write it without quotes and in lower case: "
    hint = quotes + plain if plain in ("true", "false") else "write true or false"
    return f"{shown(value)} is neither true nor false", hint


def _choice(value: Any, context: Mapping[str, Any]) -> tuple[str, str]:
    permitted = [word.strip("'") for word in context["expected"].replace(" or ", ", ").split(", ")]
    hint = meant(value, permitted) if isinstance(value, str) else meant("", permitted)
    return f"{shown(value)} is not permitted here", hint


def _bound(key: str, words: str) -> Callable[[Any, Any], tuple[str, str]]:
    return lambda value, context: (f"{shown(value)} can't be", f"{words} {context[key]:g}")


_WORDINGS: Mapping[str, Callable[[Any, Any], tuple[str, str]]] = {
    "int_type": _number("a whole number", "10"),
    "int_from_float": _number("a whole number", "10"),
    "float_type": _number("a number", "0.001"),
    "finite_number": lambda value, _: (f"{shown(value)} is not finite", "such as 0.001"),
    "bool_type": _truth,
    "string_type": lambda value, _: (
        f"{shown(value)} is not text",
        f'write it in quotes: "{shown(value)}"'
        if isinstance(value, int | float)
        else "text in quotes",
    ),
    "tuple_type": lambda value, _: (
        f"{shown(value)} is not a list",
        f"write [{shown(value)}]" if isinstance(value, int) else "a list, or one [[...]] per entry",
    ),
    "model_type": lambda value, _: (f"{shown(value)} is not a table", "write its keys below it"),
    "dict_type": lambda value, _: (f"{shown(value)} is not a table", "write its keys below it"),
    "missing": lambda value, _: ("is missing", ""),
    "literal_error": _choice,
    "greater_than_equal": _bound("ge", "at least"),
    "greater_than": _bound("gt", "more than"),
    "less_than": _bound("lt", "less than"),
    "less_than_equal": _bound("le", "at most"),
    "too_long": lambda value, context: (
        f"{context['actual_length']} entries",
        f"at most {context['max_length']}",
    ),
    "int_parsing_size": lambda value, _: (f"{shown(value)} is out of range", "such as 10"),
    "string_pattern_mismatch": lambda value, _: (
        f"{shown(value)} is not the code of a check",
        "such as ND101",
    ),
}
