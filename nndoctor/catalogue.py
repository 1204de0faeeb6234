"""What is said of every check and cause, read from a page of data: nothing has to be imported.

`python -m tools.make_docs` writes the page from checks and causes themselves.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from .errors import UsageError
from .spelling import did_you_mean

PROOF = "How it is proven"
PAGE = Path(__file__).with_name("catalogue.json")
SHORTEST_CODE = 2  # letters of "ND" alone


@dataclass(frozen=True)
class Entry:
    """One check: `sections` by heading, `settings` with defaults, `suggests`: names of causes."""

    code: str
    name: str
    command: str
    needs: str
    sections: Mapping[str, str]
    settings: Mapping[str, str | int | float | bool | None]
    suggests: Sequence[str] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """What it is called."""
        return self.code, self.name


@dataclass(frozen=True)
class CauseEntry:
    """One cause; `suggested_by`: codes of checks; `treatable`: a change of a recipe removes it."""

    name: str
    title: str
    group: str
    sections: Mapping[str, str]
    suggested_by: Sequence[str] = ()
    treatable: bool = False

    @property
    def words(self) -> tuple[str, ...]:
        """What it is called."""
        return self.name, self.title


AnyEntry = Entry | CauseEntry


@cache
def _page() -> Mapping[str, list[dict[str, Any]]]:
    page: Mapping[str, list[dict[str, Any]]] = json.loads(PAGE.read_text(encoding="utf-8"))
    return page


@cache
def entries() -> tuple[Entry, ...]:
    """All checks by code."""
    return tuple(Entry(**one) for one in _page()["checks"])


@cache
def causes() -> tuple[CauseEntry, ...]:
    """All causes by group."""
    return tuple(CauseEntry(**one) for one in _page()["causes"])


def explained(word: str) -> tuple[AnyEntry, ...]:
    """The checks and causes a word means: by code or name, else by what is written of them.

    Raises UsageError, with what is close, where none does.
    """
    every: tuple[AnyEntry, ...] = (*entries(), *causes())
    typed, plain = word.strip().lower(), _plain(word)
    for found in (
        [one for one in every if typed in [known.lower() for known in one.words]],
        [one for one in every if plain in map(_plain, one.words)],
        [one for one in every if any(f"-{plain}" in f"-{_plain(known)}" for known in one.words)],
        [one for one in every if typed in " ".join(one.sections.values()).lower()],
    ):
        if found:
            return tuple(found)
    hint = did_you_mean(word, dict.fromkeys(one.name for one in every), 3, 0.7)
    lists = "nndoctor checks and nndoctor causes list all there is"
    raise UsageError(f"nothing is known of {word!r}", hint or lists)


def same_name(found: Sequence[AnyEntry]) -> bool:
    """Whether a word meant one thing: an entry, or a check and a cause of one name."""
    return len({_plain(one.name) for one in found}) == 1


def _plain(word: str) -> str:
    return word.strip().lower().replace("_", "-").replace(" ", "-")


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
