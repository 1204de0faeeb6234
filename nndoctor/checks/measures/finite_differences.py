"""A gradient beside centred differences of the cost, one parameter at a time."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from ...trainable import Array, Batch, HasGradients

# Tried from the largest down: its rounding is least, a smaller one meets fewer kinks.
STEPS = (1e-4, 1e-5, 1e-6, 1e-7)  # times the parameter's size, or 1 where it is smaller than that
ULPS = 10  # that the cost may be off by: it is a sum over rows
TINY = (1e-9, 2e-9, 3e-9)  # steps at which a second difference is nothing but rounding
# A kink within the step makes a gap of at most 2 misfits, a third derivative one of 4/3.
BENT = 3.0
NOISY = 4.0  # roundings that a misfit can consist of: two costs, each beside three others
FORMULA = "|approx - grad| / max(|approx|, |grad|), approx = (cost(w + h) - cost(w - h)) / 2h"


class Fate(StrEnum):
    """What became of a sampled parameter."""

    COMPARED = "compared"
    KINK = "kink"
    NOISE = "noise"


@dataclass(frozen=True)
class Compared:
    """One parameter: its place in the array, both slopes, the step h and the relative error.

    KINK: no step was small enough to keep all units on their straight pieces, or the cost is no
    smooth curve over it. NOISE: both slopes differ by no more than the cost is rounded.
    """

    place: tuple[int, ...]
    gradient: float
    difference: float
    step: float
    error: float
    fate: Fate


@dataclass(frozen=True)
class Line:
    """The cost along one parameter; after each look the model is as it was."""

    model: HasGradients
    batch: Batch
    regularised: bool
    array: Array
    place: tuple[int, ...]

    def cost(self, value: float) -> float:
        """What training minimises, with the parameter at this value."""
        with self._moved(value):
            return self.model.cost(self.batch, self.regularised)

    def pieces(self, value: float) -> Array:
        """On which straight pieces the units are, with the parameter at this value."""
        with self._moved(value):
            return self.model.pieces(self.batch)

    @contextmanager
    def _moved(self, value: float) -> Iterator[None]:
        kept = self.array[self.place]
        self.array[self.place] = value
        try:
            yield
        finally:
            self.array[self.place] = kept


def compare(line: Line, gradient: float, cost: float, great: float) -> Compared:
    """The first step at which both slopes agree; a difference has to last at all smaller ones.

    Only where rounding hides it there does a larger step decide. `cost` is that of the model as it
    is; up to the error `great` nothing more is asked.
    """
    at, rounding = float(line.array[line.place]), None
    last: Compared | None = None
    for step in STEPS:
        h = step * max(abs(at), 1.0)
        up, down = line.cost(at + h), line.cost(at - h)
        difference = (up - down) / ((at + h) - (at - h))
        error, gap = relative_error(difference, gradient), abs(difference - gradient)
        found = Compared(line.place, gradient, difference, h, error, Fate.COMPARED)
        if error <= great:
            return found
        rounding = _rounding(line, at, cost) if rounding is None else rounding
        misfit = _misfit(line, at, h, down, cost, up)
        bent, noise = gap <= BENT * misfit, rounding / h
        if gap <= noise or (bent and misfit <= NOISY * noise):  # smaller steps are noisier still
            seen = last is not None and last.fate is Fate.COMPARED
            return last if last and seen else replace(found, fate=Fate.NOISE)
        if bent or not np.array_equal(line.pieces(at + h), line.pieces(at - h)):
            found = replace(found, fate=Fate.KINK)
        last = found
    return found


def relative_error(approx: float, gradient: float) -> float:
    """`FORMULA`; 0 where both are 0, NaN where one is not finite."""
    if approx == gradient == 0:
        return 0.0
    with np.errstate(invalid="ignore"):
        larger = max(abs(approx), abs(gradient))
        return float(np.divide(abs(approx - gradient), larger))


def _rounding(line: Line, at: float, cost: float) -> float:
    """By how much the cost jumps about; more than its own last places where outputs saturate."""
    size = max(abs(at), 1.0)
    jumps = [
        abs(line.cost(at + tiny * size) + line.cost(at - tiny * size) - 2 * cost) for tiny in TINY
    ]
    return max(ULPS * np.finfo(np.float64).eps * abs(cost), *jumps)


def _misfit(line: Line, at: float, h: float, down: float, cost: float, up: float) -> float:
    """How far the costs halfway lie from the parabola through the three others, as a slope."""
    bend, rise = (up + down - 2 * cost) / 8, (up - down) / 4
    above = line.cost(at + h / 2) - (cost + rise + bend)
    below = line.cost(at - h / 2) - (cost - rise + bend)
    return (abs(above) + abs(below)) / h


def sampled(gradient: Array, count: int, rng: np.random.Generator) -> list[tuple[int, ...]]:
    """Places of the largest gradients and, as many, of random others; NaN counts as largest."""
    sizes = np.nan_to_num(np.abs(gradient.ravel()), nan=np.inf)
    order = np.argsort(-sizes, kind="stable")
    first, rest = order[: (count + 1) // 2], order[(count + 1) // 2 :]
    drawn = rng.choice(rest, min(count // 2, len(rest)), replace=False) if len(rest) else rest
    chosen = np.concatenate([first, drawn]).astype(np.int64)
    return [tuple(int(i) for i in np.unravel_index(at, gradient.shape)) for at in chosen]
