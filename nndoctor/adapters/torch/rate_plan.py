"""A schedule of PyTorch as numbers: what it makes of each group's rate, as long as one trains."""

import copy
from dataclasses import dataclass, field, replace
from typing import Any, Self

import numpy as np
from torch.optim.lr_scheduler import LRScheduler, ReduceLROnPlateau

from ...errors import UsageError
from ...trainable import Array

OWN_LINES = "its own lines"  # of a script, in place of a schedule's name
ROUNDING = 1e-9  # of a time that a pace is to reach


@dataclass(frozen=True, eq=False)  # arrays have no one truth
class RatePlan:
    """The rates of a training at the times 0, 1, ... of its schedule.

    `shares` [times, groups] are of the `highest` [groups], which the user set; `momenta` [times]
    are NaN where the schedule leaves momentum alone. Time moves on with each epoch, or with each
    step of the optimizer, and `pace` times as fast in a training of another length. `left`: a word
    where the schedule ends before the training does.
    """

    name: str
    shares: Array = field(repr=False)
    highest: tuple[float, ...]
    momenta: Array = field(repr=False)
    per_epoch: bool
    pace: float = 1.0
    left: str = ""

    @property
    def moves_momentum(self) -> bool:
        """Whether it sets the momentum, too."""
        return not bool(np.isnan(self.momenta).any())

    @property
    def described(self) -> str:
        """Where it leads, in a line."""
        rates = (self.shares * np.asarray(self.highest)).max(axis=1)
        by = "epoch" if self.per_epoch else "step"
        first, top, last = (float(f"{one:.3g}") for one in (rates[0], rates.max(), rates[-1]))
        over = f" over {top:g}" if top > max(first, last) else ""
        told = f"{self.name} after each {by}: learning rate from {first:g}{over} to {last:g}"
        return f"{told}; {self.left}" if self.left else told

    def over(self, epochs: int, updates: int) -> Self:
        """The same rates over a training of so many, slower or faster."""
        return replace(self, pace=len(self.shares) / (epochs if self.per_epoch else updates))

    def at(self, update: int, epoch_updates: int) -> int:
        """Its time at an update; the last one stays."""
        done = update // epoch_updates if self.per_epoch else update
        return min(int(done * self.pace + ROUNDING), len(self.shares) - 1)

    def rates(self, given: list[float], time: int) -> list[float]:
        """Of groups whose highest are given; what has more groups than the schedule knows goes with
        its last."""
        known = self.shares.shape[1] - 1
        return [rate * float(self.shares[time, min(i, known)]) for i, rate in enumerate(given)]

    def moved(self, optimizer: Any, time: int) -> None:
        """Sets what the schedule makes of momentum."""
        if not self.moves_momentum:
            return
        momentum = float(self.momenta[time])
        for group in optimizer.param_groups:
            if "betas" in group:
                group["betas"] = (momentum, *group["betas"][1:])
            elif "momentum" in group:
                group["momentum"] = momentum

    def raised(self, optimizer: Any) -> None:
        """Gives a start's own optimizer the highest rates, of which the plan has shares."""
        for group, rate in zip(optimizer.param_groups, self.highest, strict=False):
            group["lr"] = rate
            group.pop("initial_lr", None)


def settled(schedule: Any, given: Any, made: Any, times: int, per_epoch: bool) -> RatePlan:
    """Moves a copy of the user's schedule on, so many times.

    `schedule`: one over the optimizer that is `given`, or a function from an optimizer, which gets
    `made`, to one. Raises UsageError for what is no schedule, and for one that goes by a loss.
    """
    own = _own(schedule, given, made)
    if isinstance(own, ReduceLROnPlateau) or not isinstance(own, LRScheduler):
        raise UsageError(
            f"the schedule is a {type(own).__name__}",
            "a schedule of torch.optim.lr_scheduler whose rates are settled before training, "
            "or a function from an optimizer to one",
        )
    groups, left = own.optimizer.param_groups, ""
    rates, momenta = np.empty((times, len(groups))), np.empty(times)
    for time in range(times):
        rates[time] = [float(group["lr"]) for group in groups]
        momenta[time] = _momentum(groups[0])
        try:
            own.step()
        except Exception as error:  # as one cycle does behind its last step
            if time + 1 < times:
                told = " ".join(str(error).split())[:120]
                left = f"its step {time + 1} raises {type(error).__name__}: {told}"
                rates[time + 1 :], momenta[time + 1 :] = rates[time], momenta[time]
            break
    momenta = momenta if len(set(momenta)) > 1 else np.full(times, np.nan)
    stated = [float(group.get("max_lr", group.get("initial_lr", 0.0))) for group in groups]
    highest = np.maximum(rates.max(axis=0), stated)
    shares = np.divide(rates, highest, out=np.ones_like(rates), where=highest != 0)
    tops = tuple(float(one) for one in highest)
    return RatePlan(type(own).__name__, shares, tops, momenta, per_epoch, left=left)


def _own(schedule: Any, given: Any, made: Any) -> Any:
    """One that is nobody else's."""
    if not isinstance(schedule, LRScheduler):
        return schedule(made) if callable(schedule) else schedule
    if schedule.optimizer is not given:
        raise UsageError(
            "the schedule is of another optimizer", "one over the optimizer of this set-up"
        )
    try:
        return copied_rates(schedule, given)
    except Exception as error:
        told = f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
        raise UsageError(
            f"the schedule can't be copied: {told}", "give a function from an optimizer to one"
        ) from error


def copied_rates(what: Any, optimizer: Any) -> Any:
    """A deep copy whose rates are nobody else's; the optimizer's parameters, and what it remembers
    of them, stay shared."""
    shared = [p for group in optimizer.param_groups for p in group["params"]]
    kept: dict[int, Any] = {id(one): one for one in (*shared, optimizer.state)}
    return copy.deepcopy(what, kept)


def _momentum(group: dict[str, Any]) -> float:
    betas = group.get("betas")
    return float(betas[0] if isinstance(betas, tuple) else group.get("momentum", np.nan))
