"""Functions of the user's that a script's code calls."""

import ast
import inspect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from .source import tree_of
from .update import noted, value_if_known

_LIBRARIES = ("torch", "numpy", "sklearn", "torchmetrics", "tqdm")
_MOST = 20  # objects that a loop calls a method of


@dataclass(frozen=True)
class Function:
    """What a `call` runs: its `tree`, the `names` that it knows by itself, and objects that it is
    `given` by the caller."""

    call: ast.Call
    code: Any
    tree: ast.Module
    names: Mapping[str, Any]
    given: Mapping[str, Any] = field(default_factory=dict)

    @property
    def known(self) -> dict[str, Any]:
        """All that it knows by name."""
        return {**self.names, **self.given}


Objects = Mapping[str, list[Any]]


def functions_in(
    node: ast.AST, names: Mapping[str, Any], around: Objects | None = None
) -> Iterator[Function]:
    """Those whose text there is; `names`: what the calling code knows, `around`: what loops around
    it go over."""
    over = {**(around or {})}
    for one in ast.walk(node):
        over |= dict(each_of(one, names, over))
    for one in ast.walk(node):
        for function in _called(one, names, over) if isinstance(one, ast.Call) else ():
            if (found := _read(one, function, names)) is not None:  # type: ignore[arg-type]
                yield found


def each_of(node: ast.AST, names: Mapping[str, Any], over: Objects) -> Iterator[tuple[str, Any]]:
    """What a loop goes over, as callbacks, by the name that it gives each; and what a name is given
    by `getattr`."""
    match node:
        case ast.For(target=ast.Name(name), iter=iterated):
            objects = _several(iterated, names)
            if isinstance(objects, list | tuple) and len(objects) <= _MOST:
                yield name, list(objects)
        case ast.Assign(
            targets=[ast.Name(name)], value=ast.Call(func=ast.Name("getattr")) as value
        ):
            yield name, _called(ast.Call(value, [], []), names, over)


def _several(node: ast.expr, names: Mapping[str, Any]) -> Any:
    """What has a name, or is one item of what has: `handlers[event]`, `handlers.get(event, [])`."""
    match node:
        case ast.Subscript(value=owner) | ast.Call(func=ast.Attribute(value=owner, attr="get")):
            if isinstance(noted(owner, names), dict):
                return value_if_known(node, names)
    return noted(node, names)


def _called(call: ast.Call, names: Mapping[str, Any], over: Objects) -> list[Any]:
    """What it may be that is called."""
    match call.func:
        case ast.Name(name) if name in over:
            return over[name]
        case ast.Attribute(value=ast.Name(owner), attr=attr) if owner in over:
            return [getattr(one, attr, None) for one in over[owner]]
        case ast.Call(func=ast.Name("getattr"), args=[owner, key, *_]):
            objects = over.get(ast.unparse(owner), [noted(owner, names)])
            asked = key.value if isinstance(key, ast.Constant) else noted(key, names)
            return [m for one in objects for n, m in _methods(one) if asked in (None, n)]
    return [noted(call.func, names)]


def _methods(one: Any) -> list[tuple[str, Any]]:
    """Of an object of the user's."""
    if one is None or type(one).__module__.partition(".")[0] in (*_LIBRARIES, "builtins"):
        return []
    found = inspect.getmembers(type(one), inspect.isfunction)
    return [(name, getattr(one, name)) for name, _ in found if not name.startswith("__")]


def _read(call: ast.Call, called: Any, names: Mapping[str, Any]) -> Function | None:
    """Its text and what it knows; None without any."""
    if str(getattr(called, "__module__", "")).partition(".")[0] in _LIBRARIES:
        return None
    function = inspect.unwrap(called) if callable(called) else None  # of @torch.no_grad()
    code = getattr(getattr(function, "__func__", function), "__code__", None)
    tree = None if code is None else tree_of(function)
    if tree is None:
        return None
    taken = {n.arg for n in ast.walk(tree) if isinstance(n, ast.arg)}
    globals_ = getattr(function, "__globals__", {})
    known = {name: value for name, value in globals_.items() if name not in taken}
    if (owner := getattr(called, "__self__", None)) is not None:
        known["self"] = owner
    return Function(call, code, tree, known, dict(_given(call, tree, names)))


def _given(call: ast.Call, tree: ast.Module, names: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Constants and objects that its arguments are."""
    code = tree.body[0]
    if not isinstance(code, ast.FunctionDef):
        return
    takes = [one.arg for one in (*code.args.posonlyargs, *code.args.args) if one.arg != "self"]
    by_name = {one.arg: one.value for one in call.keywords if one.arg is not None}
    for name, one in {**dict(zip(takes, call.args, strict=False)), **by_name}.items():
        value = one.value if isinstance(one, ast.Constant) else noted(one, names)
        if value is not None:
            yield name, value
