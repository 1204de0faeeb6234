"""Batches that a script takes of an iterator: `a, b = next(batches)`."""

import ast
import itertools
from collections.abc import Sized
from dataclasses import dataclass, replace
from typing import Any

from .changing import Loops
from .known import UnusualLoop, with_name
from .loop import Room, Update, covers, room_of
from .stopped import Place
from .update import value_of

ITEM, _TAKEN = "_handed", "_islice"


@dataclass(frozen=True)
class Handed:
    """`update` takes its batch of the head of a loop `over` all batches; the script, by `text`, of
    `source`, of so many batches, if that is known.

    The iterator is made anew around the first `depth` of the loops; `endless`: it goes on with the
    next pass; `ends`: the loop ends with it; `word`: what a reader should know of it.
    """

    update: Update
    over: ast.For
    text: str
    source: str
    batches: int | None
    depth: int
    endless: bool
    ends: bool
    word: str = ""

    @property
    def names(self) -> dict[str, Any]:
        """What the loop needs by name."""
        return {ITEM: None, _TAKEN: itertools.islice}


def handed(update: Update, places: tuple[Place, ...], loops: Loops) -> Handed | None:
    """None for an update that takes nothing of an iterator by name; raises UnusualLoop for one
    whose making is not seen."""
    taken = {name for one in ast.walk(update.lost) if (name := _next_of(one))}
    if not taken:
        return None
    name, text = min(taken), ", ".join(f"next({one})" for one in sorted(taken))
    if len(taken) > 1:
        raise UnusualLoop(text)
    place, room, made = _made(name, places, text)
    if len({ast.unparse(one.value) for one in made}) > 1:
        raise UnusualLoop(f"{text} of several iterators")
    caught = [one for one in ast.walk(room) if isinstance(one, ast.ExceptHandler)]
    first = [m for m in made if not any(covers(one, m.lineno) for one in caught)]
    if not first:
        raise UnusualLoop(text)
    depth = min(_depth(one.lineno, place, loops, places) for one in first)
    if depth == 0 and loops:
        raise UnusualLoop(f"{text}, of which each round takes the first one")
    ends = any(isinstance(s, ast.Break | ast.Return) for one in caught for s in one.body)
    lost = with_name(update.lost, text, ITEM)
    loop, length, endless, word = _over(made[0].value, place, text)
    return Handed(
        replace(update, lost=lost),
        ast.fix_missing_locations(loop),
        text,
        ast.unparse(made[0].value),
        length,
        depth,
        endless or len(first) < len(made),
        ends and _catches(caught),
        word,
    )


def _next_of(node: ast.AST) -> str:
    """What stands in `next(batches)`, of what has a name; "" for anything else."""
    match node:
        case ast.Call(func=ast.Name("next"), args=[ast.Name() | ast.Attribute() as one]):
            return ast.unparse(one)
    return ""


def _catches(handlers: list[ast.ExceptHandler]) -> bool:
    return all(
        one.type is not None and ast.unparse(one.type) == "StopIteration" for one in handlers
    )


def _made(name: str, places: tuple[Place, ...], text: str) -> tuple[Place, Room, list[ast.Assign]]:
    """Where an iterator that the innermost function knows by this name is made: in one that is
    running, or in the file of one."""
    value = places[0].names.get(name)
    for place in places:
        called = [n for n, one in place.names.items() if one is value]
        tree = ast.parse(place.text)
        for room in (room_of(tree, place.line), tree):
            if made := [one for n in called for one in _given(room, n)]:
                return place, room, made
    raise UnusualLoop(f"{text}, whose iterator is made elsewhere")


def _given(room: Room, name: str) -> list[ast.Assign]:
    """The assignments of a name."""
    assigned = [one for one in ast.walk(room) if isinstance(one, ast.Assign)]
    return [
        one
        for one in assigned
        if any(isinstance(t, ast.Name) and t.id == name for t in one.targets)
    ]


def _depth(line: int, place: Place, loops: Loops, places: tuple[Place, ...]) -> int:
    """How many of the loops go round with what is made in this line."""
    at = places.index(place)
    for i, (one, other) in enumerate(loops):
        if places.index(other) > at or (other is place and covers(one, line)):
            return i
    return len(loops)


def _over(made: ast.expr, place: Place, text: str) -> tuple[ast.For, int | None, bool, str]:
    """A loop over what an iterator goes through once, how many batches that are where they can be
    counted, and whether it goes on behind that."""
    match made:
        case ast.Call(func=ast.Name("iter"), args=[ast.Name() | ast.Attribute() as source]):
            items = value_of(source, place.names)
            return loop_over(source), len(items) if isinstance(items, Sized) else None, False, ""
        case ast.Call(func=function, args=[ast.Name() | ast.Attribute() as source]):
            items = value_of(source, place.names)
            if not isinstance(items, Sized):
                raise UnusualLoop(f"{text} of {ast.unparse(made)}")
            if value_of(function, place.names) is itertools.cycle:
                word = f"{ast.unparse(made)} gives the batches of its first pass again and again"
                return loop_over(source), len(items), True, word
            once = [made, ast.Constant(len(items))]
            taken = ast.Call(ast.Name("list", ast.Load()),
                             [ast.Call(ast.Name(_TAKEN, ast.Load()), once, [])], [])  # fmt: skip
            more = ast.Call(ast.Name(_TAKEN, ast.Load()),
                            [made, ast.Constant(len(items) + 1)], [])  # fmt: skip
            names = {**place.names, _TAKEN: itertools.islice}
            count = sum(1 for _ in value_of(more, names))
            return loop_over(taken), len(items), count > len(items), ""
    raise UnusualLoop(f"{text} of {ast.unparse(made)}")


def loop_over(source: ast.expr) -> ast.For:
    """A loop that gives the update its batch by the name `ITEM`."""
    return ast.For(ast.Name(ITEM, ast.Store()), source, [], [], lineno=1, col_offset=0)
