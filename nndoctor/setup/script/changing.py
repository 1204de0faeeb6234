"""What a script's update takes from the loops around, and can't be one thing for all updates."""

import ast
from collections.abc import Iterator, Sequence
from typing import Any

from .arrays import Arrays
from .fed import Feeding
from .known import UnusualLoop, bound, names_in
from .loader import Loader
from .loop import Round, covers, heads
from .stopped import Place
from .update import OUTPUTS, TARGETS, Meaning, value_of

FIXED = "a copy of the file with one number in its place can be examined"
Loops = Sequence[tuple[Round, Place]]  # the innermost first


def refuse_changing(here: Place, means: Meaning, feeding: Feeding, loops: Loops) -> None:
    """Raises UnusualLoop for a number or tensor that changes in one of these loops, such as a
    weight of one term that grows with the epoch."""
    for name in sorted(_taken(feeding.whole(means))):
        value = here.names.get(name)
        if not _is_number(value) or feeding.of_batch(ast.Name(name, ast.Load())):
            continue
        for one, place in loops:
            if name in bound(one) and place.names.get(name) is value:
                raise UnusualLoop(f"{name}, which changes as it trains", FIXED)


def refuse_repeats(feeding: Feeding, loops: Loops) -> None:
    """Raises UnusualLoop for several updates with each batch of a loader, and for batches that are
    made of what other loops go over."""
    for one, place in loops if isinstance(feeding, Arrays) else ():
        given = isinstance(feeding, Arrays) and heads(one) & set(feeding.taken)
        if isinstance(one, ast.For) and (given or _is_loader(one.iter, place)):
            raise UnusualLoop(f"several updates with each of {ast.unparse(one.iter)}")
    for one, place in loops if isinstance(feeding, Loader) else ():
        assert isinstance(feeding, Loader)
        made = _behind(feeding.iterated, [other for other, _ in loops]) & heads(one)
        if any(_is_batch(place.names.get(name)) for name in made):
            raise UnusualLoop(f"batches that are parts of {', '.join(sorted(made))}")
        several = [name for name in made if _is_loader(ast.Name(name, ast.Load()), place)]
        if several and not _is_chosen(one, place.line):
            raise UnusualLoop(f"batches of several loaders by {', '.join(sorted(several))}")


def _is_chosen(loop: Round, line: int) -> bool:
    """Whether a loop goes through a line in some of its rounds, as in that of a phase to train."""
    tests = (one.test for one in ast.walk(loop) if isinstance(one, ast.If) and covers(one, line))
    return any(names_in(one) & heads(loop) for one in tests)


def _behind(node: ast.expr, loops: Sequence[Round]) -> set[str]:
    """Names that it is made of, by what the loops give them."""
    names = set(_free(node))
    given = [s for one in loops for s in ast.walk(one) if isinstance(s, ast.Assign)]
    for _ in given:
        more = {n for s in given if names & set(bound(s)) for n in _free(s.value)}
        if more <= names:
            break
        names |= more
    return names


def _is_batch(value: Any) -> bool:
    """Tensors, or what holds some."""
    held = value.values() if isinstance(value, dict) else value
    parts = held if isinstance(value, list | tuple | dict) else [value]
    return any(hasattr(one, "dtype") and getattr(one, "ndim", 0) for one in parts)


def may_end_early(loop: tuple[Round, Place], varying: frozenset[str]) -> bool:
    """Whether a loop has a break under a condition that may come to be."""
    one, place = loop
    for node in ast.walk(one):
        if isinstance(node, ast.If) and any(isinstance(s, ast.Break) for s in node.body):
            used = names_in(node.test)
            if used & varying or bool(value_of(node.test, place.names)):
                return True
    return False


def _taken(means: Meaning) -> set[str]:
    """Names in it that are not its own."""
    return {name for node in expressions_of(means) for name in _free(node)}


def expressions_of(means: Meaning) -> list[ast.expr]:
    """All that it is read of, the loss without its outputs and targets."""

    class Without(ast.NodeTransformer):
        def visit_Name(self, one: ast.Name) -> ast.expr:
            return ast.Constant(None) if one.id in (OUTPUTS, TARGETS) else one

    said: ast.expr = Without().visit(ast.parse(means.said, mode="eval").body)
    inputs = means.inputs.values() if isinstance(means.inputs, dict) else means.inputs
    nodes = [*inputs, means.targets, said]
    return nodes if means.penalty is None else [*nodes, means.penalty]


def _free(node: ast.AST) -> Iterator[str]:
    used = [one for one in ast.walk(node) if isinstance(one, ast.Name)]
    own = {one.id for one in used if isinstance(one.ctx, ast.Store)}
    yield from (one.id for one in used if one.id not in own)


def _is_number(value: Any) -> bool:
    """A number or a tensor; no parameter."""
    import torch

    if isinstance(value, bool | torch.nn.Parameter):
        return False
    return isinstance(value, int | float | torch.Tensor) or hasattr(value, "dtype")


def _is_loader(iterated: ast.expr, place: Place) -> bool:
    from torch.utils.data import DataLoader

    for one in ast.walk(iterated):
        if isinstance(one, ast.Name | ast.Attribute):
            try:
                if isinstance(value_of(one, place.names), DataLoader):
                    return True
            except Exception:  # of a name that is known inside alone
                continue
    return False
