"""Whether a loop goes over batches or over arrays."""

import ast
from typing import Any

from .arrays import Arrays, NoArrays
from .drawn import Drawn
from .fed import Around, Feeding, Names
from .loader import Loader
from .loop import Update


def feeding_of(around: Around, update: Update, names: Names, rounds: int | None) -> Feeding:
    """By the innermost loop, of whose items the update takes names, by arrays, or by a function
    that draws a batch in each of the `rounds` of the loop."""
    head: set[str] = set()
    if isinstance(around.innermost, ast.For):
        head = {one.id for one in ast.walk(around.innermost.target) if isinstance(one, ast.Name)}
        loader = Loader(around.innermost, around, names)
        if loader.of_batch(update.lost) and not _counts(loader.items):
            return loader
    try:
        return Arrays(update, names, around.text, head)
    except NoArrays:
        if not (drawing := Drawn.call_in(update, names)):
            raise
        return Drawn(drawing, names, rounds)


def _counts(items: Any) -> bool:
    """Whether they are numbers, by which a loop cuts its batches itself."""
    first = items[0] if isinstance(items, list | tuple) and items else None
    return isinstance(items, range) or isinstance(first, int) or getattr(items, "ndim", 0) == 1
