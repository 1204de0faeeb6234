"""What a script changes of its training outside of its updates, as with the epoch."""

import ast
import inspect
import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .altering import Altering
from .beside import Beside, beside, called_at
from .changing import Loops, expressions_of
from .functions import Function, functions_in
from .known import UnusualLoop, altered, bound, moves, names_in
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
    """What an update takes: names by the place where they stand, and what objects hold; `given`:
    names that a loop gives anything."""

    names: dict[int, set[str]]
    held: set[Held]
    given: set[str]


def refuse_outside(
    update: Update,
    means: Meaning,
    optimizer: Any,
    places: tuple[Place, ...],
    loops: Loops,
    epochs_at: int,
    follows: bool,
    whole: ast.expr | None = None,
) -> None:
    """Raises UnusualLoop where one of these loops alters model, optimizer or loss beside its
    updates, or gives what these take something else with the epoch.

    `loops`: those of one training, the innermost first, from `epochs_at` on over epochs; `follows`:
    whether the update is read in its own place and not in a class around the optimizer; `whole`:
    what the model computes, where it is put together.
    """
    if not loops:
        return
    from torch import nn

    _refuse_hooks(means.model, optimizer)
    nodes = [*expressions_of(means), *update.optimizers, *([whole] if whole is not None else [])]
    parts = [noted(one, places[0].names) for node in nodes for one in ast.walk(node)]
    losses = [one for one in parts if isinstance(one, nn.Module) or _is_called(one)]
    altering = Altering([means.model, optimizer, *losses, *_datasets(loops)])
    around = list(beside(places, loops))
    changing = _changing(around, places, loops, epochs_at)
    used = _used(nodes, means.model, around, places, loops)
    restored = {text for one in around for text in _restored(one.statement)}
    followed = {one.lineno for one in (*update.between, *update.after)}
    for one in around:
        if one.mine and (not follows or _is_followed(one, places[0], followed)):
            continue
        behind = one.mine and one.statement.lineno > update.line
        for text in altering.lines(one.statement, one.place.names, place=not behind):
            if text.partition(".")[0] not in restored:
                raise UnusualLoop(f"{text}, beside its updates")
        for text in _gives(one, used, changing, means.model):
            raise UnusualLoop(f"{text}, which changes what its updates take")
    for inner, outer in itertools.pairwise(places):
        for name, value in called_at(outer, inner).items():
            if name in used.names[id(inner)] and _goes_with(value, changing[id(outer)]):
                raise UnusualLoop(f"{name}={ast.unparse(value)}, which changes as it trains")


def _is_called(value: Any) -> bool:
    """An object of the user's that is called as a function is."""
    other = inspect.isroutine(value) or inspect.isclass(value)
    return callable(value) and not other and type(value).__module__.partition(".")[0] != "torch"


def _refuse_hooks(model: Any, optimizer: Any) -> None:
    """Raises UnusualLoop for hooks that no copy has: those on gradients themselves are taken."""
    if any(p._post_accumulate_grad_hooks for p in model.parameters()):
        raise UnusualLoop("register_post_accumulate_grad_hook")
    for kind in ("pre", "post"):
        if getattr(optimizer, f"_optimizer_step_{kind}_hooks", None):
            raise UnusualLoop(f"register_step_{kind}_hook")


def _datasets(loops: Loops) -> Iterator[Any]:
    """What loaders among what loops go over take their rows of, one within another."""
    from torch.utils.data import DataLoader

    for loop, place in loops:
        for node in ast.walk(loop.iter) if isinstance(loop, ast.For) else ():
            value = noted(node, place.names)
            while isinstance(value, DataLoader) or hasattr(value, "dataset"):
                value = value.dataset
                yield value


def _restored(statement: ast.stmt) -> Iterator[str]:
    """What gives weights back that it has exchanged, as an average of them does to be tested."""
    for call in _calls(statement):
        match call.func:
            case ast.Attribute(value=ast.Name(name), attr="restore"):
                yield name


def _is_followed(one: Beside, here: Place, lines: set[int]) -> bool:
    """Whether the update takes it with it; lines of a `with` are read one by one there."""
    return one.place is here and any(covers(one.statement, line) for line in lines)


def _changing(
    around: Sequence[Beside], places: tuple[Place, ...], loops: Loops, epochs_at: int
) -> dict[int, set[str]]:
    """Names that go with the epoch, by place."""
    found: dict[int, set[str]] = {id(place): set() for place in places}
    for loop, place in loops[epochs_at:]:
        found[id(place)] |= set(bound(loop)) & heads(loop)
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


def _forwards(model: Any) -> Iterator[Function]:
    """What modules of the user's compute."""
    call = ast.Call(ast.Name("_", ast.Load()), [], [])
    for one in model.modules():
        yield from functions_in(call, {"_": one.forward})


def _used(
    nodes: Sequence[ast.expr],
    model: Any,
    around: Sequence[Beside],
    places: tuple[Place, ...],
    loops: Loops,
) -> _Used:
    """Of these expressions, of what the user's losses and models know by themselves, of the heads
    of all loops but the outermost, and of what all of that is made of `around` the update."""
    used = _Used({id(place): set() for place in places}, set(), set())
    used.given |= {name for loop, _ in loops for name in (*bound(loop), *altered(loop))}

    def take(node: ast.AST, place: Place) -> None:
        used.names[id(place)] |= names_in(node)
        used.held |= set(_held(node, place.names))

    def know(one: Function) -> None:
        used.held |= set(_held(one.tree, one.names))
        stores = (part for part in ast.walk(one.tree) if isinstance(part, _Stores))
        own = {name for part in stores for name in bound(part)}
        used.names[id(places[-1])] |= (names_in(one.tree) & one.names.keys()) - own

    for node in nodes:
        take(node, places[0])
        for one in functions_in(node, places[0].names):
            know(one)
    for forward in _forwards(model):
        know(forward)
    for loop, place in loops[:-1]:
        take(loop.iter if isinstance(loop, ast.For) else loop.test, place)
    for inner, outer in itertools.pairwise(places):
        for name, value in called_at(outer, inner).items():
            if name in used.names[id(inner)]:
                take(value, outer)
    loop, place = loops[0]
    used.names[id(place)] -= set(bound(loop))
    for each in reversed([one for one in around if not one.mine]):
        for part in ast.walk(each.statement):
            if isinstance(part, ast.Assign) and used.names[id(each.place)] & set(bound(part)):
                take(part.value, each.place)
    return used


def _gives(one: Beside, used: _Used, changing: Mapping[int, set[str]], model: Any) -> Iterator[str]:
    """Lines of a statement that give something else to what an update takes."""
    names, goes = used.names[id(one.place)], changing[id(one.place)]
    counted = goes | used.given

    def renews(node: Any) -> bool:
        """Whether it gives another value with the epoch, or one made of the last or the model."""
        if isinstance(node, ast.AugAssign) or _goes_with(node.value, goes):
            return True
        parts = list(ast.walk(node.value))
        if any(noted(part, one.place.names) is model for part in parts):
            return not (isinstance(node, ast.Assign) and moves(node))
        taken = {n.value for n in parts if isinstance(n, ast.Subscript) and _is_index(n.slice)}
        own = [n for n in parts if isinstance(n, ast.Name) and n.id in set(bound(node))]
        made = any(one not in taken for one in own)
        return made and not _mixes(node.value) and not moves(node)

    def gives(node: ast.stmt, rarely: bool) -> Iterator[str]:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            return
        if isinstance(node, ast.If):
            rarely = rarely or bool(names_in(node.test) & counted)
        if isinstance(node, _Stores) and node.value is not None:
            taken = set(_held_by(node, one.place.names)) & used.held
            if not one.mine:  # whose names are read as they are given
                taken |= {(0, name) for name in names & set(bound(node))}
            if taken and (rarely or renews(node)):
                yield ast.unparse(node)
        if isinstance(node, ast.Expr | _Stores) and not one.mine and names & set(altered(node)):
            yield ast.unparse(node)
        for inner in _bodies(node):
            yield from gives(inner, rarely)

    yield from gives(one.statement, False)


def _bodies(node: ast.stmt) -> Iterator[ast.stmt]:
    for field in ("body", "orelse", "finalbody", "handlers"):
        yield from getattr(node, field, [])


def _mixes(node: ast.AST) -> bool:
    return any(_MIXES.search(ast.unparse(one.func)) for one in _calls(node))


def _is_index(node: ast.expr) -> bool:
    """Of a whole order of rows, such as a permutation has, and not of a part of them."""
    return isinstance(node, ast.Name) or _mixes(node)


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
