"""Whether a loop goes over batches or over arrays."""

import ast
from typing import Any

from .arrays import Arrays, NoArrays
from .changing import Loops
from .drawn import Drawn
from .fed import Around, Feeding, Names
from .known import UnusualLoop, names_in
from .loader import Loader
from .loop import Update, heads


def feeding_of(
    around: Around, update: Update, names: Names, rounds: int | None, each: int, loops: Loops
) -> Feeding:
    """By the innermost loop, of whose items the update takes names, by arrays, or by a function
    that draws `each` batches in each of the `rounds` of the first of the loops."""
    from torch.utils.data import DataLoader

    head = {name for one, _ in loops for name in heads(one)}
    if isinstance(around.innermost, ast.For):
        head |= heads(around.innermost)
        loader = Loader(around.innermost, around, names)
        if loader.of_batch(update.lost) and not _counts(loader.items):
            return loader
        if isinstance(loader.items, DataLoader):
            what = f"nothing of what {loader.source} gives is seen"
            raise UnusualLoop(f"{what} in {ast.unparse(update.lost)}")
    inner = heads(around.innermost) if update.within is not None and around.innermost else set()
    try:
        return Arrays(update, names, around.text, head)
    except NoArrays:
        if not (drawing := Drawn.call_in(update, names)):
            raise
        if inner & names_in(update.lost):
            raise UnusualLoop(f"parts of {ast.unparse(drawing)} in one update") from None
        return Drawn(drawing, names, rounds, each)


def _counts(items: Any) -> bool:
    """Whether they are numbers, by which a loop cuts its batches itself."""
    first = items[0] if isinstance(items, list | tuple) and items else None
    return isinstance(items, range) or isinstance(first, int) or getattr(items, "ndim", 0) == 1
