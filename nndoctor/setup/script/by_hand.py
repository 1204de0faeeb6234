"""Updates that a script makes without an optimizer: `p -= lr * p.grad`."""

import ast
import copy
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from .changing import Loops
from .functions import functions_in
from .known import UnusualLoop, names_in
from .loop import Update
from .step import private
from .update import Meaning, are_parameters, noted, value_if_known

_MODEL = "_model"
_NEAR = 1e-6  # of a step in float64, far above its rounding
_DIGITS = 8  # of a rate
_UNKNOWNS = 2  # of a rate and a decay


def by_hand(
    update: Update, means: Meaning, names: Mapping[str, Any], loops: Loops
) -> tuple[Update, Any] | None:
    """The update with lines that move parameters along their gradients in place of a step, and the
    SGD of PyTorch that does the same; None without such lines.

    The lines are run on a copy of the model with gradients that are drawn. Raises UnusualLoop where
    they do something else than SGD does, or something that one of the loops changes.
    """
    found = [i for i, one in enumerate(update.after) if _moves(one, names)]
    if update.optimizers or not found:
        return None
    lines = update.after[found[0] : found[-1] + 1]
    text = ast.unparse(lines[0]).partition("\n")[0]
    groups = _groups(_moved(lines, means.model, names, text), means.model, text)
    used = {name for one in lines for name in _read(one, names)}
    if changing := sorted(used & {name for one, _ in loops for name in _given(one)}):
        raise UnusualLoop(f"{', '.join(changing)}, which changes as it trains, in {text}")
    import torch

    made = replace(
        update,
        optimizers=(ast.Name("SGD", ast.Load()),),
        between=update.after[: found[0]],
        behind=update.after[found[-1] + 1 :],
    )
    return made, torch.optim.SGD(groups)


def _moves(statement: ast.stmt, names: Mapping[str, Any]) -> bool:
    """Whether it takes gradients, itself or by a function of the user's, for more than to clear or
    to clip them."""
    for one in ast.walk(statement):
        if isinstance(one, ast.AugAssign | ast.Assign):
            if any(_is_gradient(node) for node in ast.walk(one.value)):
                return True
        elif isinstance(one, ast.Call):
            takes = any(_is_gradient(node) for a in one.args for node in ast.walk(a))
            in_place = isinstance(one.func, ast.Attribute) and one.func.attr in _IN_PLACE
            if (takes and in_place) or _is_own_rule(one, names):
                return True
    return False


_IN_PLACE = ("add_", "sub_", "copy_", "addcmul_")


def _is_gradient(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "grad"


def _is_own_rule(call: ast.Call, names: Mapping[str, Any]) -> bool:
    """Whether a function of the user's with such lines gets parameters."""
    if not any(_gives_parameters(one, names) for one in call.args):
        return False
    own = [one for f in functions_in(call, names) if f.call is call for one in ast.walk(f.tree)]
    return any(_moves(one, {}) for one in own if isinstance(one, ast.AugAssign | ast.Assign))


def _read(statement: ast.stmt, names: Mapping[str, Any]) -> set[str]:
    """Names, attributes and items that it reads, itself or by a function of the user's, and that
    are none of its own, nor parameters or gradients."""
    found = set[str]()
    for part in (statement, *(one.tree for one in functions_in(statement, names))):
        nodes = list(ast.walk(part))
        own = {one.arg for one in nodes if isinstance(one, ast.arg)}
        own |= {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
        for one in nodes:
            if isinstance(one, _PLACES) and isinstance(one.ctx, ast.Load):
                kept = _is_gradient(one) or are_parameters(value_if_known(one, names))
                if not kept and not (names_in(one) and names_in(one) <= own):
                    found.add(ast.unparse(one))
    return found


def _given(loop: ast.AST) -> set[str]:
    """Names, attributes and items that a loop gives a value."""
    nodes = (one for one in ast.walk(loop) if isinstance(one, _PLACES))
    return {ast.unparse(one) for one in nodes if isinstance(one.ctx, ast.Store)}


_PLACES = (ast.Name, ast.Attribute, ast.Subscript)


def _gives_parameters(node: ast.expr, names: Mapping[str, Any]) -> bool:
    if isinstance(node, ast.List | ast.Tuple):
        return all(are_parameters(noted(one, names)) for one in node.elts)
    called = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    return (called and ast.unparse(node).endswith(".parameters()")) or are_parameters(
        noted(node, names)
    )


def _moved(
    lines: tuple[ast.stmt, ...], model: Any, names: Mapping[str, Any], text: str
) -> Iterator[list[tuple[Any, Any, Any]]]:
    """Parameters of a copy before, their gradients, and parameters behind these lines: twice, so
    that what remembers an update shows."""
    import torch

    mine = copy.deepcopy(model).double()
    draws = torch.Generator().manual_seed(0)
    body = [private(one, names, model) for one in lines]
    code = compile(ast.fix_missing_locations(ast.Module(body, [])), "by hand", "exec")
    for _ in range(2):
        before = [p.detach().clone() for p in mine.parameters()]
        for p in mine.parameters():
            p.grad = torch.randn(p.shape, generator=draws, dtype=p.dtype).to(p.device)
        gradients = [p.grad for p in mine.parameters()]
        kept = [one.clone() for one in gradients if one is not None]
        try:
            with torch.no_grad():
                exec(code, {**names, _MODEL: mine})  # the user's own
        except Exception as error:
            told = f"{text}, which raises {type(error).__name__} by itself"
            raise UnusualLoop(told) from error
        behind = [p.detach().clone() for p in mine.parameters()]
        yield list(zip(before, kept, behind, strict=True))


def _groups(moved: Iterator[list[tuple[Any, Any, Any]]], model: Any, text: str) -> list[Any]:
    """Groups of SGD, one for each rate and decay; what the lines leave as it is is in none."""
    first, second = map(_rates, moved)
    both = [one & other for one, other in zip(first, second, strict=True)]
    if any(len(one) != 1 for one in both):
        raise UnusualLoop(f"{text}, which is no plain SGD")
    groups: dict[tuple[float, float], list[Any]] = {}
    for (rates,), p in zip(both, model.parameters(), strict=True):
        if rates[0]:
            groups.setdefault(rates, []).append(p)
    if not groups:
        raise UnusualLoop(f"{text}, which moves no parameter of the model")
    return [
        {"params": own, "lr": abs(rate), "weight_decay": decay, "maximize": rate < 0}
        for (rate, decay), own in groups.items()
    ]


def _rates(moved: list[tuple[Any, Any, Any]]) -> list[set[tuple[float, float]]]:
    """Of each parameter the learning rates, with weight decays, by which SGD makes this step."""
    flat = [[one.cpu().numpy().ravel() for one in (p, g, p - q)] for p, g, q in moved]
    decays = {0.0} | {_decay(p, g, step) for p, g, step in flat if len(p) > _UNKNOWNS}
    found = []
    for p, g, step in flat:
        fitting = {(rate, decay) for decay in decays if (rate := _rate(g + decay * p, step))}
        found.append(fitting if step.any() else {(0.0, 0.0)})
    return found


def _decay(p: Any, g: Any, step: Any) -> float:
    """The weight decay that explains a step best; 0 for one below what can be told."""
    import numpy as np

    (rate, decay), *_ = np.linalg.lstsq(np.stack([g, p], axis=1), step, rcond=None)
    told = rate and decay / rate > _NEAR
    return float(f"{decay / rate:.6g}") if told else 0.0


def _rate(direction: Any, step: Any) -> float:
    """The rate at which a step goes in a direction; 0 for one that does not."""
    rate = float(direction @ step) / float(direction @ direction)
    near = abs(step - rate * direction).max() <= _NEAR * abs(step).max()
    return float(f"{rate:.{_DIGITS}g}") if near else 0.0
