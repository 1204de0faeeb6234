"""What a script changes of its training outside of its updates, as with the epoch."""

import ast
import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .altering import Altering
from .beside import Beside, beside, called_at
from .changing import Loops, expressions_of
from .functions import functions_in
from .known import UnusualLoop, bound, moves, names_in
from .loop import Update, covers, heads
from .stopped import Place
from .update import Meaning, noted

# calls that give the same rows in another order, and what only shows how far it is
_MIXES = re.compile(
    r"(randperm|permutation|permuted|shuffle\w*|choices?|randint|integers|sample|manual_seed"
    r"|RandomState|default_rng|Generator)$"
)
_SHOWS = re.compile(r"tqdm|track|progress", re.I)
_Stores = ast.Assign | ast.AugAssign | ast.AnnAssign
Held = tuple[int, str]  # an attribute or item of an object, by its id


@dataclass
class _Used:
    """What an update takes: names by the place where they stand, and what objects hold."""

    names: dict[int, set[str]]
    held: set[Held]


def refuse_outside(
    update: Update,
    means: Meaning,
    optimizer: Any,
    places: tuple[Place, ...],
    loops: Loops,
    epochs_at: int,
    follows: bool,
) -> None:
    """Raises UnusualLoop where one of these loops alters model, optimizer or loss beside its
    updates, or gives what these take something else with the epoch.

    `loops`: those of one training, the innermost first, from `epochs_at` on over epochs; `follows`:
    whether the update is read in its own place and not in a class around the optimizer.
    """
    if not loops:
        return
    from torch import nn

    nodes = [*expressions_of(means), *update.optimizers]
    parts = [noted(one, places[0].names) for node in nodes for one in ast.walk(node)]
    modules = [one for one in parts if isinstance(one, nn.Module)]
    altering = Altering([means.model, optimizer, *modules])
    around = list(beside(places, loops))
    changing = _changing(around, places, loops, epochs_at)
    used = _used(nodes, places, loops)
    followed = {one.lineno for one in (*update.between, *update.after)}
    for one in around:
        if one.mine and (not follows or _is_followed(one, places[0], followed)):
            continue
        behind = one.mine and one.statement.lineno > update.line
        for text in altering.lines(one.statement, one.place.names, place=not behind):
            raise UnusualLoop(f"{text}, beside its updates")
        for text in _gives(one, used, changing):
            raise UnusualLoop(f"{text}, which changes what its updates take")


def _is_followed(one: Beside, here: Place, lines: set[int]) -> bool:
    """Whether the update takes it with it; lines of a `with` are read one by one there."""
    return one.place is here and any(covers(one.statement, line) for line in lines)


def _changing(
    around: Sequence[Beside], places: tuple[Place, ...], loops: Loops, epochs_at: int
) -> dict[int, set[str]]:
    """Names that go with the epoch, by place."""
    found: dict[int, set[str]] = {id(place): set() for place in places}
    for loop, place in loops[epochs_at:]:
        found[id(place)] |= heads(loop)
    for i in range(len(places) - 1, -1, -1):
        place = places[i]
        mine = found[id(place)]
        stores = [
            (node, one.mine)
            for one in around
            if one.place is place
            for node in ast.walk(one.statement)
            if isinstance(node, _Stores)
        ]
        for _ in stores:
            more = {
                name
                for node, _ in stores
                for name in bound(node)
                if isinstance(node, ast.AugAssign) or _goes_with(node.value, mine)
            }
            if more <= mine:
                break
            mine |= more
        if i:
            given = called_at(place, places[i - 1])
            found[id(places[i - 1])] |= {n for n, one in given.items() if _goes_with(one, mine)}
    return found


def _used(nodes: Sequence[ast.expr], places: tuple[Place, ...], loops: Loops) -> _Used:
    """Of these expressions, of what loss functions of the user's know by themselves, and of the
    heads of all loops but the outermost."""
    used = _Used({id(place): set() for place in places}, set())

    def take(node: ast.AST, place: Place) -> None:
        used.names[id(place)] |= names_in(node)
        used.held |= set(_held(node, place.names))

    for node in nodes:
        take(node, places[0])
        for one in functions_in(node, places[0].names):
            used.held |= set(_held(one.tree, one.names))
            used.names[id(places[-1])] |= names_in(one.tree) & one.names.keys()
    for loop, place in loops[:-1]:
        take(loop.iter if isinstance(loop, ast.For) else loop.test, place)
    for inner, outer in itertools.pairwise(places):
        for name, value in called_at(outer, inner).items():
            if name in used.names[id(inner)]:
                take(value, outer)
    loop, place = loops[0]
    used.names[id(place)] -= set(bound(loop))
    return used


def _gives(one: Beside, used: _Used, changing: Mapping[int, set[str]]) -> Iterator[str]:
    """Lines of a statement that give something else to what an update takes."""
    names, goes = used.names[id(one.place)], changing[id(one.place)]

    def gives(node: ast.stmt, rarely: bool) -> Iterator[str]:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            return
        if isinstance(node, ast.If):
            rarely = rarely or _goes_with(node.test, goes)
        if isinstance(node, _Stores) and node.value is not None:
            taken = set(_held_by(node, one.place.names)) & used.held
            if not one.mine:  # whose names are read as they are given
                taken |= {(0, name) for name in names & set(bound(node))}
            if taken and (rarely or isinstance(node, ast.AugAssign) or _renews(node, goes)):
                yield ast.unparse(node).partition("\n")[0]
        for inner in _bodies(node):
            yield from gives(inner, rarely)

    yield from gives(one.statement, False)


def _bodies(node: ast.stmt) -> Iterator[ast.stmt]:
    """Statements in it, without those behind which the training ends."""
    for field in ("body", "orelse", "finalbody", "handlers"):
        body = getattr(node, field, [])
        if not (body and isinstance(node, ast.If) and isinstance(body[-1], ast.Break)):
            yield from body


def _renews(node: Any, goes: set[str]) -> bool:
    """Whether it gives another value with the epoch, or one made of the last."""
    mixes = any(_MIXES.search(ast.unparse(one.func)) for one in _calls(node.value))
    own = names_in(node.value) & set(bound(node)) and not isinstance(node.value, ast.Subscript)
    return _goes_with(node.value, goes) or bool(own and not mixes and not moves(node))


def _goes_with(node: ast.AST | None, goes: set[str]) -> bool:
    """Whether a value goes with these names, and not its order or what is shown alone."""
    match node:
        case None:
            return False
        case ast.Call(func=function) if _MIXES.search(ast.unparse(function)):
            return False
        case ast.Call(func=function, args=[first, *_]) if _SHOWS.search(ast.unparse(function)):
            return _goes_with(first, goes)
        case ast.Name(name):
            return name in goes
    return any(_goes_with(one, goes) for one in ast.iter_child_nodes(node))


def _calls(node: ast.AST) -> Iterator[ast.Call]:
    yield from (one for one in ast.walk(node) if isinstance(one, ast.Call))


def _held(node: ast.AST, names: Mapping[str, Any]) -> Iterator[Held]:
    """Attributes and items that it reads."""
    for one in ast.walk(node):
        match one:
            case (
                ast.Attribute(value=owner, attr=key)
                | ast.Subscript(value=owner, slice=ast.Constant(str(key)))
            ):
                if (value := noted(owner, names)) is not None:
                    yield id(value), key


def _held_by(node: Any, names: Mapping[str, Any]) -> Iterator[Held]:
    """Attributes and items that a statement gives something."""
    for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
        yield from _held(target, names)
