"""A loss that functions of a script compute, as `model.training_step(batch)`, by their lines."""

import ast
import builtins
import copy
from collections.abc import Mapping
from typing import Any

from .functions import Function, functions_in
from .known import UnusualLoop, known_after, substituted
from .update import called, noted

_DEEPEST = 4  # functions within functions
_OWN = "_inside_"


def inlined(
    lost: ast.expr, names: Mapping[str, Any], trained: frozenset[int] = frozenset()
) -> tuple[ast.expr, dict[str, Any]]:
    """What goes backward with a model's call in it, where functions that it calls have that, or a
    tensor that is trained by itself; and names that these know by themselves. Unchanged where their
    lines are no one expression."""
    more: dict[str, Any] = {}
    whole = copy.deepcopy(lost)
    for _ in range(_DEEPEST):
        known = {**names, **more}
        models = [
            one for one in ast.walk(whole) if isinstance(one, ast.Call) and called(one, known)
        ]
        found = [one for one in functions_in(whole, known) if one.call not in models]
        found = [one for one in found if not models or _is_of_model(one)]
        written = {id(one.call): _written(one, known, more) for one in found}
        if models and not any(written.values()):
            return ast.fix_missing_locations(whole), more
        if not any(written.values()):
            break
        whole = _Replacing(written).visit(whole)
    read = [one for one in ast.walk(whole) if isinstance(one, ast.Name | ast.Attribute)]
    if any(id(noted(one, {**names, **more})) in trained for one in read):
        return ast.fix_missing_locations(whole), more
    return lost, {}


def _is_of_model(function: Function) -> bool:
    """Whether it is a method of what has parameters."""
    from torch import nn

    return isinstance(function.names.get("self"), nn.Module)


class _Replacing(ast.NodeTransformer):
    """Calls by what they give, and parts of what is put together by these."""

    def __init__(self, written: Mapping[int, ast.expr | None]) -> None:
        self.written = written

    def visit_Call(self, one: ast.Call) -> ast.AST:
        return self.written.get(id(one)) or self.generic_visit(one)

    def visit_Subscript(self, one: ast.Subscript) -> ast.AST:
        self.generic_visit(one)
        match one.value, one.slice:
            case ast.Tuple(elts), ast.Constant(int(at)) if at < len(elts):
                return elts[at]
            case ast.Dict(keys, values), ast.Constant(key):
                for name, value in zip(keys, values, strict=True):
                    if isinstance(name, ast.Constant) and name.value == key:
                        return value
        return one


def _written(function: Function, names: Mapping[str, Any], more: dict[str, Any]) -> ast.expr | None:
    """What a call gives as one expression among the caller's names; None where it is none."""
    code = function.tree.body[0]
    if not isinstance(code, ast.FunctionDef) or not isinstance(code.body[-1], ast.Return):
        return None
    given = _given(function.call, code)
    ends = [one for one in ast.walk(code) if isinstance(one, ast.Return | ast.Yield)]
    if given is None or len(ends) > 1 or code.body[-1].value is None:
        return None
    try:
        value = substituted(code.body[-1].value, known_after(code.body[:-1]))
    except UnusualLoop:
        return None
    stored = {ast.unparse(one) for one in ast.walk(code) if _is_stored(one)}
    for one in ast.walk(value):
        if isinstance(one, ast.Attribute | ast.Subscript) and ast.unparse(one) in stored:
            return None  # such as a step that it counts
        if isinstance(one, ast.Name) and one.id not in given:
            if one.id not in function.names:
                if not hasattr(builtins, one.id) and isinstance(one.ctx, ast.Load):
                    return None
            elif names.get(one.id) is not function.names[one.id]:
                more[_OWN + one.id] = function.names[one.id]
                given[one.id] = ast.Name(_OWN + one.id, ast.Load())
    return substituted(value, given)


def _is_stored(node: ast.AST) -> bool:
    held = isinstance(node, ast.Attribute | ast.Subscript)
    return held and isinstance(node.ctx, ast.Store)  # type: ignore[attr-defined]


def _given(call: ast.Call, code: ast.FunctionDef) -> dict[str, ast.expr | str] | None:
    """What its names are given; None where that is not seen."""
    takes = [one.arg for one in (*code.args.posonlyargs, *code.args.args)]
    args = list(call.args)
    if takes[:1] == ["self"] and isinstance(call.func, ast.Attribute):
        args.insert(0, call.func.value)
    last = zip(takes[::-1], code.args.defaults[::-1], strict=False)
    defaults = {name: one for name, one in last if isinstance(one, ast.Constant)}
    named = {one.arg: one.value for one in call.keywords if one.arg is not None}
    given = {**defaults, **dict(zip(takes, args, strict=False)), **named}
    starred = any(isinstance(one, ast.Starred) for one in args) or len(named) < len(call.keywords)
    plain = not (code.args.vararg or code.args.kwarg or code.args.kwonlyargs or starred)
    return {**copy.deepcopy(given)} if plain and set(given) == set(takes) else None
