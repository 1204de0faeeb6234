"""The optimizer of a script's update; several that step side by side are one."""

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from .known import UnusualLoop
from .loop import Update, method_calls, owners, room_of
from .stopped import Place
from .update import Meaning, value_of
from .variables import only, optimizers

_HARMLESS = ("step", "zero_grad", "print", "append", "item", "update")


def optimizer_of(
    update: Update, places: tuple[Place, ...], means: Meaning, parts: Sequence[Any]
) -> tuple[str, Any]:
    """The one that steps, else one that has the model's parameters, else the only one there is;
    `parts`: modules that the model is made of."""
    stepping = dict(_stepping(update, places[0].names))
    if stepping:
        made = _together(stepping, update)
        if len(stepping) > 1 or len(parts) > 1:
            _refuse_uncleared(update, made, parts, places[0])
        return ", ".join(stepping), made
    found: dict[str, Any] = {}
    for place in places:
        for name, value in place.names.items():
            found |= {n: v for n, v in optimizers({name: value}).items() if n not in found}
            if name == "self":
                inside = optimizers(getattr(value, "__dict__", {}))
                found |= {f"self.{n}": v for n, v in inside.items()}
    own = {id(p) for p in means.model.parameters()}
    trains = {name: one for name, one in found.items() if not own.isdisjoint(map(id, _held(one)))}
    return only("optimizer", trains or found)


def _stepping(update: Update, names: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Those whose step it calls, each once; of a list of them all."""
    seen = set[int]()
    for node in update.optimizers:
        for text, one in _each(node, names):
            if optimizers({text: one}) and id(one) not in seen:
                seen.add(id(one))
                yield text, one


def _each(node: ast.expr, names: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """What it stands for, or all of several."""
    if isinstance(node, ast.Tuple | ast.List):
        for one in node.elts:
            yield from _each(one, names)
        return
    value, text = value_of(node, names), ast.unparse(node)
    if isinstance(value, Iterable):
        yield from ((f"{text}[{i}]", one) for i, one in enumerate(value))
    else:
        yield text, value


def _together(stepping: Mapping[str, Any], update: Update) -> Any:
    """One with the groups of all."""
    first, *others = stepping.values()
    if not others:
        return first
    said = f"optimizers that step together: {', '.join(stepping)}"
    held = [id(p) for one in stepping.values() for p in _held(one)]
    kinds = {type(one) for one in stepping.values()}
    plain = all(one.__module__.startswith("torch.optim.") for one in kinds)
    if len(kinds) > 1 or not plain or len(set(held)) < len(held):
        raise UnusualLoop(said)
    steps = [i for i, one in enumerate(update.behind) if method_calls(one, "step")]
    for one in update.behind[: max(steps, default=-1) + 1]:
        match one:
            case ast.Expr(ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name))):
                if name in _HARMLESS:
                    continue
        raise UnusualLoop(f"{said}, with {ast.unparse(one).partition(chr(10))[0]} between")
    return next(iter(kinds))([group for one in stepping.values() for group in one.param_groups])


def _refuse_uncleared(update: Update, optimizer: Any, parts: Sequence[Any], here: Place) -> None:
    """Raises UnusualLoop where gradients of some weights are cleared, and of others not."""
    if not update.clears:
        return
    room = room_of(ast.parse(here.text), here.line)
    cleared, calls = set[int](), list(owners(room, "zero_grad"))
    for _, owner in calls:
        try:
            found = list(_each(owner, here.names))
        except Exception:  # of a name that is known elsewhere
            return
        for _, one in found:
            parameters = _held(one) if hasattr(one, "param_groups") else one.parameters()
            cleared |= set(map(id, parameters))
    kept = {id(p) for p in _held(optimizer)} - cleared
    if calls and kept:
        named = parts[0].named_children()
        own = [name for name, one in named if kept & set(map(id, one.parameters()))]
        what = ", ".join(own) or "some weights"
        raise UnusualLoop(f"gradients of {what} that no zero_grad() clears")


def refuse_still(still: Mapping[str, Any], optimizer: Any) -> None:
    """Raises UnusualLoop for modules of the optimizer that are called without gradients."""
    held = set(map(id, _held(optimizer)))
    for name, module in still.items():
        if any(id(p) in held for p in module.parameters()):
            raise UnusualLoop(f"{name} is called without gradients, though the optimizer has its "
                              "weights: they never move")  # fmt: skip


def _held(optimizer: Any) -> list[Any]:
    return [p for group in optimizer.param_groups for p in group["params"]]
