"""ReduceLROnPlateau: a schedule that goes by what it is told of the training."""

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
import torch
from torch.optim.lr_scheduler import ReduceLROnPlateau

from ...errors import UsageError
from ...trainable import Batch
from .rate_plan import RatePlan, settled

Told = Callable[[Any, Sequence[float], Sequence[int]], float]


@dataclass(frozen=True)
class Watching:
    """A schedule that is told `by(start, losses, rows)` after each epoch or step: of the start that
    is trained, and of the updates since it was told last. `said`: what that is."""

    schedule: ReduceLROnPlateau
    by: Told
    said: str


@dataclass(frozen=True, eq=False)
class PlateauPlan(RatePlan):
    """Rates that follow a copy of the schedule for each start; `shares` are those of the start."""

    watching: Watching = field(kw_only=True)

    @property
    def described(self) -> str:
        """What it goes by, in a line."""
        one, by = self.watching.schedule, "epoch" if self.per_epoch else "step"
        times = f"{one.patience + 1} {by}s" if one.patience else f"1 {by}"
        better = "lower" if one.mode == "min" else "higher"
        return (
            f"{self.name} after each {by}: learning rate from {max(self.highest):g}, times "
            f"{one.factor:g} when for {times} {self.watching.said} is no {better}"
        )

    def over(self, epochs: int, updates: int) -> Self:
        """The same: it takes as long as the training."""
        return self

    def started(self) -> "Following":
        """For a start of its own."""
        return Following(self)


class Following:
    """What a schedule has made of the rates of one start."""

    def __init__(self, plan: PlateauPlan) -> None:
        self.highest, self.by = plan.highest, plan.watching.by
        groups = [{"params": [torch.zeros(1)], "lr": rate} for rate in plan.highest]
        self.schedule = copy.copy(plan.watching.schedule)  # whose own is never moved
        self.schedule.optimizer = torch.optim.SGD(groups, lr=0.0)
        self.times = 0
        self.losses, self.rows = list[float](), list[int]()

    def __deepcopy__(self, memo: dict[int, Any]) -> "Following":
        made = copy.copy(self)
        made.schedule = copy.copy(self.schedule)
        made.schedule.optimizer = copy.deepcopy(self.schedule.optimizer, memo)
        made.losses, made.rows = [*self.losses], [*self.rows]
        return made

    def seen(self, loss: float, rows: int) -> None:
        """Of an update."""
        self.losses.append(loss)
        self.rows.append(rows)

    def shares(self, start: Any, time: int) -> list[float]:
        """Of each group's rate, at a time of the schedule."""
        if time > self.times and self.losses:
            self.times = time
            self.schedule.step(self._told(start))
            self.losses, self.rows = [], []
            start.as_given()
        groups = self.schedule.optimizer.param_groups
        return [
            float(group["lr"]) / top if top else 1.0
            for group, top in zip(groups, self.highest, strict=True)
        ]

    def _told(self, start: Any) -> float:
        try:
            return self.by(start, self.losses, self.rows)
        except Exception as error:  # the user's own
            told = f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
            raise UsageError(
                f"what the schedule goes by raises {told}", "a schedule of another kind"
            ) from error


def watching(schedule: Any, held: Batch | None) -> Any:
    """One that goes by a loss, by that of held-out rows, else by that of the updates; any other as
    it is."""
    if not isinstance(schedule, ReduceLROnPlateau):
        return schedule
    if held is not None:
        return Watching(schedule, lambda start, *_: start.loss(held), "the loss of held-out rows")

    def mean(start: Any, losses: Sequence[float], rows: Sequence[int]) -> float:
        return float(np.average(losses, weights=rows))

    return Watching(schedule, mean, "the mean loss of its updates")


def planned(schedule: Any, given: Any, made: Any, times: int, per_epoch: bool) -> RatePlan:
    """Of one that goes by what it is told the rates of the optimizer that is `given`; of any other
    those that are settled before training."""
    if not isinstance(schedule, Watching):
        return settled(schedule, given, made, times, per_epoch)
    if schedule.schedule.optimizer is not given:
        raise UsageError(
            "the schedule is of another optimizer", "one over the optimizer of this set-up"
        )
    tops = tuple(float(group["lr"]) for group in given.param_groups)
    return PlateauPlan(
        type(schedule.schedule).__name__,
        np.ones((1, len(tops))),
        tops,
        np.full(1, np.nan),
        per_epoch,
        watching=schedule,
    )
