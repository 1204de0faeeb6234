"""Where `step()` is called around a line: in which of the loops, and under which conditions."""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .loop import Round, covers, method_calls, room_of


@dataclass(frozen=True)
class Stepping:
    """A call of `step()` in the function around a line.

    `depth`: how many of the line's loops are around the call, too; `aside`: it stands in a loop
    that is not around the line. `tests`: what has to be true for it to be reached.
    """

    call: ast.Call
    depth: int
    aside: bool
    tests: tuple[ast.expr, ...]

    @property
    def owner(self) -> ast.expr:
        """What steps."""
        assert isinstance(self.call.func, ast.Attribute)
        return self.call.func.value


def steppings_around(source: str, line: int) -> list[Stepping]:
    """Those of the function that a line stands in, or of the file."""
    return list(_within(room_of(ast.parse(source), line).body, line, 0, False, ()))


def all_steps(source: str) -> list[ast.Call]:
    """Every call of `step()` in a file."""
    return method_calls(ast.parse(source), "step")


def _within(
    body: Sequence[ast.stmt], line: int, depth: int, aside: bool, tests: tuple[ast.expr, ...]
) -> Iterator[Stepping]:
    for one in body:
        if isinstance(one, Round):
            around = covers(one, line)
            yield from _within(one.body, line, depth + around, aside or not around, tests)
            yield from _within(one.orelse, line, depth, aside, tests)
        elif isinstance(one, ast.If):
            against = ast.UnaryOp(ast.Not(), one.test)
            yield from _within(one.body, line, depth, aside, (*tests, one.test))
            yield from _within(one.orelse, line, depth, aside, (*tests, against))
        elif isinstance(one, ast.With | ast.AsyncWith):
            yield from _within(one.body, line, depth, aside, tests)
        elif isinstance(one, ast.Try):
            for part in (one.body, one.orelse, one.finalbody):
                yield from _within(part, line, depth, aside, tests)
        elif not isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            for call in method_calls(one, "step"):
                yield Stepping(call, depth, aside, tests)
