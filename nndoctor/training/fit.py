"""One whole run: epochs, validation, early stopping, plateau, budget; it can be stopped and resumed
without a bit of difference."""

import time
from collections.abc import Callable, Sequence
from itertools import pairwise, takewhile
from typing import TYPE_CHECKING, Any

import numpy as np

from ..adapters.network import Network
from ..engine.plateau import Plateau
from ..engine.schedules import SCHEDULES
from ..scores import score
from ..trace import EXPLODED, FirstBad, Trace
from ..trainable import Array, Batch, Plan
from ..watch import Watch
from .course import Course, far_apart
from .patience import Patience
from .run import Ending, Epoch, Progress, Run

if TYPE_CHECKING:
    from ..adapters.torch.model import TorchModel

    Trainee = Network | TorchModel

SAMPLE = 5000  # training rows that are asked as a whole: at the start, at the end, for a decision
# A loss has exploded for so many looks and updates at least: first kicks pass, also those that a
# large rate or large first weights give, and what comes down from its peak is no explosion.
EXPLODED_FOR, EXPLODED_UPDATES, COMING_DOWN = 2, 100, 0.9

Keeper = Callable[[Progress, Ending | None], None]
Onlooker = Callable[[Progress], None]


def fit(
    network: "Trainee",
    train: Batch,
    validation: Batch | None,
    course: Course,
    watch: Watch | None = None,
    progress: Progress | None = None,
    keep: Keeper | None = None,
    look: Onlooker | None = None,
) -> Run:
    """Trains to the end, from where `progress` left off.

    `keep` is called after epochs, and with the ending before the best epoch is restored; `look`
    whenever something new was seen of an epoch.
    With early stopping the network gets the parameters of its best epoch back.
    """
    progress = progress or Progress()
    return _Fit(network, train, validation, course, watch or Watch(), progress, keep, look)()


class _Fit:
    def __init__(
        self,
        network: "Trainee",
        train: Batch,
        validation: Batch | None,
        course: Course,
        watch: Watch,
        progress: Progress,
        keep: Keeper | None,
        look: Onlooker | None,
    ) -> None:
        self.network, self.train, self.validation = network, train, validation
        self.course, self.watch, self.progress, self.keep = course, watch, progress, keep
        self.look = look
        self.sample = train.sample(SAMPLE)
        self.deadline = time.monotonic() + course.budget
        self.plateau: Plateau | None = None
        if SCHEDULES[network.setup.schedule].watches_loss:
            settings: dict[str, Any] = dict(network.setup.schedule_settings)
            self.plateau = Plateau(eps=1e-8 / network.setup.rate, **settings)
            self.plateau.state = progress.plateau
        self.patience = self._patience()
        self.far_apart = self._far_apart()
        self.shares = self._shares()
        self.keep_at = course.kept
        # those of a shorter run that goes on lie closer together than this one's
        progress.kept = {n: kept for n, kept in progress.kept.items() if n in self.keep_at}

    def __call__(self) -> Run:
        progress = self.progress
        self.watch.stage("training", self.course.updates)
        ending = progress.ended
        if not progress.epochs:
            ending = self._broken(self._measure(0), over=True, blind=True)
        if ending is None:
            ending = self._in_one_go() if self.network.setup.full_batch else self._epoch_by_epoch()
        if self.keep is not None:
            self.keep(progress, ending)
        best = progress.best if self.course.restores and not ending.can_go_on else None
        if best is not None:
            self.network.load(progress.best_arrays)
        trace = progress.trace(self.network.setup.names)
        return Run(trace, tuple(progress.epochs), ending, best)

    def _epoch_by_epoch(self) -> Ending:
        course, progress, most = self.course, self.progress, self.course.epochs
        while (done := progress.updates) < course.updates:
            epoch = self._next_stop(done // course.epoch_updates, most)
            plan = self._plan(epoch * course.epoch_updates - done)
            before = self.network.state() if plan.updates > course.epoch_updates else None
            trace = self.network.train(self.train, plan, self._asked(done))
            if before is not None and trace.first_bad and np.isfinite(trace.loss).all():
                # in one of its epochs weights broke, unseen by any loss: again, to find which
                self.network.load(before)
                most = 1
                continue
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
        self.progress.scores.append(trace.score)
        if len(trace.look_steps):
            self.progress.look_steps.append(trace.look_steps)
            self.progress.looks.append(trace.looks)
        self.progress.first_bad = self.progress.first_bad or trace.first_bad

    def _plan(self, updates: int) -> Plan:
        look_every = self.course.look_every
        if self.plateau is None:
            return Plan(updates, scored=True, look_every=look_every)
        setup, rows = self.network.setup, len(self.train)
        first, batch = self.network.updates, min(setup.batch_size, rows)
        rates = setup.rates(first, updates, rows, batch) * self.plateau.current
        return Plan(updates, rate=rates, scored=True, look_every=look_every)

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
        if not course.looked_at(epoch, self.far_apart):
            return None
        return self._decide(self._measure(epoch))

    def _decide(self, seen: Epoch) -> Ending | None:
        course, progress = self.course, self.progress
        blind = self.plateau is not None and self.validation is None
        if self.plateau is not None:
            self.plateau.observe(self.network.loss(self.sample) if blind else seen.watched)
            progress.plateau = self.plateau.state
        ending = Ending.EARLY_STOPPED if self._waited_enough(seen) else None
        if ending is None and self.plateau is not None and self.plateau.spent:
            ending = Ending.PLATEAU
        over = ending is not None or seen.number == course.epochs
        return self._broken(seen, over, blind) or ending

    def _waited_enough(self, seen: Epoch) -> bool:
        """Takes note of an epoch; whether early stopping ends the run after it."""
        course, best = self.course, self.progress.best
        least = 0.0 if self.patience else course.min_delta
        better = self._value(seen) < (np.inf if best is None else self._value(best) - least)
        if better:  # NaN never is
            self.progress.best = seen
            if course.restores:
                self.progress.best_arrays = self.network.snapshot()
        if self.patience is not None:
            since = seen.number - self.progress.epochs[-2].number
            return self.patience.spent_after(self._value(seen), since)
        waited = seen.number - (best.number if best is not None else 0)
        return bool(course.patience and not better and waited >= course.patience)

    def _value(self, seen: Epoch) -> float:
        """What is to fall."""
        if self.course.watch == "training_loss":
            return seen.loss
        return -seen.watched_score if self.course.watch == "validation_score" else seen.watched

    def _patience(self) -> Patience | None:
        """As far as the epochs made have used it up; None where best epochs count the wait."""
        if not self.course.patience or self.course.watch == "validation_loss":
            return None
        patience = Patience(self.course.patience, self.course.min_delta)
        for before, seen in pairwise(self.progress.epochs):
            patience.spent_after(self._value(seen), seen.number - before.number)
        return patience

    def _broken(self, seen: Epoch, over: bool, blind: bool) -> Ending | None:
        """All training rows are asked where something seems amiss, and to be sure of what is `over`
        or was `blind`."""
        epochs, limit = self.progress.epochs, EXPLODED * abs(self.progress.epochs[0].loss)
        before = epochs[-2].loss if self.network.setup.full_batch and len(epochs) > 1 else seen.loss
        high = self.course.break_off and not before <= limit
        if not (high or over or blind or not np.isfinite(seen.loss)):
            return None
        loss = self.network.loss(self.sample)
        if not np.isfinite(loss):
            layers = self.network.activations(self.sample)
            first = next((layer.name for layer in layers if layer.nonfinite > 0), "loss")
            self.progress.first_bad = FirstBad(seen.updates, first)
            return Ending.NON_FINITE_LOSS
        again = high and not loss <= limit and len(epochs) > EXPLODED_FOR
        return Ending.EXPLODED if again and (over or self._stays_above(limit)) else None

    def _stays_above(self, limit: float) -> bool:
        """Whether the loss was above it for long, and does not come down."""
        newest, *earlier = reversed(self.progress.epochs)
        above = list(takewhile(lambda epoch: not epoch.loss <= limit, earlier))
        since = earlier[len(above)].updates if len(above) < len(earlier) else 0
        long = newest.updates - since >= EXPLODED_UPDATES
        peak = max((epoch.loss for epoch in above), default=newest.loss)
        return long and not newest.loss < COMING_DOWN * peak

    def _measure(self, number: int) -> Epoch:
        network, held = self.network, self.validation
        numbers = self._on_training_rows(number)
        if held is not None:
            loss, outputs = network.evaluate(held)
            numbers["validation_loss"] = loss
            numbers["validation_score"] = score(network.setup.task, outputs, held)
        rates = self.progress.rates
        rate = float(f"{rates[-1][-1]:.7g}") if rates and len(rates[-1]) else np.nan
        updates = number * self.course.epoch_updates
        seen = Epoch(number, updates, rate, **numbers)
        self.progress.epochs.append(seen)
        if self.look is not None:
            self.look(self.progress)
        return seen

    def _on_training_rows(self, number: int) -> dict[str, float]:
        """Means over the epoch; the network itself before any, and for full-batch optimizers."""
        if number == 0 or self.network.setup.full_batch:
            loss, outputs = self.network.evaluate(self.sample)
            return {"loss": loss, "score": score(self.network.setup.task, outputs, self.sample)}
        count = len(self.shares)
        loss, right = (
            float((_last(parts, count) * self.shares).sum())
            for parts in (self.progress.losses, self.progress.scores)
        )
        return {"loss": loss, "score": right if np.isfinite(right) else -np.inf}

    def _next_stop(self, epoch: int, most: int) -> int:
        """The epoch up to which nothing is to be seen to, at most so many on."""
        kept = [number for number in self.keep_at if number > epoch]
        return min([epoch + most, self.course.next_look(epoch, self.far_apart), *kept])

    def _far_apart(self) -> int:
        """How many epochs may lie between looks: none where each decides something."""
        if self.course.patience or self.plateau is not None:
            return 1
        held = 0 if self.validation is None else len(self.validation)
        setup, updates = self.network.setup, self.course.epoch_updates
        parameters, layers = setup.parameters, len(setup.names)
        return far_apart(parameters, layers, len(self.train), updates, held)

    def _shares(self) -> Array:
        """What each update of an epoch adds to its means [T]: the share of its rows."""
        setup, rows, updates = self.network.setup, len(self.train), self.course.epoch_updates
        weights = np.ones(updates)
        if setup.parts == 1 and setup.batch_size < rows:
            weights[-1] = rows / setup.batch_size - (updates - 1)
        return np.asarray(weights / weights.sum())


def _last(parts: Sequence[Array], count: int) -> Array:
    """The last so many numbers of those that lie in parts one after the other."""
    taken: list[Array] = []
    for part in reversed(parts):
        taken.insert(0, part[-count:])
        count -= len(taken[0])
        if count == 0:
            break
    return np.concatenate(taken)
