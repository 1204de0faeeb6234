"""Functions of the user's that a script's code calls."""

import ast
import inspect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .source import tree_of
from .update import noted

_LIBRARIES = ("torch", "numpy", "sklearn", "torchmetrics", "tqdm")


@dataclass(frozen=True)
class Function:
    """What a `call` runs: its `tree`, and the `names` that it knows by itself."""

    call: ast.Call
    code: Any
    tree: ast.Module
    names: Mapping[str, Any]


def functions_in(node: ast.AST, names: Mapping[str, Any]) -> Iterator[Function]:
    """Those whose text there is; `names`: what the calling code knows."""
    for one in ast.walk(node):
        given = noted(one.func, names) if isinstance(one, ast.Call) else None
        if str(getattr(given, "__module__", "")).partition(".")[0] in _LIBRARIES:
            continue
        function = inspect.unwrap(given) if callable(given) else None  # of @torch.no_grad()
        code = getattr(getattr(function, "__func__", function), "__code__", None)
        tree = None if code is None else tree_of(function)
        if tree is not None:
            assert isinstance(one, ast.Call)
            taken = {n.arg for n in ast.walk(tree) if isinstance(n, ast.arg)}
            globals_ = getattr(function, "__globals__", {})
            known = {name: value for name, value in globals_.items() if name not in taken}
            if (owner := getattr(given, "__self__", None)) is not None:
                known["self"] = owner
            yield Function(one, code, tree, known)
