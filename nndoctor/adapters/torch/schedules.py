"""Learning rates that the user's own schedule moves: looked ahead at, scaled, held."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ...trainable import Array, Batch, Plan
from .configuration import Parts, highest_rate
from .model import TorchModel
from .plateau import PlateauPlan

SEEN = 30  # updates of a step of the user's own, which may move a schedule
MOST = 100_000  # updates that are looked ahead
REACTED, WORK = 3000, 1e10  # updates, and weights times rows of them, where these are trained


def moved_by_hooks(optimizer: Any) -> bool:
    """Whether something of the user's follows each step of the optimizer, as a schedule may."""
    return bool(optimizer._optimizer_step_post_hooks or optimizer._optimizer_step_pre_hooks)


def rates_ahead(model: TorchModel, rows: Batch, updates: int) -> Array:
    """The highest learning rate in each of the next updates of a start that is thrown away.

    Where they are planned, or without a step of the user's own, nothing has to be trained: an
    optimizer that is given no gradients moves its schedule alone.
    """
    if isinstance(model.setup.rate_plan, PlateauPlan):
        return _reacted(model, rows, updates)
    if (plan := model.setup.rate_plan) is not None:
        given = [float(group["lr"]) for group in model.optimizer.param_groups]
        epoch = model.setup.batches(len(rows))
        return np.array(
            [max(plan.rates(given, plan.at(i, epoch))) for i in range(min(updates, MOST))]
        )
    if model.step is not None:
        return model.train(rows, Plan(min(updates, SEEN))).rate
    optimizer, rates = model.optimizer, []
    optimizer.zero_grad()
    for _ in range(min(updates, MOST) if moved_by_hooks(optimizer) else 1):
        rates.append(highest_rate(optimizer))
        optimizer.step()
    return np.array(rates)


def _reacted(model: TorchModel, rows: Batch, updates: int) -> Array:
    """Those of a training, as far as it costs little; then the last one stays."""
    work = model.setup.parameters * min(model.setup.batch_size, len(rows))
    count = min(updates, MOST, REACTED, max(1, int(WORK / work)))
    rates = model.train(rows, Plan(count)).rate
    return np.concatenate([rates, np.full(min(updates, MOST) - len(rates), rates[-1])])


def scaled(factor: float) -> Callable[[Parts], None]:
    """Each step at `factor` times the rate that the schedule gives, of which it sees nothing."""

    def change(parts: Parts) -> None:
        own: list[float] = []

        def before(optimizer: Any, *_: Any) -> None:
            own[:] = [group["lr"] for group in optimizer.param_groups]
            for group in optimizer.param_groups:
                group["lr"] = factor * group["lr"]

        def after(optimizer: Any, *_: Any) -> None:
            for group, rate in zip(optimizer.param_groups, own, strict=True):
                group["lr"] = rate

        parts.optimizer.register_step_pre_hook(before)
        handle = parts.optimizer.register_step_post_hook(after)
        parts.optimizer._optimizer_step_post_hooks.move_to_end(handle.id, last=False)

    return change


def held(parts: Parts) -> None:
    """Each step at the rate that the schedule is made for."""

    def before(optimizer: Any, *_: Any) -> None:
        for group in optimizer.param_groups:
            group["lr"] = group["initial_lr"]

    for group in parts.optimizer.param_groups:
        group.setdefault("initial_lr", group["lr"])
    handle = parts.optimizer.register_step_pre_hook(before)
    parts.optimizer._optimizer_step_pre_hooks.move_to_end(handle.id, last=False)
