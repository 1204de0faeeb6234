"""One whole run: epochs, validation, early stopping, plateau, budget; it can be stopped and resumed
without a bit of difference."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..adapters.network import Network
from ..engine.plateau import Plateau
from ..engine.schedules import SCHEDULES
from ..scores import score
from ..trace import FirstBad, Trace
from ..trainable import Batch, Plan
from ..watch import Watch
from .run import Ending, Epoch, Progress, Run

SAMPLE = 5000  # training rows on which loss and score are measured after an epoch
EXPLODED = 3.0  # times the first loss: CS231n lecture 5 (2016) breaks off there
EXPLODED_FOR = 2  # epochs in a row, so that a first kick may pass

Keeper = Callable[[Progress, Ending | None], None]


@dataclass(frozen=True)
class Course:
    """How a whole run goes: `patience` 0: no early stopping; `budget` in seconds.

    Loss and score are measured, and decisions taken, every `validate_every` epochs and after the
    last. `snapshots`: how many states are kept for an ensemble, evenly spaced, the last included.
    """

    epochs: int
    epoch_updates: int
    validate_every: int = 1
    patience: int = 0
    min_delta: float = 0.0
    budget: float = np.inf
    snapshots: int = 0

    @property
    def updates(self) -> int:
        """All updates together."""
        return self.epochs * self.epoch_updates


def fit(
    network: Network, train: Batch, validation: Batch | None, course: Course,
    watch: Watch | None = None, progress: Progress | None = None, keep: Keeper | None = None,
) -> Run:  # fmt: skip
    """Trains to the end, from where `progress` left off.

    `keep` is called after each epoch, and with the ending before the best epoch is restored.
    With early stopping the network gets the parameters of its best epoch back.
    """
    progress = progress or Progress()
    return _Fit(network, train, validation, course, watch or Watch(), progress, keep)()


class _Fit:
    def __init__(
        self, network: Network, train: Batch, validation: Batch | None, course: Course,
        watch: Watch, progress: Progress, keep: Keeper | None,
    ) -> None:  # fmt: skip
        self.network, self.train, self.validation = network, train, validation
        self.course, self.watch, self.progress, self.keep = course, watch, progress, keep
        self.sample = train.sample(SAMPLE)
        self.deadline = time.monotonic() + course.budget
        self.plateau: Plateau | None = None
        if SCHEDULES[network.setup.schedule].watches_loss:
            settings: dict[str, Any] = dict(network.setup.schedule_settings)
            self.plateau = Plateau(eps=1e-8 / network.setup.rate, **settings)
            self.plateau.state = progress.plateau
        parts = range(1, course.snapshots + 1)
        self.keep_at = {round(course.epochs * part / course.snapshots) for part in parts}
        # those of a shorter run that goes on lie closer together than this one's
        progress.kept = {n: kept for n, kept in progress.kept.items() if n in self.keep_at}

    def __call__(self) -> Run:
        progress = self.progress
        self.watch.stage("training", self.course.updates)
        ending = progress.ended
        if not progress.epochs:
            ending = self._broken(self._measure(0))
        if ending is None:
            ending = self._in_one_go() if self.network.setup.full_batch else self._epoch_by_epoch()
        if self.keep is not None:
            self.keep(progress, ending)
        best = progress.best if self.course.patience and not ending.can_go_on else None
        if best is not None:
            self.network.load(progress.best_arrays)
        trace = progress.trace(self.network.setup.names)
        return Run(trace, tuple(progress.epochs), ending, best)

    def _epoch_by_epoch(self) -> Ending:
        course, progress = self.course, self.progress
        while (done := progress.updates) < course.updates:
            epoch = done // course.epoch_updates + 1
            plan = self._plan(epoch * course.epoch_updates - done)
            trace = self.network.train(self.train, plan, self._asked(done))
            self._take(trace)
            if trace.first_bad is not None:
                return Ending.NON_FINITE_LOSS
            if progress.updates == epoch * course.epoch_updates:
                ending = self._after(epoch)
                if self.keep is not None:
                    self.keep(progress, None)
                if ending is not None:
                    return ending
            if progress.updates < course.updates and (why := self._stopped()) is not None:
                return why
        return Ending.COMPLETED

    def _in_one_go(self) -> Ending:
        """Full-batch optimizers build up a model of the surface: they stop, but never go on."""
        endings: list[Ending | None] = []

        def after(done: int) -> bool:
            self.watch.advance(done, loss=self.progress.epochs[-1].loss)
            endings.append(self._after(done) or self._stopped())
            return endings[-1] is None

        trace = self.network.train(self.train, Plan(self.course.updates, every=1), after)
        self._take(trace)
        if trace.first_bad is not None:
            return Ending.NON_FINITE_LOSS
        if endings and endings[-1] is not None:
            return endings[-1]
        if self.progress.epochs[-1].number != trace.updates:
            why = self._decide(self._measure(trace.updates))
            if why is not None:
                return why
        return Ending.COMPLETED if trace.updates == self.course.updates else Ending.CONVERGED

    def _take(self, trace: Trace) -> None:
        self.progress.updates += len(trace.loss)
        self.progress.losses.append(trace.loss)
        self.progress.rates.append(trace.rate)
        self.progress.first_bad = self.progress.first_bad or trace.first_bad

    def _plan(self, updates: int) -> Plan:
        if self.plateau is None:
            return Plan(updates)
        setup, rows = self.network.setup, len(self.train)
        first, batch = self.network.updates, min(setup.batch_size, rows)
        return Plan(updates, rate=setup.rates(first, updates, rows, batch) * self.plateau.current)

    def _asked(self, done: int) -> Callable[[int], bool]:
        last = self.progress.epochs[-1]

        def go_on(more: int) -> bool:
            self.watch.advance(done + more, loss=last.watched, score=last.watched_score)
            return self._stopped() is None

        return go_on

    def _stopped(self) -> Ending | None:
        if self.watch.cancelled():
            return Ending.INTERRUPTED
        return Ending.BUDGET if time.monotonic() > self.deadline else None

    def _after(self, epoch: int) -> Ending | None:
        """What the end of an epoch brings; None where training goes on."""
        course = self.course
        if epoch in self.keep_at:
            self.progress.kept[epoch] = self.network.snapshot()
        if epoch % course.validate_every and epoch != course.epochs:
            return None
        return self._decide(self._measure(epoch))

    def _decide(self, seen: Epoch) -> Ending | None:
        course, progress = self.course, self.progress
        if self.plateau is not None:
            self.plateau.observe(seen.watched)
            progress.plateau = self.plateau.state
        best = progress.best
        better = seen.watched < (np.inf if best is None else best.watched - course.min_delta)
        if better:  # NaN never is
            progress.best = seen
            if course.patience:
                progress.best_arrays = self.network.snapshot()
        broken = self._broken(seen) or self._exploded()
        if broken is not None:
            return broken
        waited = seen.number - (best.number if best is not None else 0)
        if course.patience and not better and waited >= course.patience:
            return Ending.EARLY_STOPPED
        return Ending.PLATEAU if self.plateau is not None and self.plateau.spent else None

    def _broken(self, seen: Epoch) -> Ending | None:
        if np.isfinite(seen.loss):
            return None
        layers = self.network.activations(self.sample)
        first = next((layer.name for layer in layers if layer.nonfinite > 0), "loss")
        self.progress.first_bad = FirstBad(seen.updates, first)
        return Ending.NON_FINITE_LOSS

    def _exploded(self) -> Ending | None:
        epochs = self.progress.epochs
        recent = epochs[max(1, len(epochs) - EXPLODED_FOR) :]
        limit = EXPLODED * abs(epochs[0].loss)
        high = len(recent) == EXPLODED_FOR and not any(one.loss <= limit for one in recent)
        return Ending.EXPLODED if high else None

    def _measure(self, number: int) -> Epoch:
        network, held = self.network, self.validation
        task = network.setup.task
        numbers = {
            "loss": network.loss(self.sample),
            "score": score(task, network.outputs(self.sample), self.sample),
        }
        if held is not None:
            numbers["validation_loss"] = network.loss(held)
            numbers["validation_score"] = score(task, network.outputs(held), held)
        rates = self.progress.rates
        rate = float(rates[-1][-1]) if rates and len(rates[-1]) else np.nan
        updates = number * self.course.epoch_updates
        seen = Epoch(number, updates, rate, **numbers)
        self.progress.epochs.append(seen)
        return seen
