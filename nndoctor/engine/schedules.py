"""Schedules: the factor on the learning rate at time t = 0, 1, ... (steps or epochs).

`factor(t, total, **settings)`: t [N] whole numbers as floats; total: how many t the whole training
has. Answers [N]. What runs towards an end stays there from t = total on.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Schedule:
    """One schedule; its factor works on whole arrays of times.

    `absolute`: what comes out are learning rates, not factors. `watches_loss`: the factor is 1
    here, and `plateau.Plateau` lowers it by the losses it is told.
    """

    name: str
    factor: Callable[..., NDArray[Any]]
    settings: tuple[tuple[str, float | tuple[float, ...]], ...]
    source: str
    absolute: bool = False
    watches_loss: bool = False

    def warmed_up(self, t: NDArray[Any], total: int, warmup: int, **settings: Any) -> NDArray[Any]:
        """The factors behind a linear rise over the first `warmup` times.

        Time t of the rise has (t + 1) / warmup of the schedule's first factor: on the line from 0,
        but no step is wasted on a rate of 0. The schedule's own time starts after the rise, with so
        much less in total, as in PyTorch's SequentialLR.
        source: Goyal et al. 2017, section 2.2, arXiv:1706.02677.
        """
        factor = self.factor(np.maximum(t - warmup, 0), max(total - warmup, 1), **settings)
        return np.asarray(factor * np.minimum((t + 1) / max(warmup, 1), 1.0))


def _constant(t, total):
    return np.ones(len(t))


def _step(t, total, factor, every):
    return factor ** (t // every)


def _multi_step(t, total, factor, milestones):
    reached = np.searchsorted(np.sort(np.asarray(milestones, float)), t, side="right")
    return factor ** reached.astype(float)


def _exponential(t, total, decay):
    return np.exp(-decay * t)


def _staircase(t, total, decay, every):
    return np.exp(-decay * (t // every))


def _inverse_time(t, total, decay):
    return 1.0 / (1.0 + decay * t)


def _sqrt(t, total, decay):
    return 1.0 / np.sqrt(1.0 + decay * t)


def _polynomial(t, total, power, end):
    return end + (1.0 - end) * (1.0 - np.minimum(t, total) / total) ** power


def _half_wave(start, end, share):
    """From start at share 0 to end at share 1, flat at both."""
    return end + (start - end) * (1.0 + np.cos(np.pi * share)) / 2.0


def _cosine(t, total, end):
    return _half_wave(1.0, end, np.minimum(t, total) / total)


def _cosine_restarts(t, total, every, growth, end):
    if growth == 1:
        return _half_wave(1.0, end, t % every / every)
    # Periods enough to cover t; the logarithm itself would miss a restart by rounding.
    count = int(math.log(t.max(initial=0.0) / every + 1.0) / math.log(growth)) + 2
    periods = every * float(growth) ** np.arange(count)
    starts = np.cumsum(periods) - periods
    now = np.searchsorted(starts, t, side="right") - 1
    return _half_wave(1.0, end, (t - starts[now]) / periods[now])


def _one_cycle(t, total, peak_at, start_divisor, end_divisor):
    t, peak, start = np.minimum(t, total - 1), peak_at * total - 1, 1.0 / start_divisor
    # Neither guard changes a value that is taken: t is whole, and none lies behind a peak at 1.
    up = _half_wave(start, 1.0, t / max(peak, 1.0))
    down = _half_wave(1.0, start / end_divisor, (t - peak) / (total - 1 - peak or 1.0))
    return np.where(t <= peak, up, down)


def _manual(t, total, rates):
    return np.asarray(rates, float)[np.minimum(t, len(rates) - 1).astype(np.int64)]


def _plateau(t, total, factor, patience, min_delta):
    return np.ones(len(t))


_CS231N = "CS231n notes, neural-networks-3: "
_SGDR = "Loshchilov & Hutter 2017, equation 5, arXiv:1608.03983"

SCHEDULES = {
    unit.name: unit
    for unit in (
        Schedule("constant", _constant, (), "Robbins & Monro 1951, without their decay"),
        Schedule(
            "step", _step, (("factor", 0.5), ("every", 10.0)), _CS231N + "factor^(t // every)"
        ),
        Schedule(
            "multi_step", _multi_step, (("factor", 0.1), ("milestones", ())),
            "He et al. 2016, section 4.2, arXiv:1512.03385; PyTorch's MultiStepLR",
        ),
        Schedule("exponential", _exponential, (("decay", 0.0),), _CS231N + "exp(-k t)"),
        Schedule(
            "staircase", _staircase, (("decay", 0.0), ("every", 10.0)),
            "TensorFlow's ExponentialDecay with staircase: exp(-k (t // every))",
        ),
        Schedule(
            "inverse_time", _inverse_time, (("decay", 0.0),),
            _CS231N + "1 / (1 + k t); Keras's `decay`",
        ),
        Schedule(
            "sqrt", _sqrt, (("decay", 1.0),),
            "Zinkevich 2003, theorem 1: 1 / sqrt(t) for t = 1, 2, ...; here t starts at 0",
        ),
        Schedule(
            "polynomial", _polynomial, (("power", 1.0), ("end", 0.0)),
            "Chen et al. 2018, section 4.1, arXiv:1606.00915: (1 - t / total)^power",
        ),
        Schedule("cosine", _cosine, (("end", 0.0),), _SGDR + ", one period without restart"),
        Schedule(
            "cosine_restarts", _cosine_restarts,
            (("every", 10.0), ("growth", 1.0), ("end", 0.0)), _SGDR,
        ),
        Schedule(
            "one_cycle", _one_cycle,
            (("peak_at", 0.3), ("start_divisor", 25.0), ("end_divisor", 1e4)),
            "Smith 2018, arXiv:1803.09820, in the two phases of PyTorch's OneCycleLR",
        ),
        Schedule(
            "manual", _manual, (("rates", ()),),
            "Krizhevsky, Sutskever & Hinton 2012, section 5: adjusted by hand", absolute=True,
        ),
        Schedule(
            "plateau", _plateau, (("factor", 0.1), ("patience", 10.0), ("min_delta", 1e-4)),
            "PyTorch's ReduceLROnPlateau, after He et al. 2016, section 3.4, arXiv:1512.03385",
            watches_loss=True,
        ),
    )
}  # fmt: skip
