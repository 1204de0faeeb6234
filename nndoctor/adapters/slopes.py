"""One activation outside any network: slopes, mean output, and how long it takes."""

import time
from dataclasses import dataclass

import numpy as np

from ..engine.activations import ACTIVATIONS, pieces
from ..engine.applying import value_and_slope

PLACES = (-10.0, 0.0, 10.0)
SAMPLE = 100_000
TIMED = (256, 256)  # rows and units: fits the cache, as a layer does
REPEATS = 7


@dataclass(frozen=True)
class Profile:
    """`slopes` at -10, 0 and 10; `mean`: of its output on unit-Gaussian input."""

    name: str
    slopes: tuple[float, float, float]
    mean: float
    can_die: bool
    nanoseconds: float


def profile(name: str, seed: int) -> Profile:
    """Of an activation at its default setting; of several linear maps the others stay at 0.

    `nanoseconds`: forward and backward in float32, a value, the fastest of some runs.
    """
    unit = ACTIVATIONS[name]
    maps = pieces(name, next((default for _, default in unit.settings), 0.0))
    places = np.zeros((len(PLACES), maps))
    places[:, 0] = PLACES
    below, middle, above = map(float, value_and_slope(name, places)[1][:, 0])
    random = np.random.default_rng(seed)
    mean = float(value_and_slope(name, random.standard_normal((SAMPLE, maps)))[0].mean())
    rows, units = TIMED
    z, spent = random.standard_normal((rows, maps * units)).astype(np.float32), []
    for _ in range(REPEATS):
        begun = time.thread_time()
        value_and_slope(name, z)
        spent.append(time.thread_time() - begun)
    each = 1e9 * min(spent) / (rows * units)
    return Profile(name, (below, middle, above), mean, unit.can_die, each)
