"""What is said of every check, read from a page of data: no check has to be imported for it.

`python -m tools.make_docs` writes the page from the checks themselves.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from .errors import UsageError

PAGE = Path(__file__).with_name("catalogue.json")
SHORTEST_CODE = 2  # letters of "ND" alone


@dataclass(frozen=True)
class Entry:
    """One check: `sections` by heading, `settings` with their defaults."""

    code: str
    name: str
    command: str
    needs: str
    sections: Mapping[str, str]
    settings: Mapping[str, str | int | float | bool | None]


@cache
def entries() -> tuple[Entry, ...]:
    """All checks by code."""
    return tuple(Entry(**one) for one in json.loads(PAGE.read_text(encoding="utf-8")))


def explained(word: str) -> tuple[Entry, ...]:
    """The checks a code or a word means: by code, by name, else by what is written of them.

    Raises UsageError where none does.
    """
    plain = word.strip().lower().replace("_", "-").replace(" ", "-")
    for found in (
        [one for one in entries() if one.code.lower() == plain or one.name == plain],
        [one for one in entries() if plain in one.name],
        [one for one in entries() if word.lower() in " ".join(one.sections.values()).lower()],
    ):
        if found:
            return tuple(found)
    raise UsageError(f"nothing is known of {word!r}", "nndoctor checks lists all there is")


def all_codes() -> frozenset[str]:
    """Of every check."""
    return frozenset(one.code for one in entries())


def codes_of(prefixes: Iterable[str]) -> frozenset[str]:
    """All codes that begin so: ND3 are all of the untrained network; raises UsageError for none."""
    chosen: set[str] = set()
    for prefix in prefixes:
        found = {one.code for one in entries() if one.code.startswith(prefix.strip().upper())}
        if not found or len(prefix.strip()) <= SHORTEST_CODE:
            raise UsageError(
                f"no check has a code that begins with {prefix!r}", "nndoctor checks lists them"
            )
        chosen |= found
    return frozenset(chosen)
