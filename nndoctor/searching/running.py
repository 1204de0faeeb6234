"""A trial under way: trained up to an epoch, scored, and then perhaps further."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import numpy as np

from ..setup import Setup
from ..subjects.running import work
from ..training import Ending, Progress, fit
from ..watch import Watch
from .trial import Outcome, Trial

BROKEN = (Ending.EXPLODED, Ending.NON_FINITE_LOSS)
EXPLODED = 3.0  # times the first loss: CS231n lecture 5 (2016) breaks off there
NOT_FINITE = "its score was not finite"


class Stopped(Exception):
    """The time for the search is over, or the user wants to stop."""


class Candidate(Protocol):
    """What stages know of a trial that has not ended."""

    @property
    def work(self) -> float:
        """Nominal seconds of the whole run."""

    def to(self, epoch: int) -> float:
        """The score after this epoch; NaN where training broke. Raises Stopped."""

    @property
    def reason(self) -> str:
        """Why it broke."""


@dataclass
class Live:
    """A network in training."""

    setup: Setup
    watch: Watch
    reason: str = ""
    seconds: float = 0.0
    progress: Progress = field(default_factory=Progress)

    def __post_init__(self) -> None:
        self.network: Any = None
        self.stops = self.setup.recipe.training.early_stopping is not None
        self.work = work(self.setup)

    def to(self, epoch: int) -> float:
        """Trains on, without early stopping, for its looks are judged by the pruner."""
        if self.watch.cancelled():
            raise Stopped
        begun = time.perf_counter()
        if self.network is None:
            self.network = self.setup.trainable.fresh(self.setup.recipe.training.seed)
        course = replace(self.setup.course(), epochs=epoch, patience=0, snapshots=0)
        with np.errstate(all="ignore"):
            run = fit(self.network, self.setup.train, self.setup.validation, course, self.watch,
                      self.progress)  # fmt: skip
        self.seconds += time.perf_counter() - begun
        if run.ending.can_go_on:
            raise Stopped
        if run.ending in BROKEN:
            self.reason = run.ending.sentence
            return np.nan
        first, last = self.progress.epochs[0].watched, self.progress.epochs[-1].watched
        if last > EXPLODED * abs(first):
            self.reason = Ending.EXPLODED.sentence
            return np.nan
        score = self._score()
        self.reason = "" if np.isfinite(score) else NOT_FINITE
        return score if np.isfinite(score) else np.nan

    def _score(self) -> float:
        """That of the last epoch, or of the one that early stopping would go back to."""
        seen = self.progress.epochs
        if not self.stops:
            return seen[-1].watched_score
        return min(
            seen, key=lambda one: one.watched if one.watched == one.watched else np.inf
        ).watched_score


@dataclass(frozen=True)
class Recorded:
    """A trial that an earlier search has finished: it answers what was seen then."""

    trial: Trial
    work: float = 0.0

    @property
    def reason(self) -> str:
        """Why it broke."""
        return self.trial.reason

    def to(self, epoch: int) -> float:
        """The score of then."""
        return dict(self.trial.scores).get(epoch, np.nan)


def ended(
    running: Candidate, stage: int, number: int, inner: Mapping[str, Any],
    values: Mapping[str, Any], epochs: int, outcome: Outcome, scores: list[tuple[int, float]],
) -> Trial:  # fmt: skip
    """The record of a candidate that has ended."""
    if isinstance(running, Recorded):
        return running.trial
    seconds = getattr(running, "seconds", 0.0)
    return Trial(stage, number, dict(inner), dict(values), epochs, outcome, tuple(scores),
                 running.reason, seconds)  # fmt: skip
