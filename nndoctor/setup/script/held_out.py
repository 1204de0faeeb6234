"""Held-out rows of a script."""

import ast
from typing import Any

from ...errors import DataError
from .alike import keys
from .drawn import Drawn
from .fed import Feeding, several
from .known import UnusualLoop
from .source import source_of
from .stopped import Place
from .update import Meaning
from .variables import HELD_OUT, every_row


def held_out_rows(
    places: tuple[Place, ...], feeding: Feeding, means: Meaning, like: tuple[Any, Any]
) -> tuple[str, Any, str]:
    """Held-out rows by their name, and as the loop would feed them, of the form of the training
    rows; "" and None without, and a word on others.

    Rows that no line of the files reads are none that the script judges by where they are among the
    training rows, as in a cross-validation of all rows.
    """
    if isinstance(feeding, Drawn):
        return *feeding.held_out(means), ""
    other = ""
    known: dict[str, Any] = {}
    for place in reversed(places):
        known |= {n: v for n, v in place.names.items() if not n.startswith("_")}
    held = [(n, one) for n, one in every_row(known) if HELD_OUT.search(n) and n != feeding.source]
    for name, one in sorted(held, key=lambda pair: "val" not in pair[0].lower()):
        try:
            rows = feeding.held(one, means)
        except (UnusualLoop, DataError):
            continue
        if _form(rows) == _form(like):
            if not _is_read(name, places) and _shares(rows, like):
                continue
            return name, rows, ""
        other = other or f"{name} is of another shape than the training rows, and is not used"
    return "", None, other


def _form(rows: tuple[Any, Any]) -> list[tuple[int, ...]]:
    """The shape of a row of each of its inputs, and of the targets."""
    return [tuple(one.shape[1:]) for one in (*several(rows[0]), rows[1])]


def _is_read(name: str, places: tuple[Place, ...]) -> bool:
    """Whether a line of these files reads what has this name, or two names."""
    read = set[str]()
    for file in {place.file for place in places}:
        for node in ast.walk(ast.parse(source_of(file))):
            if isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load):
                read.add(node.id if isinstance(node, ast.Name) else node.attr)
    return any(one.rpartition(".")[2] in read for one in name.split(", "))


def _shares(rows: tuple[Any, Any], others: tuple[Any, Any]) -> bool:
    """Whether inputs of the one are among those of the other."""
    return not set(keys(rows[0])).isdisjoint(keys(others[0]))
