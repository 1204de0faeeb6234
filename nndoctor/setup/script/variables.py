"""Which of a script's variables are its optimizer, model, loss and rows, by kinds and names."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ...errors import UsageError

TRAIN, HELD_OUT = re.compile("train", re.I), re.compile("val|test|dev|held", re.I)
# words for one side of a pair, the plainer first, as in x_data and y_data
_TARGETS = ("y", "ys", "target", "targets", "label", "labels")
_INPUTS = ("x", "xs", "input", "inputs", "feature", "features", "image", "images", "data")
_MANY = 5  # names in a message


def optimizers(own: Mapping[str, Any]) -> Mapping[str, Any]:
    """Those of PyTorch."""
    from torch.optim import Optimizer

    return {name: one for name, one in own.items() if isinstance(one, Optimizer)}


def losses(own: Mapping[str, Any]) -> Mapping[str, Any]:
    """Modules of torch.nn's losses."""
    return {name: one for name, one in own.items() if _is_loss(one)}


def models(own: Mapping[str, Any], optimizer: Any) -> Mapping[str, Any]:
    """Of several those that have most of what the optimizer trains, and of these the smallest."""
    found = {name: one for name, one in own.items() if _is_module(one) and not _is_loss(one)}
    return _holding(found, optimizer)


def rows(own: Mapping[str, Any]) -> Mapping[str, Any]:
    """Loaders, else datasets, else inputs and targets whose names go together."""
    kinds = (_of_kind(own, kind) for kind in _kinds())
    return next(filter(None, kinds), dict(_pairs(own)))


def every_row(own: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """All of these, in this order."""
    for kind in _kinds():
        yield from _of_kind(own, kind).items()
    yield from _pairs(own)


def _is_module(one: Any) -> bool:
    from torch import nn

    return isinstance(one, nn.Module)


def _is_loss(one: Any) -> bool:
    from torch.nn.modules.loss import _Loss

    return isinstance(one, _Loss)


def _holding(models: Mapping[str, Any], optimizer: Any) -> Mapping[str, Any]:
    trained = {id(p) for group in optimizer.param_groups for p in group["params"]}

    def rank(model: Any) -> tuple[int, int]:
        own = {id(p) for p in model.parameters()}
        return len(own & trained), -len(own)

    best = max((rank(one) for one in models.values()), default=None)
    return {name: one for name, one in models.items() if rank(one) == best}


def _kinds() -> tuple[type, ...]:
    from torch.utils.data import DataLoader, Dataset

    return DataLoader, Dataset


def _of_kind(own: Mapping[str, Any], kind: type) -> dict[str, Any]:
    return {name: one for name, one in own.items() if isinstance(one, kind)}


def _pairs(own: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Inputs and targets whose names go together."""
    from torch import Tensor

    tensors = {name: one for name, one in own.items() if isinstance(one, Tensor)}
    pairs = [(*_part(name), name) for name in tensors]
    targets = {rest: name for part, rest, name in pairs if part == "targets"}
    for part, rest, name in pairs:
        target = targets.get(rest) if part == "inputs" else None
        if target is not None and len(tensors[name]) == len(tensors[target]):
            yield f"{name}, {target}", (tensors[name], tensors[target])


def _part(name: str) -> tuple[str, str]:
    """Whether a name says inputs or targets, and the rest of it: x_train, trainX, xtrain."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=^[xyXY])(?=train|test|val)", "_", name)
    words = apart.lower().split("_")
    for part, known in (("targets", _TARGETS), ("inputs", _INPUTS)):
        if word := next((one for one in known if one in words), ""):
            return part, "_".join(one for one in words if one != word)
    return "", ""


def named(
    found: Mapping[str, Any], wanted: re.Pattern[str], other: re.Pattern[str]
) -> Mapping[str, Any]:
    """Those with the wanted word in their names, else those without the other."""
    having = {name: one for name, one in found.items() if wanted.search(name)}
    return having or {name: one for name, one in found.items() if not other.search(name)}


def only(what: str, found: Mapping[str, Any]) -> tuple[str, Any]:
    """The one there is; raises UsageError for none and for several."""
    different = {id(one): name for name, one in found.items()}
    if len(different) == 1:
        return next(iter(found.items()))
    names = ", ".join(list(found)[:_MANY])
    raise UsageError(
        f"it has several that could be its {what}: {names}" if found else f"it defines no {what}"
    )
