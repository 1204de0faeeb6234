"""Batches of a loader that a function of the script hands on: `a, b = self.next_batch()`."""

import ast
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from .changing import Loops
from .drawn import Drawn
from .fed import Names, evaluated
from .handed import ITEM, Handed, loop_over
from .known import UnusualLoop, with_name
from .loop import Update


def handed_on(update: Update, names: Names, loops: Loops) -> Handed | None:
    """None where no call gives the batch, or where it takes none of a loader that it goes through
    from call to call; raises UnusualLoop where it makes something else of them."""
    call = Drawn.call_in(update, names)
    if call is None:
        return None
    with _watched() as seen:
        value = evaluated(call, names)
    if not seen.items or seen.begun:  # one that begins anew each time draws its batches
        return None
    text = ast.unparse(call)
    if len(seen.items) > 1 or [*_parts(value)] != [*_parts(seen.items[0])]:
        raise UnusualLoop(f"{text}, which makes something of its own of a loader's batches")
    found = next(_loaders(names, seen.order), None)
    if found is None:
        raise UnusualLoop(f"{text}, whose loader is out of sight")
    at, loader = found
    try:
        batches = len(loader)
    except TypeError:
        raise UnusualLoop(f"{text} of a loader without a length") from None
    return Handed(
        replace(update, lost=with_name(update.lost, text, ITEM)),
        ast.fix_missing_locations(loop_over(at)),
        text,
        ast.unparse(at),
        batches,
        len(loops),
        endless=True,
        ends=False,
    )


class _Seen:
    """What loaders gave: their items, the order that they follow, whether one was begun."""

    def __init__(self) -> None:
        self.items: list[Any] = []
        self.order: Any = None
        self.begun = False


@contextmanager
def _watched() -> Iterator[_Seen]:
    """Within, what loaders give is seen."""
    from torch.utils.data import DataLoader, dataloader

    seen, kind = _Seen(), dataloader._BaseDataLoaderIter
    own_next, own_iter = kind.__next__, DataLoader.__iter__

    def next_of(self: Any) -> Any:
        item = own_next(self)
        seen.items.append(item)
        seen.order = self._index_sampler
        return item

    def iter_of(self: Any) -> Any:
        seen.begun = True
        return own_iter(self)

    _put(kind, "__next__", next_of)
    _put(DataLoader, "__iter__", iter_of)
    try:
        yield seen
    finally:
        _put(kind, "__next__", own_next)
        _put(DataLoader, "__iter__", own_iter)


def _put(kind: type, name: str, method: Callable[..., Any]) -> None:
    setattr(kind, name, method)


def _parts(value: Any) -> Iterator[int]:
    """The identities of what a batch is made of, in order."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for one in value:
            yield from _parts(one)
    else:
        yield id(value)


def _loaders(names: Names, order: Any) -> Iterator[tuple[ast.expr, Any]]:
    """Loaders that follow this order, by name or as attributes of what has one."""
    for name, value in names.items():
        known = ast.Name(name, ast.Load())
        if getattr(value, "_index_sampler", None) is order:
            yield known, value
        for attribute, one in getattr(value, "__dict__", {}).items():
            if getattr(one, "_index_sampler", None) is order and hasattr(one, "dataset"):
                yield ast.Attribute(known, attribute, ast.Load()), one
