"""Names by which a loop counts its rounds."""

import ast
from collections.abc import Iterator, Mapping
from typing import Any

from .loop import Round
from .update import value_of


def in_head(loop: Round, names: Mapping[str, Any], rounds: int) -> Iterator[tuple[str, Any]]:
    """What `range` or `enumerate` in its head gives, so many rounds on."""
    if isinstance(loop, ast.While):
        return
    for call in ast.walk(loop.iter):
        function = ast.unparse(call.func) if isinstance(call, ast.Call) else ""
        target, by = loop.target, 1
        if function == "enumerate" and isinstance(target, ast.Tuple):
            target = target.elts[0]
        elif isinstance(call, ast.Call) and function.endswith("range"):
            by = value_of(call.args[2], names) if len(call.args) > 2 else 1
        else:
            continue
        if isinstance(target, ast.Name) and target.id in names:
            yield target.id, names[target.id] + by * rounds


def raised(loop: Round) -> Iterator[tuple[ast.AugAssign, str, int]]:
    """The statements of its body that raise a name by a number, as `step += 1` does, of names that
    nothing else in the loop gives a value."""
    stores = [one for one in ast.walk(loop) if isinstance(one, ast.Name)]
    given = [one.id for one in stores if isinstance(one.ctx, ast.Store)]
    for one in loop.body:
        match one:
            case ast.AugAssign(ast.Name(name), ast.Add(), ast.Constant(int(by))):
                if given.count(name) == 1:
                    yield one, name, by
