"""An optimizer's way down a surface: by the engine's own update rules, or by the full batch's."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ..adapters.full_batch import METHODS, minimise
from ..engine.applying import stepper
from ..engine.optimizers import OPTIMIZERS
from ..trainable import Array
from .functions import Surface

NEWTON = "newton"
WALKERS = (*OPTIMIZERS, *METHODS, NEWTON)
CLOSE = 1e-4  # of the height of the start above the floor: there the floor is reached
LOST = 1e3  # times that height: there a walk has diverged
RATES = (1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1.0, 3.0)
STILL = 1e-3  # of the first gradient's length: there a walk rests

Step = Callable[[Array], Array]


@dataclass(frozen=True)
class Way:
    """Where an optimizer came by, w [T + 1, D] with the start, and the values there [T + 1].

    `rate` is None for those that search along a line. `ending` with `step`: when it reached the
    floor or diverged; else `step` is the last one, and `rests` names the flat place it lies at.
    """

    optimizer: str
    rate: float | None
    w: Array
    values: Array
    ending: Literal["reached", "diverged", "short"]
    step: int
    rests: str = ""


def walk(
    surface: Surface,
    optimizer: str,
    steps: int,
    rate: float = 0.0,
    start: tuple[float, ...] | None = None,
) -> Way:
    """At most so many steps; it ends at the floor, or where it diverges."""
    first = np.array(surface.start if start is None else start, np.float64)
    if optimizer in METHODS:
        places = _searched(surface, optimizer, steps, first)
        return _way(surface, optimizer, None, places)
    if optimizer == NEWTON:
        return _way(surface, optimizer, None, _stepped(surface, _newton(surface), steps, first))
    step = stepper(OPTIMIZERS[optimizer], len(first), rate)
    return _way(surface, optimizer, rate, _stepped(surface, step, steps, first))


def best_walk(
    surface: Surface, optimizer: str, steps: int, start: tuple[float, ...] | None = None
) -> Way:
    """At the one of RATES that reaches the floor first, or comes lowest where none does."""
    if optimizer in METHODS or optimizer == NEWTON:
        return walk(surface, optimizer, steps, start=start)
    ways = [walk(surface, optimizer, steps, rate, start) for rate in RATES]
    return min(ways, key=_merit)


def _merit(way: Way) -> tuple[bool, float]:
    if way.ending == "reached":
        return (False, way.step)
    last = float(way.values[-1])
    return (True, last if way.ending == "short" and np.isfinite(last) else np.inf)


def _stepped(
    surface: Surface, step: Callable[[Array, Array], Array], steps: int, w: Array
) -> Array:
    places = [w]
    watch = _Watch(surface, w)
    with np.errstate(all="ignore"):
        while len(places) <= steps and watch.goes_on(w):
            w = w - step(surface.gradient(w), w)
            places.append(w)
    return np.array(places)


def _newton(surface: Surface) -> Callable[[Array, Array], Array]:
    """The whole step H^-1 g, without a line search: it goes to any flat place, a saddle too."""

    def step(g: Array, w: Array) -> Array:
        try:
            return np.asarray(np.linalg.solve(surface.hessian(w), g))
        except np.linalg.LinAlgError:
            return np.full_like(w, np.nan)

    return step


def _searched(surface: Surface, name: str, steps: int, first: Array) -> Array:
    places, watch = [first], _Watch(surface, first)

    def objective(w: Array) -> tuple[float, Array, float]:
        with np.errstate(all="ignore"):
            value = float(surface.value(w))
            return value, surface.gradient(w), value

    def accept(w: Array, made: int) -> bool:
        places.append(w.copy())
        return watch.goes_on(w)

    minimise(name, first.copy(), objective, steps, accept)
    return np.array(places)


class _Watch:
    """When a walk has come to its end before its steps are used up."""

    def __init__(self, surface: Surface, first: Array) -> None:
        self.surface = surface
        self.height = max(float(surface.value(first)) - surface.floor, np.finfo(float).tiny)

    def reached(self, w: Array) -> bool:
        return float(self.surface.value(w)) - self.surface.floor <= CLOSE * self.height

    def lost(self, w: Array) -> bool:
        return not float(self.surface.value(w)) - self.surface.floor <= LOST * self.height

    def goes_on(self, w: Array) -> bool:
        return not (self.reached(w) or self.lost(w))


def _way(surface: Surface, optimizer: str, rate: float | None, places: Array) -> Way:
    watch = _Watch(surface, places[0])
    with np.errstate(all="ignore"):
        values = np.array([float(surface.value(w)) for w in places])
        last, step = places[-1], len(places) - 1
        if watch.lost(last):
            return Way(optimizer, rate, places, values, "diverged", step)
        if watch.reached(last):
            return Way(optimizer, rate, places, values, "reached", step)
        first = np.linalg.norm(surface.gradient(places[0]))
        rests = np.linalg.norm(surface.gradient(last)) <= STILL * first
        distance, near = min(
            (float(np.linalg.norm(last - np.array(place))), name) for name, place in surface.places
        )
    spans = [high - low for low, high in surface.window]
    there = near if rests and distance <= 0.05 * max(spans) else ""
    return Way(optimizer, rate, places, values, "short", step, there)
