"""What the statements of a loop give its names."""

import ast
import copy
from collections.abc import Iterable, Iterator, Mapping

_MOVED = {"to", "cuda", "cpu"}  # a tensor keeps its numbers
Known = dict[str, ast.expr | str]  # text: why it can't be said in one expression


class UnusualLoop(Exception):
    """Code of a loop whose meaning could not be read; `hint`: what can be done, where that is
    another thing than to write a set-up."""

    def __init__(self, code: str, hint: str = "") -> None:
        super().__init__(code)
        self.hint = hint


def known_after(statements: Iterable[ast.stmt]) -> Known:
    """What names stand for behind these statements."""
    known: Known = {}
    for one in statements:
        known |= _known_by(one, known)
    return known


def drawn_ahead(
    lost: ast.expr, before: Iterable[ast.stmt], loop: Iterable[ast.stmt]
) -> tuple[ast.expr, frozenset[str]]:
    """With names of a batch that a loop draws at the end of each round for the next, and once
    `before` it, replaced by what is drawn; and the other names that the loop gives a value behind
    their use."""
    first, last = _as_written(before), _as_written(loop)
    drawn: Known = {}
    for name, value in last.items():
        match value:
            case ast.Subscript(ast.Call(), ast.Constant()):
                given = first.get(name)
                if isinstance(given, ast.expr) and ast.unparse(given) == ast.unparse(value):
                    drawn[name] = value
    others = {n for n, value in last.items() if isinstance(value, str) or n not in names_in(value)}
    return substituted(lost, drawn), frozenset(names_in(lost) & others - drawn.keys())


def names_in(node: ast.AST) -> set[str]:
    """All of them."""
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}


def _as_written(statements: Iterable[ast.stmt]) -> Known:
    """What names are given last, of names that they may share."""
    given: Known = {}
    for one in statements:
        given |= _set(one, {})
    return given


def _known_by(statement: ast.stmt, known: Known) -> Known:
    """Names that a statement gives something: what that is, or why it can't be said."""
    line = ast.unparse(statement).partition("\n")[0]
    return _set(statement, known) | {name: f"{name} of {line}" for name in altered(statement)}


def substituted(node: ast.expr, known: Known) -> ast.expr:
    """The expression with names replaced by what is known of them; raises UnusualLoop for a name
    that was given something under a condition or in a loop of its own."""

    class Replacing(ast.NodeTransformer):
        def visit_Name(self, name: ast.Name) -> ast.expr:
            if name.id not in known:
                return name
            value = known[name.id]
            if isinstance(value, str):
                raise UnusualLoop(value)
            return copy.deepcopy(value)

    replaced: ast.expr = Replacing().visit(copy.deepcopy(node))
    return ast.fix_missing_locations(replaced)


def with_name(node: ast.expr, text: str, name: str) -> ast.expr:
    """The expression with a name in place of each call that reads as this text."""
    return named_by(node, {text: ast.Name(name, ast.Load())})


def named_by(node: ast.expr, by_text: Mapping[str, ast.expr]) -> ast.expr:
    """The expression with others in place of the outermost pieces that read as these texts."""

    class Naming(ast.NodeTransformer):
        def visit(self, one: ast.AST) -> ast.AST:
            read = isinstance(one, ast.expr) and not isinstance(
                getattr(one, "ctx", None), ast.Store
            )
            if read and (new := by_text.get(ast.unparse(one))) is not None:
                return copy.deepcopy(new)
            replaced: ast.AST = self.generic_visit(one)
            return replaced

    named = Naming().visit(copy.deepcopy(node))
    assert isinstance(named, ast.expr)
    return ast.fix_missing_locations(named)


def _set(statement: ast.stmt, known: Known) -> Known:
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        return _given(statement.targets[0], statement.value, known)
    if isinstance(statement, ast.AnnAssign) and statement.value is not None:
        return _given(statement.target, statement.value, known)
    if isinstance(statement, ast.AugAssign) and isinstance(statement.target, ast.Name):
        name = ast.Name(statement.target.id, ast.Load())
        return _given(statement.target, ast.BinOp(name, statement.op, statement.value), known)
    if _only_moves(statement):
        return {}
    line = ast.unparse(statement).partition("\n")[0]
    return {name: f"{name} of {line}" for name in bound(statement)}


def altered(statement: ast.stmt) -> Iterator[str]:
    """Names whose objects it changes: `losses.append(loss)`, `x.mul_(2)`, `x[0] = 1`."""
    for one in ast.walk(statement):
        match one:
            case ast.Assign(targets=[ast.Subscript()], value=value) if _unmoved(value) is not value:
                pass  # batch[key] = batch[key].to(device)
            case (
                ast.Assign(targets=[ast.Subscript(value=ast.Name(id=name))])
                | ast.AugAssign(target=ast.Subscript(value=ast.Name(id=name)))
            ):
                yield name
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=method)):
                in_place = method.endswith("_") and method != "requires_grad_"
                if in_place or method in ("append", "extend", "insert"):
                    yield name


def _given(target: ast.expr, value: ast.expr, known: Known) -> Known:
    if isinstance(target, ast.Name):
        try:
            return {target.id: substituted(value, known)}
        except UnusualLoop as error:
            return {target.id: str(error)}
    if not isinstance(target, ast.Tuple | ast.List):  # x[:, 0] = 0
        changed = f"{ast.unparse(target)} = {ast.unparse(value)}"
        return {one.id: changed for one in ast.walk(target) if isinstance(one, ast.Name)}
    if isinstance(value, ast.Tuple) and len(value.elts) == len(target.elts):
        parts = value.elts
    else:
        at = range(len(target.elts))
        parts = [ast.Subscript(value, ast.Constant(i), ast.Load()) for i in at]
    found: Known = {}
    for one, part in zip(target.elts, parts, strict=True):
        found |= _given(one, part, known)
    return found


def _only_moves(statement: ast.stmt) -> bool:
    """`if cuda: x, y = x.cuda(), y.cuda()`."""
    assigned = [one for one in ast.walk(statement) if isinstance(one, ast.Assign)]
    by_them = [name for one in assigned for name in bound(one)]
    others = len(by_them) < len(list(bound(statement)))  # such as loss += ...
    return isinstance(statement, ast.If) and not others and all(map(moves, assigned))


def moves(statement: ast.Assign) -> bool:
    """`x = x.to(device)`."""
    given = _given(statement.targets[0], statement.value, {})
    return all(
        isinstance(value, ast.expr) and ast.unparse(_unmoved(value)) == name
        for name, value in given.items()
    )


def _unmoved(value: ast.expr) -> ast.expr:
    while (
        isinstance(value, ast.Call)
        and isinstance(value.func, ast.Attribute)
        and value.func.attr in _MOVED
    ):
        value = value.func.value
    return value


def bound(statement: ast.stmt) -> Iterator[str]:
    """Names that a statement gives something."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield statement.name
        return
    if isinstance(statement, ast.Import | ast.ImportFrom):
        yield from ((one.asname or one.name).partition(".")[0] for one in statement.names)
        return
    for node in ast.walk(statement):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
