"""What the text of a training loop says: how long it trains, whether it clears gradients, what its
loss is, and whether it does anything with outputs and targets before that."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

_MOVED = {"to", "cuda", "cpu"}  # a tensor stays what it is


@dataclass(frozen=True)
class Loop:
    """Of the loop around the `backward()` of a file, as far as it could be read.

    `ends`: what its range over epochs is given. `loss`: what is called to get what goes backward.
    `unusual`: code that an update of a usual loop does not have, "" where there is none.
    """

    ends: tuple[ast.expr, ...] = ()
    clears: bool = True
    loss: ast.expr | None = None
    unusual: str = ""


def read_loop(source: str) -> Loop:
    """The loop of a Python file."""
    tree = ast.parse(source)
    backwards = _calls(tree, "backward")
    ends = next((found for one in ast.walk(tree) if (found := _ends(one))), ())
    if not backwards:
        return Loop(ends)
    # p.grad = None and p.grad.zero_() clear them as well
    clears = any(one.attr in ("zero_grad", "grad") for one in _attributes(tree))
    if len(backwards) > 1:
        return Loop(ends, clears, None, f"{len(backwards)} calls of backward()")
    backward = backwards[0]
    around = [one for one in ast.walk(tree) if isinstance(one, ast.For | ast.While)]
    body: ast.AST = next((one for one in around if backward in ast.walk(one)), tree)
    lost = _lost(backward, body)
    if not isinstance(lost, ast.Call) or len(lost.args) != 2 or lost.keywords:
        return Loop(ends, clears, None, ast.unparse(lost))
    outputs, targets = lost.args
    for part in (_unusual_outputs(outputs, body), _unusual_targets(targets, body)):
        if part is not None:
            return Loop(ends, clears, lost.func, ast.unparse(part))
    return Loop(ends, clears, lost.func)


def _attributes(tree: ast.AST) -> Iterator[ast.Attribute]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Attribute))


def _calls(tree: ast.AST, method: str) -> list[ast.Call]:
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == method
    ]


def _ends(node: ast.AST) -> tuple[ast.expr, ...]:
    """What `range` is given in `for epoch in range(...)`, tqdm or not."""
    if not isinstance(node, ast.For) or "epoch" not in ast.unparse(node.target).lower():
        return ()
    ranges = [
        one
        for one in ast.walk(node.iter)
        if isinstance(one, ast.Call) and ast.unparse(one.func).endswith("range")
    ]
    return tuple(ranges[0].args[:2]) if ranges else ()


def _lost(backward: ast.Call, body: ast.AST) -> ast.expr:
    """What goes backward: as it is computed, where it has a name."""
    assert isinstance(backward.func, ast.Attribute)
    lost = backward.func.value
    if isinstance(lost, ast.Call) and ast.unparse(lost.func).endswith(".scale") and lost.args:
        lost = lost.args[0]  # of a GradScaler
    made = list(_assigned(lost, body))
    return made[0] if len(made) == 1 else lost


def _assigned(name: ast.expr, body: ast.AST) -> Iterator[ast.expr]:
    """What a variable gets in the loop, but for moves to a device."""
    if not isinstance(name, ast.Name):
        return
    for node in ast.walk(body):
        if isinstance(node, ast.Assign):
            for target, value in _pairs(node.targets[0], node.value):
                moved = ast.unparse(_unmoved(value)) == name.id
                if isinstance(target, ast.Name) and target.id == name.id and not moved:
                    yield value
        elif isinstance(node, ast.AugAssign) and ast.unparse(node.target) == name.id:
            yield node.value


def _pairs(target: ast.expr, value: ast.expr) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Each variable with its value; those of an unpacked one have none that could be read."""
    if not isinstance(target, ast.Tuple):
        yield target, value
    elif isinstance(value, ast.Tuple) and len(value.elts) == len(target.elts):
        yield from zip(target.elts, value.elts, strict=True)


def _unmoved(value: ast.expr) -> ast.expr:
    while (
        isinstance(value, ast.Call)
        and isinstance(value.func, ast.Attribute)
        and value.func.attr in _MOVED
    ):
        value = value.func.value
    return value


def _unusual_outputs(outputs: ast.expr, body: ast.AST) -> ast.expr | None:
    """None where they are what a model makes of the batch as it comes."""
    made = list(_assigned(outputs, body)) or [outputs]
    call = made[-1]
    if len(made) > 1 or not isinstance(call, ast.Call) or call.keywords:
        return call
    if isinstance(call.func, ast.Attribute) and ast.unparse(call.func.value) != "self":
        return call  # a method of a tensor, as in model(x).squeeze()
    return next((one for one in call.args if _unusual_targets(one, body) is not None), None)


def _unusual_targets(targets: ast.expr, body: ast.AST) -> ast.expr | None:
    """None where they are those of the batch as it comes."""
    for value in [targets, *_assigned(_unmoved(targets), body)]:
        plain = _unmoved(value)
        if isinstance(plain, ast.Subscript) and not isinstance(plain.slice, ast.Tuple):
            plain = plain.value  # a batch of rows, or a piece of one
        if not isinstance(plain, ast.Name):
            return value
    return None
