"""Whether functions of a script leave something behind, as a file."""

import ast
import re
from collections.abc import Iterator, Mapping
from typing import Any

from .source import tree_of
from .update import noted

_WRITES = re.compile(
    r"(^|\.)(save\w*|open|write\w*|dump|to_csv|log|add_(scalar|image)\w*|backward)$"
)
_LOGARITHMS = ("torch.log", "np.log", "numpy.log", "math.log")
_LIBRARIES = ("torch", "numpy", "sklearn", "torchmetrics", "tqdm")


def writing_in(node: ast.AST, names: Mapping[str, Any], seen: set[int]) -> Iterator[str]:
    """Calls in it that may write, also by functions of the user's that it calls."""
    for one in ast.walk(node):
        if not isinstance(one, ast.Call):
            continue
        text = ast.unparse(one.func)
        if _WRITES.search(text) and text not in _LOGARITHMS:
            yield text
        function = noted(one.func, names)
        code = getattr(getattr(function, "__func__", function), "__code__", None)
        if code is None or id(code) in seen or _is_library(function):
            continue
        seen.add(id(code))
        if (tree := tree_of(function)) is None:
            continue
        known = {**getattr(function, "__globals__", {})}
        if (owner := getattr(function, "__self__", None)) is not None:
            known["self"] = owner
        yield from writing_in(tree, known, seen)


def _is_library(function: Any) -> bool:
    return str(getattr(function, "__module__", "")).partition(".")[0] in _LIBRARIES
