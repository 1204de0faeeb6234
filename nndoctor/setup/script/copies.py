"""What a user can change in a copy of a script that can't be examined as it is."""

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from .alike import differ
from .fed import UNMIXED
from .update import called, terms_of, value_if_known


def with_one_target(
    lost: ast.expr,
    names: Mapping[str, Any],
    of_batch: Callable[[ast.AST], bool],
    targets: Iterable[str],
) -> str:
    """For a loss of several targets, by their texts: one of its terms that has one of them."""
    if any(_mixing(lost, names, of_batch)):
        return UNMIXED
    for term in terms_of(lost):
        call = next((one for one in _outermost(term) if _calls_model(one, names)), None)
        if call is not None and sum(_mentions(call, one) for one in targets) == 1:
            return f"a copy of the file with one of its terms can be examined: {ast.unparse(call)}"
    return ""


def _outermost(term: ast.expr) -> Iterator[ast.Call]:
    """Of `0.5 * mse(out, y)` the call."""
    match term:
        case ast.Call():
            yield term
        case ast.BinOp(left, ast.Mult() | ast.Div(), right):
            yield from _outermost(left)
            yield from _outermost(right)


def _calls_model(node: ast.AST, names: Mapping[str, Any]) -> bool:
    return any(isinstance(one, ast.Call) and called(one, names) for one in ast.walk(node))


def _mentions(node: ast.AST, text: str) -> bool:
    return any(isinstance(one, ast.expr) and ast.unparse(one) == text for one in ast.walk(node))


def _mixing(
    lost: ast.expr, names: Mapping[str, Any], of_batch: Callable[[ast.AST], bool]
) -> Iterator[ast.Call]:
    """What is drawn for a batch, and stands in a model's inputs and beside them."""
    models = [one for one in ast.walk(lost) if isinstance(one, ast.Call) and called(one, names)]
    inside = {id(part) for one in models for part in ast.walk(one)}
    within, beside = _drawn(lost, inside), _drawn(lost, inside, beside=True)
    for text in within.keys() & beside.keys():
        one = within[text]
        values = [value_if_known(one, names) for _ in range(2)]
        if of_batch(one) and differ(*values):
            yield one


def _drawn(lost: ast.expr, inside: set[int], beside: bool = False) -> dict[str, ast.Call]:
    calls = (one for one in ast.walk(lost) if isinstance(one, ast.Call))
    return {ast.unparse(one): one for one in calls if (id(one) not in inside) == beside}
