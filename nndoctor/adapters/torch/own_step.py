"""What an update by the user's own step makes of the gradients, seen on copies."""

from dataclasses import replace
from typing import Any

import numpy as np
import torch

from ...trainable import Batch, Plan
from .configuration import TorchConfiguration
from .lasting import LeftInEvaluation
from .model import TorchModel
from .modules import MODE_DEPENDENT, broken
from .rows import call

MOST_ADDED = 64  # batches whose gradients a loop adds up before it steps
LEFT_OVER = 1e-3  # of a penalty's gradient, that rounding may leave unexplained


def clears_gradients(setup: TorchConfiguration, rows: Batch, seed: int) -> bool | None:
    """Whether the user's steps forget the gradients of an update before the next; None for no
    answer.

    A loop may add up those of several batches and step once, and may clear them behind an update as
    well as before the next: what an update leaves in the parameters is exchanged, and the weights
    compared after the next one.
    """
    if setup.step is None:
        return None
    found = []
    for left in (None, 0.0, 1.0):  # the first brings a loop that counts batches to its beginning
        model = TorchModel(setup, seed)
        updates = _updates(model, rows, 1 if left is None else 2, left)
        if not updates:
            return None
        found.append([p.detach().clone() for p in model.model.parameters()])
    if any(map(broken, (*found[1], *found[2]))):  # NaN equals nothing
        return None
    return all(torch.equal(a, b) for a, b in zip(*found[1:], strict=True))


def _updates(model: TorchModel, rows: Batch, count: int, left: float | None) -> bool:
    """Calls the user's step until its optimizer has made so many updates, with gradients of `left`
    behind each; whether it did, by finite steps."""
    made = 0

    def after(*_: Any) -> None:
        nonlocal made
        made += 1
        for parameter in model.model.parameters():
            if left is not None and parameter.requires_grad:
                parameter.grad = torch.full_like(parameter, left)

    model.optimizer.register_step_post_hook(after)
    inputs, targets = model.unpacked(rows)
    with model.looking(len(rows)):
        model.as_given()
        for _ in range(count * MOST_ADDED):
            if not np.isfinite(model.stepped(model.optimizer, inputs, targets)):
                return False
            if made >= count:
                return True
    return False


def moves_weights(setup: TorchConfiguration, rows: Batch, seed: int) -> bool | None:
    """Whether the user's step changes a parameter, of a loop that steps once in several batches
    too; None where there is none, or where a usual update changes none either."""
    if setup.step is None:
        return None
    usual = TorchModel(replace(setup, step=None), seed)
    start = [p.detach().clone() for p in usual.model.parameters()]
    usual.train(rows, Plan(1))
    if not _differ(usual, start):
        return None
    model = TorchModel(setup, seed)
    inputs, targets = model.unpacked(rows)
    with model.looking(len(rows)):
        model.as_given()
        for _ in range(MOST_ADDED):
            model.stepped(model.optimizer, inputs, targets)
            if _differ(model, start):
                return True
    return False


def _differ(model: TorchModel, start: list[torch.Tensor]) -> bool:
    return any(not torch.equal(a, b) for a, b in zip(model.model.parameters(), start, strict=True))


def evaluated_in_step(setup: TorchConfiguration, rows: Batch, seed: int) -> tuple[str, ...]:
    """The modules that act otherwise in training and that the user's second step trains in
    evaluation mode alone; () where there is no step.

    By then a mode that the first one left behind counts, unless the step sets it itself.
    """
    if setup.step is None:
        return ()
    if isinstance(setup.step, LeftInEvaluation):
        return _left(TorchModel(setup, seed).model, setup.step.paths)
    model, modes = TorchModel(setup, seed), dict[str, set[bool]]()

    def entering(name: str) -> Any:
        def hook(module: Any, given: Any) -> None:
            if torch.is_grad_enabled():
                modes.setdefault(name, set()).add(module.training)

        return hook

    inputs, targets = model.unpacked(rows)
    with model.looking(len(rows)):
        model.as_given()
        model.stepped(model.optimizer, inputs, targets)
        for name, module in model.model.named_modules():
            if isinstance(module, MODE_DEPENDENT):
                module.register_forward_pre_hook(entering(name))
        model.stepped(model.optimizer, inputs, targets)
    return tuple(name for name, seen in modes.items() if seen == {False})


def _left(model: Any, paths: tuple[str, ...]) -> tuple[str, ...]:
    """The modules at these paths that act otherwise in training."""
    owners = {id(part) for path in paths for part in model.get_submodule(path).modules()}
    named = model.named_modules()
    return tuple(n for n, m in named if isinstance(m, MODE_DEPENDENT) and id(m) in owners)


def shrinking(setup: TorchConfiguration, rows: Batch, seed: int) -> float:
    """What part of the gradient's norm the user's step leaves to the optimizer; NaN: not known."""
    plain, stepped, _ = _gradients(setup, rows, seed)
    whole = float(plain.norm())
    return float(stepped.norm()) / whole if len(stepped) and whole > 0 else float("nan")


def penalty(setup: TorchConfiguration, rows: Batch, seed: int) -> tuple[float, float]:
    """How strong L1 and L2 are that the user's step adds to the loss, of the layer with most; 0, 0
    where what it adds to the gradients is nothing, or something else.

    A penalty adds a sign(w) + b w, with a and b of a weight's own layer.
    """
    if setup.step is None:
        return 0.0, 0.0
    plain, stepped, weights = _gradients(setup, rows, seed)
    if len(stepped) != len(plain) or not bool(torch.isfinite(stepped).all()):
        return 0.0, 0.0
    start, found = 0, [(0.0, 0.0)]
    for weight in weights:
        part = slice(start, start + weight.numel())
        start += weight.numel()
        added, w = stepped[part] - plain[part], weight.double().ravel().cpu()
        size = float(added.norm())
        if not size > LEFT_OVER * float(plain[part].norm()):
            continue
        terms = torch.stack([w.sign(), w], dim=1)
        strengths = torch.linalg.lstsq(terms, added[:, None]).solution[:, 0]
        if not float((added - terms @ strengths).norm()) < LEFT_OVER * size:
            return 0.0, 0.0
        if weight.dim() > 1:
            found.append((float(strengths[0]), float(strengths[1])))
    return max(one for one, _ in found), max(two for _, two in found)


def _gradients(
    setup: TorchConfiguration, rows: Batch, seed: int
) -> tuple[torch.Tensor, torch.Tensor, list[torch.Tensor]]:
    """The gradient of the loss, what the step leaves to the optimizer of it, () where it calls
    none, and the parameters before it. Dropout drops the same in both."""
    stepping, plain = TorchModel(setup, seed), TorchModel(setup, seed)
    left = list[torch.Tensor]()
    weights = [p.detach().clone() for p in _learning(plain)]
    with stepping.looking(len(rows)):
        stepping.as_given()
        stepping.model.zero_grad()
        stepping.optimizer.register_step_pre_hook(lambda *_: left.append(_flat(stepping)))
        stepping.stepped(stepping.optimizer, *stepping.unpacked(rows))
        plain.modes = [module.training for module in stepping.model.modules()]
    with plain.looking(len(rows)):
        plain.as_given()
        inputs, targets = plain.unpacked(rows)
        loss = plain.lost(plain.criterion, call(plain.model, inputs), targets)
        if loss.requires_grad:
            loss.backward()
    return _flat(plain), left[0] if left else torch.zeros(0), weights


def _learning(model: TorchModel) -> list[Any]:
    return [p for p in model.model.parameters() if p.requires_grad]


def _flat(model: TorchModel) -> torch.Tensor:
    """The gradients of all that learns, zeros where there are none."""
    grads = [torch.zeros_like(p) if p.grad is None else p.grad for p in _learning(model)]
    return torch.cat([torch.zeros(0), *(g.detach().double().ravel().cpu() for g in grads)])
