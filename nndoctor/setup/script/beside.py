"""Statements that the loops around an update run beside it."""

import ast
import copy
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .changing import Loops
from .loop import Round, covers, room_of
from .stopped import Place
from .variables import HELD_OUT


@dataclass(frozen=True)
class Beside:
    """One of them, at a `place`; `mine`: it belongs to the round of the update itself."""

    statement: ast.stmt
    place: Place
    mine: bool


def beside(places: tuple[Place, ...], loops: Loops) -> Iterator[Beside]:
    """Those within the outermost of the loops, of all functions up to that of the update."""
    (innermost, near), (outermost, far) = loops[0], loops[-1]
    inside = places.index(near)
    for i, place in enumerate(places[: places.index(far) + 1]):
        room = room_of(ast.parse(place.text), place.line)
        body: Sequence[ast.stmt] = outermost.body if place is far else room.body
        own = i < inside or (place is far and outermost is innermost)
        yield from _along(body, place, own, innermost if place is near else None)


def called_again(places: tuple[Place, ...], loops: Loops) -> list[int]:
    """Lines that call a function around the update once more to train: behind the training, as for
    another stage, or in its loops with other rows."""
    far, lines = places.index(loops[-1][1]) if loops else 0, set[int]()
    within = [one for one in beside(places, loops) if not one.mine] if loops else []
    for i, (inner, outer) in enumerate(itertools.pairwise(places)):
        name = getattr(room_of(ast.parse(inner.text), inner.line), "name", "")
        room = room_of(ast.parse(outer.text), outer.line)
        behind: list[ast.AST] = [one.statement for one in within if one.place is outer]
        for part in behind if i < far else [room]:
            for one in ast.walk(part):
                if isinstance(one, ast.Call) and ast.unparse(one.func).rpartition(".")[2] == name:
                    later = i < far or one.lineno > outer.line
                    lines |= {one.lineno} if later and not _only_looks(one) else set()
    return sorted(lines)


def _only_looks(call: ast.Call) -> bool:
    """Whether it is given held-out rows, or no optimizer."""
    given = [*call.args, *(one.value for one in call.keywords)]
    without = [one for one in given if isinstance(one, ast.Constant) and one.value in (None, False)]
    return bool(without) or any(HELD_OUT.search(ast.unparse(one)) for one in given)


def _along(
    body: Sequence[ast.stmt], place: Place, mine: bool, innermost: Round | None
) -> Iterator[Beside]:
    for one in body:
        if not covers(one, place.line):
            yield Beside(_going_on(one), place, mine)
            continue
        here = mine or (innermost is not None and one.lineno == innermost.lineno)
        if isinstance(one, ast.If):
            branches = [b for b in (one.body, one.orelse) if any(covers(s, place.line) for s in b)]
        elif isinstance(one, ast.Try):
            branches = [one.body, one.orelse, one.finalbody]
        elif isinstance(one, ast.For | ast.While | ast.With | ast.AsyncWith):
            branches = [one.body]
        else:
            branches = []
        for branch in branches:
            yield from _along(branch, place, here, innermost)


def _going_on(statement: ast.stmt) -> ast.stmt:
    """Without branches behind which the loop ends, as those of early stopping."""

    class Without(ast.NodeTransformer):
        def visit_If(self, one: ast.If) -> ast.AST:
            if isinstance(one.body[-1], ast.Break | ast.Return):
                one.body = [ast.Pass()]
            return self.generic_visit(one)

        def generic_visit(self, one: ast.AST) -> ast.AST:  # a loop within ends itself alone
            return one if isinstance(one, ast.For | ast.While) else super().generic_visit(one)

    kept: ast.stmt = Without().visit(copy.deepcopy(statement))
    return ast.fix_missing_locations(kept)


def called_at(outer: Place, inner: Place) -> dict[str, ast.expr]:
    """What the function of `inner` is given by its caller, by its own names."""
    room = room_of(ast.parse(inner.text), inner.line)
    if not isinstance(room, ast.FunctionDef):
        return {}
    takes = [one.arg for one in (*room.args.posonlyargs, *room.args.args) if one.arg != "self"]
    for one in ast.walk(ast.parse(outer.text)):
        called = ast.unparse(one.func) if isinstance(one, ast.Call) else ""
        if covers(one, outer.line) and called.rpartition(".")[2] == room.name:
            assert isinstance(one, ast.Call)
            given = dict(zip(takes, one.args, strict=False))
            return given | {k.arg: k.value for k in one.keywords if k.arg is not None}
    return {}
