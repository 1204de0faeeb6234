"""What the text around a `backward()` says: what is computed of a batch, and what moves weights."""

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .known import Known, UnusualLoop, bound, drawn_ahead, known_after, substituted

_OTHERS = re.compile(r"sched|prof|anneal|decay|warm|plateau|cosine", re.I)  # that step, too
Room = ast.Module | ast.FunctionDef | ast.AsyncFunctionDef
Round = ast.For | ast.While


@dataclass(frozen=True)
class Update:
    """One update.

    `lost`: what goes backward, with the variables of the update replaced by what they are given,
    `scaled` where something else does the going, such as a `scaler`. `varying`: names that are
    bound anew in each round, `ahead` those of `lost` that are bound for the next one. `between`:
    statements behind `backward()` and before `step()`, which the first of `optimizers` makes, if
    any; `behind`: those after it; `after`: all of them where there is none. `clears`: whether
    gradients are cleared. `by_closure`: whether the optimizer calls all of it. `line`: that of
    `backward()`. `when`: the condition under which it steps and clears, in some rounds alone;
    `within`: the loop around `backward()` behind which it steps, `around`: names that loops around
    that change; `each`: what is done in every round before that, or behind `backward()` in a
    closure, and `clears_each`: whether every round clears.
    """

    lost: ast.expr
    scaled: bool
    scaler: ast.expr | None
    varying: frozenset[str]
    ahead: frozenset[str]
    between: tuple[ast.stmt, ...]
    behind: tuple[ast.stmt, ...]
    optimizers: tuple[ast.expr, ...]
    clears: bool
    by_closure: bool = False
    after: tuple[ast.stmt, ...] = ()
    line: int = 0
    when: ast.expr | None = None
    within: Round | None = None
    around: frozenset[str] = frozenset()
    each: tuple[ast.stmt, ...] = ()
    clears_each: bool = False


def rounds_at(source: str, line: int) -> list[Round]:
    """The loops around a line within its function, the innermost first."""
    room = room_of(ast.parse(source), line)
    return [one for one in _around(room, line) if isinstance(one, Round)][::-1]


def update_at(source: str, line: int, by: ast.expr | None = None) -> Update:
    """The update whose `backward()` stands in this line; raises UnusualLoop. `by`: the optimizer
    that calls the function around the line as its closure."""
    tree = ast.parse(source)
    room = room_of(tree, line)
    rounds = [one for one in _around(room, line) if isinstance(one, Round)]
    body = rounds[-1].body if rounds else room.body
    statements = every = list(_in_order(body, line))
    going = [
        (i, call) for i, one in enumerate(statements) for call in method_calls(one, "backward")
    ]
    if len(going) != 1:
        raise UnusualLoop(_several(going) if going else "a backward() that a library calls")
    at, backward = going[0]
    behind, when, each = statements[at + 1 :], None, list[ast.stmt]()
    within = _stepped_behind(room, rounds) if by is None else None
    if within is not None:
        around = _beside(room, rounds)
        place = around.index(within)
        statements, at = [*around[:place], *statements], at + place
        each, behind = behind, around[place + 1 :]
    known = known_after(statements[:at])
    stepping = next((i for i, one in enumerate(behind) if any(_steps(one))), 0)
    if behind and isinstance(each_of := behind[stepping], ast.For) and any(_steps(each_of)):
        _refuse_more(each_of)
    if behind and isinstance(rare := behind[stepping], ast.If) and any(_steps(rare)):
        nested = any(any(_steps(one)) for one in rare.body if isinstance(one, ast.If | Round))
        if nested or rare.orelse or within is not None:
            raise UnusualLoop(ast.unparse(rare).partition("\n")[0])
        when, each = rare.test, behind[:stepping]
        behind = [*rare.body, *behind[stepping + 1 :]]
    steps = [(i, step) for i, one in enumerate(behind) for step in _steps(one)]
    if by is not None and any(map(_is_clearing, statements)) < _is_clearing(tree):
        raise UnusualLoop("gradients that are cleared outside of the closure")
    if not steps and by is None and any(_steps(tree)):
        raise UnusualLoop("backward() and step() do not follow each other")
    lost, scaled = _lost(backward, known)
    before = _up_to(room, rounds[0]) if rounds else []
    lost, ahead = drawn_ahead(substituted(lost, known), before, every if rounds else [])
    return Update(
        lost=lost,
        scaled=scaled,
        scaler=_scaler(backward),
        varying=frozenset(name for one in rounds for name in bound(one)),
        ahead=ahead,
        between=tuple(behind[: steps[0][0]] if steps else ()),
        behind=tuple(behind[steps[0][0] + 1 :] if steps else ()),
        optimizers=tuple(one for _, one in steps) if by is None else (by,),
        by_closure=by is not None,
        after=() if steps or by is not None else tuple(behind),
        clears=_clears(
            [*statements, *(behind if within is not None else ())],
            rounds[: -1 if within is None else -2],
            tree,
            when,
        ),
        line=line,
        when=when,
        within=within,
        around=frozenset(name for one in rounds[:-1] for name in _given_around(one, rounds[-1])),
        each=tuple(each if by is None else behind),
        clears_each=any(_is_clearing(s) for s in every if not isinstance(s, ast.If)),
    )


def _refuse_more(loop: ast.For) -> None:
    """Raises UnusualLoop for a loop that does more than to call the step of each of several."""
    for one in loop.body:
        match one:
            case ast.Expr(ast.Call(func=ast.Attribute(value=owner, attr="step" | "zero_grad"))):
                if ast.unparse(owner) == ast.unparse(loop.target):
                    continue
        raise UnusualLoop(f"{ast.unparse(one)} in for {ast.unparse(loop.target)} in ...")


def _several(going: list[tuple[int, ast.Call]]) -> str:
    lines = " and ".join(str(one) for one in sorted({call.lineno for _, call in going}))
    told = f"{len(going)} calls of backward() in one round, in line {lines}"
    own = "; models with losses of their own, as those of a GAN, are not taken as one training"
    return told + (own if len({ast.unparse(call) for _, call in going}) > 1 else "")


def other_backwards(source: str, line: int) -> list[int]:
    """Lines of the calls of `backward()` that may run after the one in this line."""
    tree = ast.parse(source)
    lines = {one.lineno for one in method_calls(tree, "backward")} - {line}
    return sorted(one for one in lines if one > line or room_of(tree, one) is not tree)


def function_at(source: str, line: int) -> str:
    """The text of the function around a line, or of the file."""
    return ast.unparse(room_of(ast.parse(source), line))


def given_before(source: str, line: int, name: str) -> ast.expr | None:
    """What a name was given last before a line within its function, by `=` or by `with ... as`."""
    found = None
    for node in ast.walk(room_of(ast.parse(source), line)):
        if isinstance(node, ast.Assign | ast.withitem):
            targets = node.targets if isinstance(node, ast.Assign) else [node.optional_vars]
            value = node.value if isinstance(node, ast.Assign) else node.context_expr
            named = any(isinstance(one, ast.Name) and one.id == name for one in targets)
            if named and value.lineno < line and (found is None or value.lineno > found.lineno):
                found = value
    return found


def binds(source: str, name: str) -> bool:
    """Whether a file defines this name, by whatever statement."""
    return name in {one for node in ast.parse(source).body for one in bound(node)}


def defined(source: str) -> list[str]:
    """The functions of a file."""
    return [node.name for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)]


def heads(one: Round) -> set[str]:
    """The names of a loop's head."""
    target = getattr(one, "target", None)
    nodes = ast.walk(target) if target is not None else ()
    return {node.id for node in nodes if isinstance(node, ast.Name)}


def covers(node: ast.AST, line: int) -> bool:
    """Whether a line is one of its own."""
    first, last = getattr(node, "lineno", 0), getattr(node, "end_lineno", 0)
    return first <= line <= (last or 0)


def room_of(tree: ast.Module, line: int) -> Room:
    """The innermost function around a line, or the file."""
    functions = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and covers(node, line)
    ]
    return max(functions, key=lambda one: one.lineno, default=tree)


def _around(room: Room, line: int) -> Iterator[ast.stmt]:
    """The statements around a line, from the outside."""
    inside: Sequence[ast.stmt] = room.body
    while inside:
        here = next((one for one in inside if covers(one, line)), None)
        if here is None:
            return
        yield here
        inside = [one for one in ast.iter_child_nodes(here) if isinstance(one, ast.stmt)]
        inside = [*inside, *(s for h in getattr(here, "handlers", ()) for s in h.body)]


def _in_order(body: Sequence[ast.stmt], line: int) -> Iterator[ast.stmt]:
    """Statements as they run in the round that passes this line."""
    for one in body:
        if isinstance(one, ast.With | ast.AsyncWith):
            yield from _in_order(one.body, line)
        elif isinstance(one, ast.If | ast.Try) and covers(one, line):
            branches = [one.body, one.orelse, getattr(one, "finalbody", [])]
            for branch in branches:
                if isinstance(one, ast.Try) or any(covers(s, line) for s in branch):
                    yield from _in_order(branch, line)
        elif isinstance(one, ast.Try) and _renews(one):
            yield from _in_order(one.body, line)
        else:
            yield one


def _renews(one: ast.Try) -> bool:
    """Whether it is about an iterator that has come to its end."""
    caught = [handler.type for handler in one.handlers if handler.type is not None]
    return [ast.unparse(kind) for kind in caught] == ["StopIteration"] and not one.orelse


def _beside(room: Room, rounds: Sequence[Round]) -> list[ast.stmt]:
    """The statements around the innermost loop, as they run, with it among them."""
    return list(_in_order(rounds[-2].body if len(rounds) > 1 else room.body, rounds[-1].lineno))


def _stepped_behind(room: Room, rounds: Sequence[Round]) -> Round | None:
    """The innermost loop, where the optimizer steps behind it and not in it."""
    if not rounds or any(_steps(rounds[-1])):
        return None
    around = _beside(room, rounds)
    steps = any(any(_steps(one)) for one in around[around.index(rounds[-1]) + 1 :])
    return rounds[-1] if steps else None


def _given_around(one: Round, inner: Round) -> Iterator[str]:
    """What a loop gives values, outside of another one in it."""
    own = set(map(id, ast.walk(inner)))
    for node in ast.walk(one):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and id(node) not in own:
            yield node.id


def _up_to(room: Room, one: ast.stmt) -> list[ast.stmt]:
    """The statements of a function before this one."""
    return [s for s in room.body if s.lineno < one.lineno]


def method_calls(node: ast.AST, method: str) -> list[ast.Call]:
    """The calls of a method in it, whatever it is of."""
    return [
        one
        for one in ast.walk(node)
        if isinstance(one, ast.Call)
        and isinstance(one.func, ast.Attribute)
        and one.func.attr == method
    ]


def _steps(node: ast.AST) -> Iterator[ast.expr]:
    """The optimizers that step in it, themselves or by a scaler of gradients."""
    for call, owner in owners(node, "step"):
        if not _OTHERS.search(ast.unparse(owner)):
            yield call.args[0] if call.args else owner


def owners(node: ast.AST, method: str) -> Iterator[tuple[ast.Call, ast.expr]]:
    """The calls of a method in it, and whose it is: in a loop over several what that goes over."""
    over = {ast.unparse(one.target): one.iter for one in ast.walk(node) if isinstance(one, ast.For)}
    for call in method_calls(node, method):
        assert isinstance(call.func, ast.Attribute)
        yield call, over.get(ast.unparse(call.func.value), call.func.value)


def _clears(
    statements: Sequence[ast.stmt],
    around: Sequence[Round],
    tree: ast.Module,
    when: ast.expr | None,
) -> bool:
    """Whether gradients are cleared in each round, or in those with an update; raises UnusualLoop
    where in some others."""
    clearing = [one for one in statements if _is_clearing(one)]
    for one in clearing:
        if not isinstance(one, ast.If) or one.test is when:
            return True
    if clearing:
        raise UnusualLoop(ast.unparse(clearing[0]).partition("\n")[0])
    if any(map(_is_clearing, around)):
        raise UnusualLoop("gradients that are cleared only in an outer loop")
    wrappers = [one for one in ast.walk(tree) if getattr(one, "name", "") == "zero_grad"]
    inside = {id(node) for one in wrappers for node in ast.walk(one)}
    return any(
        _is_clearing(one)
        for one in ast.walk(tree)
        if isinstance(one, ast.Attribute) and id(one) not in inside
    )


def _is_clearing(node: ast.AST) -> bool:
    """Whether it holds `zero_grad()`, `p.grad = None` or `p.grad.zero_()`."""
    for one in ast.walk(node):
        if isinstance(one, ast.Attribute):
            given = one.attr == "grad" and isinstance(one.ctx, ast.Store)
            zeroed = one.attr == "zero_" and ".grad" in ast.unparse(one.value)
            if given or zeroed or one.attr == "zero_grad":
                return True
    return False


def _scaler(backward: ast.Call) -> ast.expr | None:
    """Of `scaler.scale(loss).backward()`."""
    match backward.func:
        case ast.Attribute(value=ast.Call(func=ast.Attribute(value=owner, attr="scale"))):
            return owner
    return None


def _lost(backward: ast.Call, known: Known) -> tuple[ast.expr, bool]:
    """What goes backward: `loss.backward()`; `accelerator.backward(loss)` or scaled by a
    GradScaler, which the second says."""
    assert isinstance(backward.func, ast.Attribute)
    lost = backward.func.value
    if backward.args and not isinstance(lost, ast.Call) and ast.unparse(lost) not in known:
        return backward.args[0], True
    if backward.args or any(one.arg == "gradient" for one in backward.keywords):
        raise UnusualLoop(ast.unparse(backward))
    if isinstance(lost, ast.Call) and ast.unparse(lost.func).endswith(".scale") and lost.args:
        return lost.args[0], True
    return lost, False
