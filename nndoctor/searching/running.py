"""A trial under way: trained up to an epoch, scored, and then perhaps further."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..adapters.network import Network
from ..setup import Setup
from ..subjects.running import work
from ..trace import EXPLODED
from ..trainable import Array
from ..training import Course, Ending, Progress, fit
from ..watch import Watch
from .trial import Outcome, Trial

BROKEN = (Ending.EXPLODED, Ending.NON_FINITE_LOSS)
LOOKS = 5  # at a trial, beside those of its rungs
NOT_FINITE = "its score was not finite"

SetupOf = Callable[[Mapping[str, Any], int], Setup]


class Live:
    """A network in training, and what came of it so far.

    On threads it stays where it is. Pickled it is what training goes on from: the rows, and what
    is compiled, are found anew wherever it gets to.

    `score` is that after the last epoch, NaN where training broke, for the `reason` given. It has
    `stopped` where the time for the search is over, or the user wants to stop.
    """

    def __init__(self, values: Mapping[str, Any], epochs: int, setup: Setup) -> None:
        self.values, self.epochs, self.work = values, epochs, work(setup)
        self.score, self.reason, self.stopped, self.seconds = np.nan, "", False, 0.0
        self.progress = Progress()
        self.setup: Setup | None = setup
        self.network: Network | None = None
        self.state: dict[str, Array] | None = None  # of a network that was left elsewhere

    def __getstate__(self) -> dict[str, Any]:
        """Nothing more than the state of a network that will be trained further."""
        state = self.state if self.network is None else self.network.state()
        progress = replace(self.progress, losses=[], rates=[], scores=[])  # of epochs that are over
        left = {"setup": None, "network": None, "state": state, "progress": progress}
        return self.__dict__ | left

    def train(self, epoch: int, setup_of: SetupOf, watch: Watch) -> None:
        """Up to this epoch, without early stopping, for its looks are judged by the pruner."""
        if watch.cancelled():
            self.stopped = True
            return
        begun = time.perf_counter()
        setup = self.setup = self.setup or setup_of(self.values, self.epochs)
        network = self._in_hand(setup)
        with np.errstate(all="ignore"):
            course = self._course(setup, epoch)
            run = fit(network, setup.train, setup.validation, course, watch, self.progress)
        self.seconds += time.perf_counter() - begun
        self.stopped = run.ending.can_go_on
        if not self.stopped:
            self.score, self.reason = self._seen(run.ending, setup)
        if np.isnan(self.score) or epoch == self.epochs:
            self.network = self.state = None  # it is over

    def _course(self, setup: Setup, epoch: int) -> Course:
        """Up to this epoch; looks that decide nothing but whether it breaks are far between."""
        course = replace(setup.course(), epochs=epoch, patience=0, snapshots=0)
        decides = setup.trainable.watches_loss or setup.recipe.training.early_stopping is not None
        if decides or course.validate_every:
            return course
        return replace(course, validate_every=max(1, self.epochs // LOOKS))

    def _in_hand(self, setup: Setup) -> Network:
        """The network as it was left."""
        if self.network is None:
            self.network = setup.trainable.fresh(setup.recipe.training.seed)
            if self.state is not None:
                self.network.load(self.state)
                self.state = None
        return self.network

    def _seen(self, ending: Ending, setup: Setup) -> tuple[float, str]:
        """The score, and why there is none."""
        seen = self.progress.epochs
        if ending in BROKEN:
            return np.nan, ending.sentence
        if seen[-1].watched > EXPLODED * abs(seen[0].watched):
            return np.nan, Ending.EXPLODED.sentence
        best = seen[-1]
        if setup.recipe.training.early_stopping is not None:  # which would go back to it
            best = min(seen, key=lambda one: one.watched if one.watched == one.watched else np.inf)
        found = best.watched_score
        return (found, "") if np.isfinite(found) else (np.nan, NOT_FINITE)


@dataclass(frozen=True)
class Recorded:
    """A trial that an earlier search has finished: it answers what was seen then."""

    trial: Trial

    def after(self, epoch: int) -> float:
        """The score of then."""
        return dict(self.trial.scores).get(epoch, np.nan)


def ended(
    running: Live | Recorded,
    stage: int,
    number: int,
    inner: Mapping[str, Any],
    values: Mapping[str, Any],
    epochs: int,
    outcome: Outcome,
    scores: list[tuple[int, float]],
) -> Trial:
    """The record of a candidate that has ended."""
    if isinstance(running, Recorded):
        return running.trial
    return Trial(
        stage,
        number,
        dict(inner),
        dict(values),
        epochs,
        outcome,
        tuple(scores),
        running.reason,
        running.seconds,
    )
