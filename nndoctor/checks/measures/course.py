"""One training run of a set-up as it is, watched: what the checks of training judge."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from ...trace import LOOK, Trace
from ...trainable import Array, Batch, HasWeights, Model, Plan, Trainable, frozen_layers
from ...watch import Watch
from .chance_loss import constant_loss

LOOKS = 50  # at layers and at the loss of fixed rows, evenly spaced over the run
FEWEST = 5  # looks under a median: the first sees weights of an output layer that begin near zero
CLIMB = 0.2  # of the first loss, on fixed rows: as ND501 calls a rate unstable
LEARNT = 0.9  # of what the loss falls in all: until then it learns, later it may well stand still


@dataclass(frozen=True)
class Course:
    """A watched run.

    `moments` [M]: the updates made when the loss of the same rows was measured, 0 first; `losses`
    [M]: those, without dropout and noise. `chance`: the loss of the best constant answer, NaN where
    it is not known. `moved`: by layer, how far the weights are from where they began, relative to
    their norm then. `suggestion`: the rate that a sweep suggests, where one was made. `frozen`: the
    layers that are kept as they are on purpose.
    """

    trace: Trace
    moments: Array
    losses: Array
    updates: int
    epoch_updates: int
    chance: float = np.nan
    moved: Mapping[str, float] = field(default_factory=dict)
    cancelled: bool = False
    suggestion: float | None = None
    frozen: frozenset[str] = frozenset()

    @property
    def first(self) -> float:
        """The loss before training."""
        return float(self.losses[0])

    @property
    def finite(self) -> bool:
        """Whether every loss is finite, those of batches and those of fixed rows."""
        seen = np.isfinite(self.trace.loss).all() and np.isfinite(self.losses).all()
        return bool(seen) and self.trace.first_bad is None

    @property
    def drop(self) -> float:
        """By how much the loss fell, at best."""
        return self.first - float(self.losses.min())

    @property
    def climb(self) -> float:
        """How far the loss rose above what it had reached, as a share of the first; infinite where
        it broke."""
        if not self.finite:
            return np.inf
        climb = float((self.losses - np.minimum.accumulate(self.losses)).max())
        return climb / abs(self.first) if self.first else np.inf * climb if climb else 0.0

    @property
    def overshot(self) -> bool:
        """Whether the learning rate was too high: what small gradients there are may come of it."""
        return not self.climb <= CLIMB

    @property
    def scale(self) -> float:
        """What ups and downs are measured by: the fall, or a tenth of the first loss if more."""
        return max(self.drop, 0.1 * abs(self.first))

    @property
    def tail(self) -> float:
        """The share of that fall which the last fifth of the run brought; 0 where nothing fell."""
        if not self.drop > 0:
            return 0.0
        then = self.losses[(self.moments >= 0.8 * self.moments[-1]).argmax()]
        return float((then - self.losses[-1]) / self.drop)

    def seen(self, column: str, learning: bool = False) -> Array:
        """A column of the looks [R, L]; `learning`: only those while the loss falls."""
        looks = self.trace.looks[:, :, LOOK.index(column)]
        if not learning:
            return looks
        reached = self.losses <= self.first - LEARNT * self.drop
        end = self.moments[reached.argmax()] if reached.any() and self.drop > 0 else np.inf
        return looks[: max(int((self.trace.look_steps < end).sum()), FEWEST)]


def watched(
    setup: Trainable,
    batch: Batch,
    probe: Batch,
    *,
    updates: int,
    epoch_updates: int,
    seed: int,
    watch: Watch,
) -> tuple[Course, Model]:
    """Trains a fresh start for so many updates; the losses are those of the rows `probe`."""
    model = setup.fresh(seed)
    before = {name: w.copy() for name, w in _weights(model).items()}
    moments, losses = [0], [model.loss(probe)]
    watch.stage(f"training for {updates} updates", updates)

    def go_on(done: int) -> bool:
        moments.append(done)
        losses.append(model.loss(probe))
        watch.advance(done, loss=losses[-1])
        return not watch.cancelled()

    every = max(updates // LOOKS, 1)
    trace = model.train(batch, Plan(updates, every=every, look_every=every), go_on)
    if trace.updates > moments[-1]:
        moments.append(trace.updates)
        losses.append(model.loss(probe))
    level = constant_loss(setup.task, probe.y)
    moved = {name: _distance(w, before[name]) for name, w in _weights(model).items()}
    cut = watch.cancelled() and trace.updates < updates and trace.first_bad is None
    course = Course(
        trace,
        np.array(moments),
        np.array(losses),
        updates,
        epoch_updates,
        level,
        moved,
        cut,
        frozen=frozen_layers(model),
    )
    return course, model


def _weights(model: Model) -> Mapping[str, Array]:
    """Of the layers that are to learn."""
    weights, kept = model.weights() if isinstance(model, HasWeights) else {}, frozen_layers(model)
    return {name: one for name, one in weights.items() if name not in kept}


def _distance(now: Array, before: Array) -> float:
    """NaN where the weights are not finite; infinite where they left zero."""
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        begun = np.linalg.norm(before.astype(np.float64))
        way = np.linalg.norm(now.astype(np.float64) - before)
        return float(way / begun) if way > 0 or begun > 0 else 0.0
