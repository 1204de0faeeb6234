"""What the user has said of the columns, and the names they may use for them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

from nndoctor.data.naming import listed
from nndoctor.data.reading.table import Table
from nndoctor.errors import DataError, Mistake

from .column import Kind

SAYABLE = tuple(kind.value for kind in Kind if kind is not Kind.CONSTANT)
_PLACE = re.compile(r"c([1-9]\d*)|(-[1-9]\d*)")


@dataclass(frozen=True)
class Said:
    """What the user has said of the columns; empty where nothing was said.

    `features`: these and no others. `kinds`: of columns, a `Kind`. `group`: its equal values keep
    rows together when rows are split; it is no input.
    """

    targets: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
    kinds: Mapping[str, str] = field(default_factory=dict)
    group: str = ""


def named(table: Table, text: str) -> str:
    """The column that a user means by its name, or by its place: c15, or -1 for the last."""
    names = [str(name) for name in table.frame.columns]
    if text in names:
        return text
    place = _PLACE.fullmatch(text)
    if place:
        index = int(place[1]) - 1 if place[1] else len(names) + int(place[2])
        if 0 <= index < len(names):
            return names[index]
    raise DataError(f"{table.source} has no column '{text}'", _hint(text, names) + table.doubt)


def _hint(text: str, names: list[str]) -> str:
    if _PLACE.fullmatch(text):
        return f"there are {len(names)} columns: c1 to c{len(names)}, the last is also -1"
    plain = {name.lower(): name for name in names}
    near = [plain[name] for name in get_close_matches(text.lower(), plain, n=3)]
    if text.isdecimal() and len(text) < 10 and 0 < int(text) <= len(names):
        near.insert(0, f"c{text}")
    return f"did you mean {' or '.join(near)}?" if near else f"there are {listed(names)}"


def resolved(table: Table, said: Said) -> Said:
    """The same with the file's own names, checked; raises DataError with all mistakes at once."""
    mistakes: list[Mistake] = []

    def known(texts: tuple[str, ...]) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for text in texts:
            try:
                found[named(table, text)] = None
            except DataError as error:
                mistakes.extend(error.mistakes)
        return tuple(found)

    kinds = {n: kind for text, kind in said.kinds.items() for n in known((text,))}
    targets = known(said.targets or ((table.target,) if table.target else ()))
    drop, features = known(said.drop), known(said.features)
    group = "".join(known((said.group,) if said.group else ()))
    mistakes += _wrong_kinds(kinds)
    mistakes += [
        Mistake(f"column '{name}' is both {one} and {other}", hint)
        for one, these, other, those, hint in (
            ("the target", targets, "dropped", drop, "leave it out of --drop"),
            ("the target", targets, "a feature", features, "it would be its own answer"),
            ("a feature", features, "dropped", drop, "leave it out of one of them"),
            ("the target", targets, "the group", (group,), "name another column with --group"),
        )
        for name in these
        if name in those
    ]
    if mistakes:
        raise DataError.of(mistakes)
    return Said(targets, drop, features, kinds, group)


def setting(name: str, kind: str) -> str:
    """The option of the command line that says what a column is."""
    if re.fullmatch(r"[\w-]+", name):
        return f"--set data.columns.{name}={kind}"
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    return f"--set 'data.columns.\"{quoted}\"={kind}'"


def _wrong_kinds(kinds: Mapping[str, str]) -> list[Mistake]:
    mistakes = []
    for name, kind in kinds.items():
        if kind not in SAYABLE:
            near = get_close_matches(kind, SAYABLE, n=1)
            hint = f"did you mean {near[0]}?" if near else f"permitted: {', '.join(SAYABLE)}"
            mistakes.append(Mistake(f"column '{name}' can't be of the kind '{kind}'", hint))
    return mistakes
