"""Whether functions of a script leave something behind, as a file."""

import ast
import re
from collections.abc import Iterator, Mapping
from typing import Any

from .functions import functions_in

_WRITES = re.compile(
    r"(^|\.)(save\w*|open|write\w*|dump|to_csv|log|add_(scalar|image)\w*|backward)$"
)
_LOGARITHMS = ("torch.log", "np.log", "numpy.log", "math.log")


def writing_in(node: ast.AST, names: Mapping[str, Any], seen: set[int]) -> Iterator[str]:
    """Calls in it that may write, also by functions of the user's that it calls."""
    for one in ast.walk(node):
        if not isinstance(one, ast.Call):
            continue
        text = ast.unparse(one.func)
        if _WRITES.search(text) and text not in _LOGARITHMS:
            yield text
    for function in functions_in(node, names):
        if id(function.code) not in seen:
            seen.add(id(function.code))
            yield from writing_in(function.tree, function.names, seen)
