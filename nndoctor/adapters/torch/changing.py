"""Changes of one start: of its optimizer, of who learns, of modes and first weights.

Each works on the private copies that a start is made of, and under its random state.
"""

import inspect
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from torch import nn

from .configuration import Parts, highest_rate, stated_rate
from .modules import by_name, unregistered
from .schedules import moved_by_hooks, scaled

Change = Callable[[Parts], None]


def rate(value: float) -> Change:
    """All groups, in the proportion in which the user set them, and all of a schedule."""

    def change(parts: Parts) -> None:
        stated = stated_rate(parts.optimizer)
        if moved_by_hooks(parts.optimizer) and stated > 0:
            scaled(value / stated)(parts)
            return
        most = highest_rate(parts.optimizer) or 1.0
        for group in parts.optimizer.param_groups:
            group["lr"] = value * (group["lr"] / most if group["lr"] else 1.0)

    return change


def optimizer(make: Any, **settings: float) -> Change:
    """Another one over the same parameters."""

    def change(parts: Parts) -> None:
        held = [p for group in parts.optimizer.param_groups for p in group["params"]]
        parts.optimizer = make(held, **settings)

    return change


def group_settings(**settings: Any) -> Change:
    """The settings in each group that has them."""

    def change(parts: Parts) -> None:
        for group in parts.optimizer.param_groups:
            group.update({key: value for key, value in settings.items() if key in group})

    return change


def group_setting_times(key: str, factor: float) -> Change:
    """One setting of each group that has it, times a factor."""

    def change(parts: Parts) -> None:
        for group in parts.optimizer.param_groups:
            if key in group:
                group[key] *= factor

    return change


def clipped(norm: float) -> Change:
    """The gradient's norm at most so large before each step of the optimizer."""

    def before(given: Any, *_: Any) -> None:
        held = [p for group in given.param_groups for p in group["params"]]
        nn.utils.clip_grad_norm_(held, norm)

    def change(parts: Parts) -> None:
        parts.optimizer.register_step_pre_hook(before)

    return change


def all_in_optimizer(parts: Parts) -> None:
    """Every parameter that is to learn is in the optimizer, in its first group if it was not."""
    for loose in unregistered(parts.model).values():
        loose.register()
    held = {id(p) for group in parts.optimizer.param_groups for p in group["params"]}
    first = parts.optimizer.param_groups[0]["params"]
    first += [p for p in parts.model.parameters() if p.requires_grad and id(p) not in held]


def all_learning(parts: Parts) -> None:
    """No parameter is frozen, and the optimizer has all of them."""
    for parameter in parts.model.parameters():
        parameter.requires_grad_(True)
    all_in_optimizer(parts)


def training_mode(parts: Parts) -> None:
    """Every module is in training mode."""
    parts.model.train()


def redrawn(parts: Parts) -> None:
    """First weights as PyTorch draws them."""
    for module in parts.model.modules():
        names = ("reset_parameters", "_reset_parameters")
        draw = next((getattr(module, name) for name in names if hasattr(module, name)), None)
        if draw is not None and _asks_nothing(draw):
            draw()


def _asks_nothing(function: Callable[..., Any]) -> bool:
    """Whether it can be called without arguments, which a user's own need not."""
    given = inspect.signature(function).parameters.values()
    optional = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    return all(one.default is not one.empty or one.kind in optional for one in given)


def drawn_for_relu(names: Collection[str]) -> Change:
    """First weights as PyTorch draws them, and those of layers with ReLU by He's rule."""

    def change(parts: Parts) -> None:
        redrawn(parts)
        modules = by_name(parts.model)
        for name in names:
            nn.init.kaiming_normal_(modules[name].weight, nonlinearity="relu")
            if modules[name].bias is not None:
                nn.init.zeros_(modules[name].bias)

    return change


def biases_of_zero(names: Collection[str]) -> Change:
    """In these layers."""

    def change(parts: Parts) -> None:
        modules = by_name(parts.model)
        for name in names:
            nn.init.zeros_(modules[name].bias)

    return change


def activated(names: Collection[str]) -> Change:
    """ReLU after each of these layers."""

    def change(parts: Parts) -> None:
        modules = by_name(parts.model)
        for name in names:
            modules[name].register_forward_hook(lambda module, given, out: torch.relu(out))

    return change


def in_training(step: Callable[..., Any]) -> Callable[..., Any]:
    """The user's step, which finds the model in training mode and leaves it so."""
    return partial(_training_step, step)


def _training_step(step: Callable[..., Any], model: Any, *others: Any) -> Any:
    model.train()
    model.eval = lambda: model
    try:
        return step(model, *others)
    finally:
        del model.eval


def zeroing(step: Callable[..., Any]) -> Callable[..., Any]:
    """The user's step, with gradients of zero before it."""
    return partial(_zeroed_step, step)


def _zeroed_step(step: Callable[..., Any], model: Any, *others: Any) -> Any:
    model.zero_grad()
    return step(model, *others)


@dataclass
class Shaped:
    """A loss that gets its targets in the shape of the outputs."""

    loss: Any

    @property
    def reduction(self) -> str:
        """As the loss has it."""
        return str(getattr(self.loss, "reduction", "mean"))

    def __call__(self, outputs: torch.Tensor, targets: torch.Tensor) -> Any:
        return self.loss(outputs, targets.reshape(outputs.shape))
