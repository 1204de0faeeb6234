"""Where in a TOML text each key stands: neither tomllib nor pydantic keeps line numbers."""

import re
import tomllib
from collections.abc import Iterator
from typing import Any

Place = tuple[str | int, ...]

_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")

_TOKENS = re.compile(
    r'"""(?:\\.|[^\\])*?"""'  # strings first: what is inside them is neither bracket nor comment
    r"|'''.*?'''"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'"
    r"|#[^\n]*|[\[\]{}]|\n",
    re.DOTALL,
)


def locate(text: str) -> dict[Place, int]:
    """The line of every table and key of a valid TOML text; array items by number."""
    lines: dict[Place, int] = {}
    sizes: dict[Place, int] = {}
    table: Place = ()
    for line, statement in _statements(text):
        if statement.startswith("["):
            table = _enter(tomllib.loads(statement), sizes)
            lines[table] = line
        else:
            for key in _keys(tomllib.loads(statement), table):
                lines.setdefault(key, line)
    return lines


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """Each header or `key = value` with the line where it starts, without the blank ones."""
    start = depth = 0
    line = 1
    text = text.replace("\r\n", "\n") + "\n"
    for token in _TOKENS.finditer(text):
        if token[0] in "[{":
            depth += 1
        elif token[0] in "]}":
            depth -= 1
        elif token[0] == "\n" and depth == 0:
            statement = text[start : token.start()]
            if statement.strip():
                yield line, statement.strip()
            line += statement.count("\n") + 1
            start = token.end()


def _enter(header: dict[str, Any], sizes: dict[Place, int]) -> Place:
    """The place a header opens; counts the entries of arrays of tables."""
    place: Place = ()
    below: Any = header
    while below and isinstance(below, dict):
        key, below = next(iter(below.items()))
        place += (key,)
        if isinstance(below, list):
            sizes[place] = sizes.get(place, 0) + 1
        if place in sizes:
            place += (sizes[place] - 1,)
    return place


def _keys(value: Any, place: Place) -> Iterator[Place]:
    if place and not isinstance(value, dict):
        yield place
    if isinstance(value, dict):
        for key, below in value.items():
            yield (*place, key)
            yield from _keys(below, (*place, key))


def place_of(text: str, key: str) -> int | None:
    """The line of a key such as `model.layers[0].init`, or of the nearest table it would be in.

    None where there is neither, and where the text is no TOML.
    """
    try:
        lines = locate(text)
    except tomllib.TOMLDecodeError:
        return None
    place: Place = tuple(name or int(index) for name, index in _STEP.findall(key))
    while place and place not in lines:
        place = place[:-1]
    return lines.get(place)
