"""Text of strangers, harmless on a terminal: what would act instead of being seen is spelled."""

from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any, TypeVar, cast

T = TypeVar("T")

_CONTROLS = (*range(0x20), *range(0x7F, 0xA0))
_LINES = (0x2028, 0x2029)
_BIDIRECTIONAL = (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_UNDECODED = range(0xD800, 0xE000)  # bytes of file names that no encoding knows
_SPELLED = {
    code: chr(code).encode("unicode_escape").decode("ascii")
    for code in (*_CONTROLS, *_LINES, *_BIDIRECTIONAL, *_UNDECODED)
}
_LAYOUT = {code: spelled for code, spelled in _SPELLED.items() if chr(code) not in "\n\t"}

MANY_LINES = ("recipe_text", "cured_recipe", "source")  # of a report; the last where a check broke


def visible(text: str) -> str:
    r"""A line with control and bidirectional characters as \x1b, \u202e and the like."""
    return text.translate(_SPELLED)


def visible_lines(text: str) -> str:
    """The same for text of several lines, whose ends and tabs stay."""
    return text.translate(_LAYOUT)


def all_visible(value: T, many_lines: Iterable[str] = ()) -> T:
    """The same data with every text in them visible; fields named in `many_lines` keep theirs."""
    return cast("T", _within(value, frozenset(many_lines)))


def _within(value: Any, many_lines: frozenset[str]) -> Any:
    if isinstance(value, str):
        return value if isinstance(value, Enum) else visible(value)
    if isinstance(value, Mapping):
        return {_within(k, many_lines): _within(v, many_lines) for k, v in value.items()}
    if isinstance(value, list | tuple):
        kind = list if isinstance(value, list) else tuple
        return kind(_within(item, many_lines) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        held = {field.name: getattr(value, field.name) for field in fields(value) if field.init}
        return replace(
            value,
            **{
                name: visible_lines(one) if name in many_lines else _within(one, many_lines)
                for name, one in held.items()
            },
        )
    return value
