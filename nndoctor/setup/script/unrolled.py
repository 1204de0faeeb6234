"""A comprehension whose items train, `[step(batch) for batch in loader]`, as a loop."""

import ast
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_FRAMES = ("<listcomp>", "<genexpr>", "<setcomp>", "<dictcomp>")
_KINDS = (ast.ListComp, ast.GeneratorExp, ast.SetComp, ast.DictComp)
_WHOLE = ("sum", "list", "tuple", "max", "min", "mean", "fmean")  # these go through all items
_SIMPLE = (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Expr, ast.Return)
_Comprehension = ast.ListComp | ast.GeneratorExp | ast.SetComp | ast.DictComp
Span = tuple[tuple[int, int], tuple[int, int]]  # lines from 1, columns in bytes


@dataclass(frozen=True)
class Unrolled:
    """A text with a loop in one `line` in place of a comprehension, all others where they were;
    `unread`: the comprehension, where it could not be written so."""

    text: str
    line: int
    unread: str = ""


def is_comprehension(frame: Any) -> bool:
    """Whether a frame is that of one, which is no function of the user's."""
    return frame.f_code.co_name in _FRAMES


def is_made_in(frame: Any, outer: Any) -> bool:
    """Whether a comprehension's frame is of a comprehension that stands in the other one's code."""
    return frame.f_code in outer.f_code.co_consts


def running(frame: Any) -> Span:
    """What of its text a frame runs."""
    at = itertools.islice(frame.f_code.co_positions(), frame.f_lasti // 2, None)
    first, last, start, end = next(at)
    line = frame.f_lineno
    return (first or line, start or 0), (last or line, end or 0)


def unrolled(source: str, span: Span) -> Unrolled:
    """The text with the comprehension of whose items this is a part as a loop; as it is where it is
    part of none."""
    line, tree = span[0][0], ast.parse(source)
    around = [one for one in ast.walk(tree) if isinstance(one, _KINDS) and _is_of_item(one, span)]
    if not around:
        return Unrolled(source, line)
    one = around[0]
    inside = [s for s in ast.walk(tree) if isinstance(s, _SIMPLE) and _holds(s, _span(one))]
    left = Unrolled(source, line, ast.unparse(one))
    if len(around) > 1 or not inside or not _is_plain(one, inside[-1]):
        return left
    written = _as_loop(one, inside[-1])
    text = _replaced(source, inside[-1], written)
    try:
        ast.parse(text)
    except SyntaxError:  # behind a `;`, or a `for ...:` in the same line
        return left
    return Unrolled(text, inside[-1].lineno)


def _is_plain(one: _Comprehension, statement: ast.stmt) -> bool:
    """One loop over all items, as it is where no items are skipped and all are asked for."""
    if len(one.generators) > 1 or one.generators[0].ifs or isinstance(one, ast.DictComp):
        return False
    return not isinstance(one, ast.GeneratorExp) or any(
        isinstance(call, ast.Call)
        and one in call.args
        and ast.unparse(call.func).rpartition(".")[2] in _WHOLE
        for call in ast.walk(statement)
    )


def _as_loop(one: _Comprehension, statement: ast.stmt) -> str:
    """`for b in loader: losses = [step(b)]`; what is returned is no end of the loop."""
    assert not isinstance(one, ast.DictComp)
    item = ast.List([one.elt], ast.Load())

    class Putting(ast.NodeTransformer):
        def visit(self, node: ast.AST) -> ast.AST:
            return item if node is one else self.generic_visit(node)

    body: ast.AST = (
        ast.Expr(item) if isinstance(statement, ast.Return) else Putting().visit(statement)
    )
    over = one.generators[0]
    return f"for {ast.unparse(over.target)} in {ast.unparse(over.iter)}: {ast.unparse(body)}"


def _replaced(source: str, statement: ast.stmt, written: str) -> str:
    """With as many lines as before."""
    (first, start), (last, end) = _span(statement)
    lines = source.encode().split(b"\n")
    before, behind = lines[first - 1][:start], lines[last - 1][end:]
    made = [before + written.encode() + behind, *[b""] * (last - first)]
    return b"\n".join([*lines[: first - 1], *made, *lines[last:]]).decode()


def _is_of_item(one: _Comprehension, span: Span) -> bool:
    parts: Iterator[ast.expr] = iter(
        [one.key, one.value] if isinstance(one, ast.DictComp) else [one.elt]
    )
    return any(_holds(part, span) for part in parts)


def _span(node: Any) -> Span:
    return (node.lineno, node.col_offset), (node.end_lineno, node.end_col_offset)


def _holds(node: ast.AST, span: Span) -> bool:
    first, last = _span(node)
    return first <= span[0] and span[1] <= last
