"""Names by which a loop counts its rounds."""

import ast
import copy
from collections.abc import Iterator, Mapping
from typing import Any

from .known import names_in
from .loop import Round
from .update import noted, value_of

_MOST = 1_000_000  # rounds that are counted through


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


def rounds_until_end(loop: ast.While, names: Mapping[str, Any], line: int) -> int | None:
    """How often a `while` goes round that ends by what it counts, as `step < 100` does, or by
    `if step == 100: break`; None for one that something else ends. `line`: where it is in its first
    round."""
    loop, names = _with_names(loop, names)
    by = {name: (one.lineno, step) for one, name, step in raised(loop) if name in names}
    changing = names_in(loop)
    changing = {one for one in changing if _is_given(loop, one)} - by.keys()
    ends = [(loop.test, loop.lineno, False)]
    ends += [(one.test, one.lineno, True) for one in loop.body if _breaks(one)]  # type: ignore[attr-defined]
    tests = []
    for test, at, when in ends:
        used = names_in(test)
        if used & by.keys() and not used & changing:
            code = compile(ast.Expression(test), "loop", "eval")
            counted = {n: (names[n] - k * (here < line) + k * (here < at), k)
                       for n, (here, k) in by.items()}  # fmt: skip
            tests.append((code, at, when, counted))
    for done in range(_MOST if tests else 0):
        for code, at, when, counted in tests:
            now = {name: first + step * done for name, (first, step) in counted.items()}
            try:
                ended = bool(eval(code, {**names, **now})) is when  # the user's own
            except Exception:  # of names of another moment
                return None
            if ended:
                return done + (when and at > line)
    return None


def _with_names(loop: ast.While, names: Mapping[str, Any]) -> tuple[ast.While, Mapping[str, Any]]:
    """The loop with names in place of attributes that it raises, as `self.epoch += 1` does."""
    raises = (one.target for one in loop.body if isinstance(one, ast.AugAssign))
    held = {ast.unparse(one): one for one in raises if isinstance(one, ast.Attribute)}
    own = {text: f"_counted_{i}" for i, text in enumerate(held)}

    class Naming(ast.NodeTransformer):
        def visit_Attribute(self, one: ast.Attribute) -> ast.AST:
            if name := own.get(ast.unparse(one)):
                return ast.copy_location(ast.Name(name, one.ctx), one)
            return self.generic_visit(one)

    known = {own[text]: noted(one, names) for text, one in held.items()}
    return Naming().visit(copy.deepcopy(loop)) if own else loop, {**names, **known}


def _breaks(one: ast.stmt) -> bool:
    return isinstance(one, ast.If) and any(isinstance(s, ast.Break) for s in one.body)


def _is_given(loop: Round, name: str) -> bool:
    nodes = (one for one in ast.walk(loop) if isinstance(one, ast.Name) and one.id == name)
    return any(isinstance(one.ctx, ast.Store) for one in nodes)


def raised(loop: Round) -> Iterator[tuple[ast.stmt, str, int]]:
    """The statements of its body that raise a name by a number, as `step += 1` does, of names that
    nothing else in the loop gives a value."""
    stores = [one for one in ast.walk(loop) if isinstance(one, ast.Name)]
    given = [one.id for one in stores if isinstance(one.ctx, ast.Store)]
    for one in loop.body:
        match one:
            case ast.AugAssign(ast.Name(name), ast.Add(), ast.Constant(int(by))):
                pass
            case ast.Assign([ast.Name(name)], ast.BinOp(ast.Name(other), ast.Add(),
                            ast.Constant(int(by)))) if other == name:  # fmt: skip
                pass
            case _:
                continue
        if given.count(name) == 1:
            yield one, name, by
