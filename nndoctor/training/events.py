"""What happened in a run, judged from its record so far alone.

What is found in the first epochs is found again in all of them: an event once seen stays.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from ..trace import EXPLODED, LOOK, FirstBad
from ..trainable import Array
from .run import Epoch

PATIENT = 10  # epochs without a gain, at least, are a plateau
STRETCH = 0.3  # of the run so far, as ND505
GAIN = 0.01  # of all that the loss fell: less is none, as ND505
UNLEARNT = 0.5  # of a constant's loss: a standstill below is an end like any other, as ND505
HEIGHT = 0.5  # of what the loss fell: half of it was lost, as ND507
LEARNT = 0.1  # of the first loss has to be won before it can be lost
LASTING = 5  # looks since the lowest validation loss; ND702 takes three at the end of a run
GROWN = 0.1  # above the lowest validation loss, and of what had been won: as ND702
STILL = 0.005  # of the loss: by less it stands still
RISE = 0.05  # of the accuracy
SIGMAS = 4.0  # standard errors of the rows


class Kind(StrEnum):
    """What can happen; the names are stable, for machines."""

    PLATEAU = "plateau"
    SPIKE = "spike"
    DEAD_LAYER = "dead_layer"
    OVERFITTING = "overfitting"
    EXPLODED = "exploded"
    NOT_FINITE = "not_finite"
    SCORE_WITHOUT_LOSS = "score_without_loss"


@dataclass(frozen=True)
class Event:
    """Something that happened: seen in this epoch, after so many updates."""

    kind: Kind
    epoch: int
    updates: int
    message: str
    numbers: Mapping[str, float | str] = field(default_factory=dict)


@dataclass(frozen=True)
class Record:
    """A run so far.

    `looks` [R, L, M] at the updates `look_steps` [R] are of `layers`, the last of which is the
    output; `chance`: the loss of the best constant answer, NaN where unknown; `rows`: of training;
    `metric`: what the score is called, and `shares` whether it is one of rows.
    """

    epochs: tuple[Epoch, ...]
    layers: tuple[str, ...] = ()
    look_steps: Array = field(default_factory=lambda: np.zeros(0, np.int64))
    looks: Array = field(default_factory=lambda: np.zeros((0, 0, len(LOOK))))
    chance: float = np.nan
    rows: int = 0
    metric: str = "accuracy"
    shares: bool = True
    first_bad: FirstBad | None = None


def happened(seen: Record) -> tuple[Event, ...]:
    """All events so far, in the order in which they could be seen."""
    if not seen.epochs:
        return ()
    found = [
        *_not_finite(seen),
        *_exploded(seen),
        *_spikes(seen),
        *_plateau(seen),
        *_overfitting(seen),
        *_dead_layer(seen),
        *_score_without_loss(seen),
    ]
    return tuple(sorted(found, key=lambda event: (event.epoch, list(Kind).index(event.kind))))


def _event(seen: Record, at: int, kind: Kind, message: str, **numbers: float | str) -> Event:
    epoch = seen.epochs[at]
    return Event(kind, epoch.number, epoch.updates, message, numbers)


def _losses(seen: Record) -> Array:
    return np.array([epoch.loss for epoch in seen.epochs])


def _first(on: Array) -> int | None:
    """Where it is on for the first time."""
    return int(on.argmax()) if on.any() else None


def _not_finite(seen: Record) -> Iterator[Event]:
    bad = seen.first_bad
    if bad is not None:
        number = next((e.number for e in seen.epochs if e.updates >= bad.step), None)
        epoch = seen.epochs[-1].number + 1 if number is None else number
        message = f"values became NaN or infinite, first in {bad.layer}"
        yield Event(Kind.NOT_FINITE, epoch, bad.step, message, {"layer": bad.layer})


def _exploded(seen: Record) -> Iterator[Event]:
    losses = _losses(seen)
    high = losses > EXPLODED * abs(losses[0])
    high[1:] &= high[:-1].copy()
    high[:2] = False
    at = _first(high)
    if at is not None and losses[0]:
        times = float(losses[at] / abs(losses[0]))
        message = f"the loss is {times:.3g} times the first one"
        yield _event(seen, at, Kind.EXPLODED, message, times=times)


def _spikes(seen: Record) -> Iterator[Event]:
    losses = _losses(seen)
    if len(losses) < 3:
        return
    with np.errstate(invalid="ignore"):
        best = np.minimum.accumulate(losses)[:-1]
        fall, rise = losses[0] - best, losses[1:] - best
        high = (rise > HEIGHT * fall) & (fall > LEARNT * abs(losses[0]))
    onset = high & ~np.concatenate([[False], high[:-1]])
    for before in np.flatnonzero(onset):
        was, now = float(losses[before]), float(losses[before + 1])
        message = f"the loss jumped from {was:.4g} to {now:.4g}"
        yield _event(seen, int(before) + 1, Kind.SPIKE, message, before=was, after=now)


def _plateau(seen: Record) -> Iterator[Event]:
    """The loss gains nothing, far above what can be learned for all that is known."""
    losses, numbers = _losses(seen), np.array([epoch.number for epoch in seen.epochs])
    best = np.minimum.accumulate(losses)
    since = numbers - np.maximum(PATIENT, np.ceil(STRETCH * numbers))
    start = np.searchsorted(numbers, since, side="right") - 1  # the last look that long ago
    level = min(losses[0], seen.chance) if math.isfinite(seen.chance) else losses[0]
    with np.errstate(invalid="ignore"):
        scale = np.maximum(losses[0] - best, GAIN * abs(losses[0]))
        flat = (since >= 0) & (best[start] - best < GAIN * scale) & (best > UNLEARNT * level)
    at = _first(flat)
    if at is not None:
        begin = int(numbers[start[at]])
        message = f"plateau: the loss has not improved since epoch {begin}, at {best[at]:.4g}"
        yield _event(seen, at, Kind.PLATEAU, message, since=begin, loss=float(best[at]))


def _overfitting(seen: Record) -> Iterator[Event]:
    held, train = np.array([epoch.validation_loss for epoch in seen.epochs]), _losses(seen)
    if (broken := _first(~np.isfinite(held))) is not None:  # what was seen before stays
        held, train = held[:broken], train[:broken]
    if len(held) <= LASTING:
        return
    best = np.minimum.accumulate(held)
    at_best = np.maximum.accumulate(np.where(held == best, np.arange(len(held)), 0))
    lowest = np.minimum(np.minimum(held[2:], held[1:-1]), held[:-2])  # of three in a row
    lowest = np.concatenate([held[:2], lowest])
    over = (
        (np.arange(len(held)) - at_best >= LASTING)
        & (lowest - best > GROWN * np.abs(best))
        & (lowest - best > GROWN * (held[0] - best))
        & (train < train[at_best])
    )
    at = _first(over)
    if at is not None:
        begin = seen.epochs[int(at_best[at])].number
        message = (
            f"overfitting since epoch {begin}: validation loss rose from {best[at]:.4g} to "
            f"{held[at]:.4g}"
        )
        yield _event(
            seen,
            at,
            Kind.OVERFITTING,
            message,
            since=begin,
            lowest=float(best[at]),
            now=float(held[at]),
        )


def _dead_layer(seen: Record) -> Iterator[Event]:
    """Twice in a row: a look is at one batch."""
    hidden = seen.looks[:, :-1, LOOK.index("zeros")]
    dead = hidden[1:] >= 1
    dead &= hidden[:-1] >= 1
    when = _first(np.asarray(dead.any(axis=1))) if dead.size else None
    if when is not None:
        layer = seen.layers[int(dead[when].argmax())]
        step = int(seen.look_steps[when + 1])
        number = next((e.number for e in seen.epochs if e.updates >= step), None)
        epoch = seen.epochs[-1].number + 1 if number is None else number
        message = f"{layer} is dead: it outputs only zeros"
        yield Event(Kind.DEAD_LAYER, epoch, step, message, {"layer": layer})


def _score_without_loss(seen: Record) -> Iterator[Event]:
    """CS231n lecture 5 (2016): at rate 1e-6 the loss barely moves, the accuracy rises to 20 %."""
    if not seen.shares or len(seen.epochs) < 4:
        return
    losses, scores = _losses(seen), np.array([epoch.score for epoch in seen.epochs])
    after = losses[1:]  # epoch 0 is measured in another way, without dropout and noise
    with np.errstate(invalid="ignore"):
        moved = np.maximum.accumulate(after) - np.minimum.accumulate(after)
        still = moved < STILL * abs(after[0])
        still &= losses[0] - after < STILL * abs(losses[0])
        error = np.sqrt(2 * np.maximum(scores[1:] * (1 - scores[1:]), 0.0) / max(seen.rows, 1))
        risen = scores[1:] - scores[0] > np.maximum(RISE, SIGMAS * error)
    both = still & risen
    both[1:] &= both[:-1].copy()
    both[:2] = False
    at = _first(both)
    if at is not None:
        was, now = _apart(float(losses[0]), float(losses[at + 1]))
        message = (
            f"the {seen.metric} rises ({scores[0]:.2g} to {scores[at + 1]:.2g}) while the loss "
            f"stands still ({was} to {now}): the outputs move a little in the right direction, "
            "enough to change which of them is largest, too little to change the probabilities; "
            "the learning rate is too low"
        )
        yield _event(
            seen,
            at + 1,
            Kind.SCORE_WITHOUT_LOSS,
            message,
            score_before=float(scores[0]),
            score_now=float(scores[at + 1]),
            loss_before=float(losses[0]),
            loss_now=float(losses[at + 1]),
        )


def _apart(one: float, other: float) -> tuple[str, str]:
    """Two numbers with as many digits as it takes to tell them apart, and one more."""
    for digits in range(4, 17):
        pair = f"{one:.{digits}g}", f"{other:.{digits}g}"
        if pair[0] != pair[1]:
            break
    return f"{one:.{digits + 1}g}", f"{other:.{digits + 1}g}"
