"""Schedules: the factor on the learning rate at time t = 0, 1, ... (steps or epochs)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Schedule:
    """One schedule; `factor(t, **settings)` works on whole arrays of times."""

    name: str
    factor: Callable[..., NDArray[Any]]
    settings: tuple[tuple[str, float], ...]
    source: str


def _constant(t):
    return np.ones(len(t))


def _step(t, factor, every):
    return factor ** (t // every)


def _inverse_time(t, decay):
    return 1.0 / (1.0 + decay * t)


SCHEDULES = {
    unit.name: unit
    for unit in (
        Schedule("constant", _constant, (), "Robbins & Monro 1951, without their decay"),
        Schedule(
            "step", _step, (("factor", 0.5), ("every", 10.0)),
            "CS231n notes, neural-networks-3: factor^(t // every)",
        ),
        Schedule(
            "inverse_time", _inverse_time, (("decay", 0.0),),
            "CS231n notes, neural-networks-3: 1 / (1 + k t); Keras's `decay`",
        ),
    )
}  # fmt: skip
