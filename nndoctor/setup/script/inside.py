"""A loss that a script's model computes itself, as `model(**batch).loss`, taken out of it."""

import ast
import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

from .alike import differ
from .inlined import inlined
from .known import UnusualLoop
from .known_losses import KnownLoss, known_loss
from .leaves import leaves_of
from .loop import Update
from .stopped import Call, Stop
from .update import called, value_of

_LABELS = ("labels", "label", "targets", "target", "ys", "y", "tgt")
_LOSS, _OUTPUTS = "loss_inside", "_outputs"


@dataclass(frozen=True)
class Inside:
    """An update, a stop and names as if the script computed the loss itself; `word`: which."""

    update: Update
    stop: Stop
    names: Mapping[str, Any]
    word: str = ""


def taken_out(update: Update, stop: Stop) -> Inside:
    """Where what goes backward is part of what a model puts out that was given the targets: the
    same by the loss of PyTorch that gives this number of its other outputs and the targets.

    From then on the model gets zeros for the targets, and its outputs are those alone. Raises
    UnusualLoop where no loss gives the number, or outputs depend on the targets.
    """
    lost, more = inlined(update.lost, stop.places[0].names, leaves_of(stop.lost))
    update, names = replace(update, lost=lost), {**stop.places[0].names, **more}
    unchanged = Inside(update, stop, names)
    node = _whole(update.lost)
    if not isinstance(node, ast.Call) or called(node, names) is None:
        return unchanged
    seen, where = stop.calls.get(id(called(node, names))), ast.unparse(node.func)
    bound = {} if seen is None else _bound(seen)
    label = next((one for one in _LABELS if one in bound), "")
    if seen is None or not label:
        return unchanged
    labels = bound.pop(label)
    value = float(_part(update.lost, node, seen.outputs, names).detach())
    found = list(_found(seen.outputs, labels, value))
    if len(found) != 1:
        others = "several outputs beside it" if found else "no loss of PyTorch gives it"
        raise UnusualLoop(f"{ast.unparse(update.lost)}, for which {others}")
    loss, take = found[0]
    _give_zeros(seen.module, label, labels, lambda outputs: loss.shaped(take(outputs)))
    if _depends(seen, bound, label, labels):
        raise UnusualLoop(f"outputs of {where} that depend on its {label}")
    inputs, given = _apart(node, label, list(bound), seen)
    lost = ast.Call(ast.Name(_LOSS, ast.Load()), [inputs, loss.written(given)], [])
    by_name = bool(inputs.keywords)
    call = replace(
        seen,
        given=() if by_name else tuple(bound.values()),
        by_name=bound if by_name else {},
        outputs=loss.shaped(take(seen.outputs)),
    )
    return Inside(
        replace(update, lost=ast.fix_missing_locations(lost)),
        replace(stop, calls={**stop.calls, id(seen.module): call}),
        {**names, _LOSS: loss.loss},
        f"the loss inside of {where}, by its value, is {type(loss.loss).__name__}",
    )


def _whole(lost: ast.expr) -> ast.expr:
    """What a part is taken of: `model(x, y)[1]`, `out.loss.mean()`."""
    match lost:
        case ast.Subscript(value=whole) | ast.Attribute(value=whole):
            return _whole(whole)
        case ast.Call(func=ast.Attribute(value=whole, attr="mean"), args=[], keywords=[]):
            return _whole(whole)
    return lost


def _part(lost: ast.expr, whole: ast.Call, outputs: Any, names: Mapping[str, Any]) -> Any:
    """The same part of outputs."""
    text = ast.unparse(lost).replace(ast.unparse(whole), _OUTPUTS, 1)
    return value_of(ast.parse(text, mode="eval").body, {**names, _OUTPUTS: outputs})


def _bound(call: Call) -> dict[str, Any]:
    """What a module was given, by the names of its `forward`."""
    signature = inspect.signature(call.module.forward)
    bound = dict(signature.bind(*call.given, **call.by_name).arguments)
    for name, one in signature.parameters.items():
        if one.kind is one.VAR_KEYWORD:
            bound |= bound.pop(name, {})
    return bound


def _found(
    outputs: Any, labels: Any, value: float
) -> Iterator[tuple[KnownLoss, Callable[[Any], Any]]]:
    """Losses that give the value, and which of the outputs they take."""
    import torch

    for take in _ways(outputs):
        one = take(outputs)
        if isinstance(one, torch.Tensor) and one.dim() and one.is_floating_point():
            loss = known_loss(one.detach(), labels, value)
            if loss is not None:
                yield loss, take


def _ways(outputs: Any) -> Iterator[Callable[[Any], Any]]:
    """To each of several outputs."""
    if isinstance(outputs, Mapping):
        yield from (lambda out, key=key: out[key] for key in outputs)
    elif isinstance(outputs, tuple | list):
        yield from (lambda out, at=at: out[at] for at in range(len(outputs)))
    else:
        named = [one.name for one in fields(outputs)] if is_dataclass(outputs) else vars(outputs)
        yield from (lambda out, name=name: getattr(out, name) for name in named)


def _give_zeros(module: Any, label: str, labels: Any, shaped: Callable[[Any], Any]) -> None:
    """Gives the model zeros for targets that it is not given, and its outputs alone back."""
    import torch

    like = labels[:1]

    def before(module: Any, given: Any, by_name: Any) -> Any:
        if label in by_name:
            return None
        first = next(one for one in (*given, *by_name.values()) if isinstance(one, torch.Tensor))
        zeros = torch.zeros_like(like).expand(len(first), *like.shape[1:])
        return given, {**by_name, label: zeros.contiguous().to(first.device)}

    module.register_forward_pre_hook(before, with_kwargs=True)
    module.register_forward_hook(lambda module, given, outputs: shaped(outputs))


def _depends(seen: Call, bound: Mapping[str, Any], label: str, labels: Any) -> bool:
    """Whether the outputs are others with other targets."""
    import torch

    modes = [one.training for one in seen.module.modules()]
    seen.module.eval()
    with torch.no_grad():
        own, other = seen.module(**bound, **{label: labels}), seen.module(**bound)
    for one, mode in zip(seen.module.modules(), modes, strict=True):
        one.training = mode
    return differ(own, other)


def _apart(call: ast.Call, label: str, others: list[str], seen: Call) -> tuple[ast.Call, ast.expr]:
    """The call without the targets, and what these are."""
    for at, one in enumerate(call.keywords):
        if one.arg == label:
            rest = [*call.keywords[:at], *call.keywords[at + 1 :]]
            return ast.Call(call.func, call.args, rest), one.value
        if one.arg is None and label in seen.by_name:
            mapping = f"({ast.unparse(one.value)})"
            kept = f"{{k: v for k, v in {mapping}.items() if k != {label!r}}}"
            parsed = [ast.parse(text, mode="eval").body for text in (kept, f"{mapping}[{label!r}]")]
            rest = [*call.keywords[:at], ast.keyword(None, parsed[0]), *call.keywords[at + 1 :]]
            return ast.Call(call.func, call.args, rest), parsed[1]
    at = len(call.args) - 1
    if at != len(others) or call.keywords:  # targets are the last one, behind all others
        raise UnusualLoop(f"{label} among the inputs of {ast.unparse(call)}")
    return ast.Call(call.func, call.args[:at], []), call.args[at]
