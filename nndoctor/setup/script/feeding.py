"""Whether a loop goes over batches or over arrays."""

import ast
from typing import Any

from .arrays import Arrays
from .fed import Around, Feeding, Names
from .loader import Loader
from .loop import Update


def feeding_of(around: Around, update: Update, names: Names) -> Feeding:
    """By the innermost loop, of whose items the update takes names, or by arrays."""
    head: set[str] = set()
    if isinstance(around.innermost, ast.For):
        head = {one.id for one in ast.walk(around.innermost.target) if isinstance(one, ast.Name)}
        loader = Loader(around.innermost, around, names)
        if loader.of_batch(update.lost) and not _counts(loader.items):
            return loader
    return Arrays(update, names, around.text, head)


def _counts(items: Any) -> bool:
    """Whether they are numbers, by which a loop cuts its batches itself."""
    first = items[0] if isinstance(items, list | tuple) and items else None
    return isinstance(items, range) or isinstance(first, int) or getattr(items, "ndim", 0) == 1
