"""A set-up out of a training script that has no function for it: out of its variables."""

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from ..errors import UsageError
from .loop import Loop, read_loop
from .torch import Setup, TorchSetup

EPOCHS = 10  # where the file does not say
GUARD = 'put what trains below if __name__ == "__main__":, or in a function'
_EPOCHS = re.compile(r"(n|num|max)?_?epochs?(_count)?", re.I)
_TRAIN, _HELD_OUT = re.compile("train", re.I), re.compile("val|test|dev|held", re.I)
# words for one side of a pair, the plainer first, as in x_data and y_data
_TARGETS = ("y", "ys", "target", "targets", "label", "labels")
_INPUTS = ("x", "xs", "input", "inputs", "feature", "features", "image", "images", "data")
_MANY = 5  # names in a message


def setup_of_script(script: Any, source: str) -> TorchSetup:
    """The set-up that a module's own variables make, and words on what was taken.

    `source` is its text: how many epochs its loop has, and whether it clears gradients. Raises
    UsageError naming what is missing or can't be decided.
    """
    own = {n: v for n, v in vars(script).items() if not n.startswith("_")}
    optimizer_name, optimizer = _only("optimizer", dict(_optimizers(own)))
    model_name, model = _only("model", _holding(dict(_models(own)), optimizer))
    if optimizer.state or any(p.grad is not None for p in model.parameters()):
        raise UsageError(f"{model_name} was trained while the file was read", GUARD)
    loop = read_loop(source)
    if loop.unusual:
        raise UsageError(f"its loop does more than a usual one: {loop.unusual}")
    loss_name, loss = _only("loss", dict(_losses(loop, own)))
    rows = dict(_rows(own))
    train_name, train = _only("training data", _named(rows, _TRAIN, _HELD_OUT))
    held = [one for one in rows if _HELD_OUT.search(one) and one != train_name]
    epochs = _epochs(loop, own)
    made = Setup(
        model=model,
        loss=loss,
        optimizer=optimizer,
        train=train,
        validation=rows[held[0]] if held else None,
        epochs=epochs or EPOCHS,
        step=None if loop.clears else _step_that_adds_up,
    )
    used = ", ".join([model_name, optimizer_name, loss_name, train_name, *held[:1]])
    words = [f"taken from the file: {used}; the loop is a usual one"]
    if not loop.clears:
        words.append("as the file never calls zero_grad, that loop adds gradients up as well")
    if epochs is None:
        words.append(f"no loop over epochs was found: {EPOCHS} are trained")
    return replace(made, words=(*made.words[:2], *words, *made.words[2:]))


def _optimizers(own: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    from torch.optim import Optimizer

    return ((name, one) for name, one in own.items() if isinstance(one, Optimizer))


def _losses(loop: Loop, own: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """What the loop calls, where the file defines it; else modules of torch.nn's losses."""
    if loop.loss is not None and callable(found := _resolved(loop.loss, own)):
        yield ast.unparse(loop.loss), found
    else:
        yield from ((name, one) for name, one in own.items() if _is_loss(one))


def _models(own: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    return ((name, one) for name, one in own.items() if _is_module(one) and not _is_loss(one))


def _is_module(one: Any) -> bool:
    from torch import nn

    return isinstance(one, nn.Module)


def _is_loss(one: Any) -> bool:
    from torch.nn.modules.loss import _Loss

    return isinstance(one, _Loss)


def _holding(models: Mapping[str, Any], optimizer: Any) -> Mapping[str, Any]:
    """Of several those that have most of what the optimizer trains, and of these the smallest."""
    trained = {id(p) for group in optimizer.param_groups for p in group["params"]}

    def rank(model: Any) -> tuple[int, int]:
        own = {id(p) for p in model.parameters()}
        return len(own & trained), -len(own)

    best = max((rank(one) for one in models.values()), default=None)
    return {name: one for name, one in models.items() if rank(one) == best}


def _rows(own: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Loaders, else datasets, else inputs and targets whose names go together."""
    from torch import Tensor
    from torch.utils.data import DataLoader, Dataset

    for kind in (DataLoader, Dataset):
        found = {name: one for name, one in own.items() if isinstance(one, kind)}
        if found:
            yield from found.items()
            return
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


def _named(
    found: Mapping[str, Any], wanted: re.Pattern[str], other: re.Pattern[str]
) -> Mapping[str, Any]:
    """Those with the wanted word in their names, else those without the other."""
    having = {name: one for name, one in found.items() if wanted.search(name)}
    return having or {name: one for name, one in found.items() if not other.search(name)}


def _only(what: str, found: Mapping[str, Any]) -> tuple[str, Any]:
    """The one there is; raises UsageError for none and for several."""
    different = {id(one): name for name, one in found.items()}
    if len(different) == 1:
        return next(iter(found.items()))
    names = ", ".join(list(found)[:_MANY])
    raise UsageError(
        f"it has several that could be its {what}: {names}" if found else f"it defines no {what}"
    )


def _epochs(loop: Loop, own: Mapping[str, Any]) -> int | None:
    """How often `for epoch in range(...)` goes round, else what a variable called epochs says."""
    numbers = [_number(end, own) for end in loop.ends]
    known = [one for one in numbers if one is not None]
    if known and len(known) == len(numbers):
        return max(1, known[-1] - (known[0] if len(known) == 2 else 0))
    stated: list[int] = [
        v for n, v in own.items() if _EPOCHS.fullmatch(n) and type(v) is int and v > 0
    ]
    return stated[0] if len(stated) == 1 else None


def _number(node: ast.expr, own: Mapping[str, Any]) -> int | None:
    value = _resolved(node, own) if not isinstance(node, ast.Constant) else node.value
    return value if type(value) is int else None


def _resolved(node: ast.expr | None, own: Mapping[str, Any]) -> Any:
    """What a name, or an attribute of one, stands for in the file; None for what is elsewhere."""
    if isinstance(node, ast.Name):
        return own.get(node.id)
    return (
        getattr(_resolved(node.value, own), node.attr, None)
        if isinstance(node, ast.Attribute)
        else None
    )


def _step_that_adds_up(
    model: Callable[..., Any], loss: Callable[..., Any], optimizer: Any, inputs: Any, targets: Any
) -> Any:
    """An update that leaves the gradients as they are."""
    cost = loss(model(inputs), targets)
    cost.backward()
    optimizer.step()
    return cost
