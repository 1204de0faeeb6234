"""Who chooses what is tried: optuna's samplers, asked in a fixed order."""

import math
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import UsageError
from ..recipe.names import meant
from .parameter import Inner
from .space import Space

if TYPE_CHECKING:
    from optuna.samplers import BaseSampler
    from optuna.study import Study
    from optuna.trial import Trial as Asked

STREAM = 0x5EA2  # keeps these draws apart from others made from the same seed


@dataclass(frozen=True)
class Sampler:
    """`make` a sampler from a seed; so many trials are chosen before any of them is known.

    `learns`: those that have ended decide what comes next; `points`: it is given the values.
    """

    make: "Callable[[int], BaseSampler]"
    abreast: int
    points: bool = False
    learns: bool = False


def _random(seed: int) -> "BaseSampler":
    from optuna.samplers import RandomSampler

    return RandomSampler(seed)


def _quasi(seed: int) -> "BaseSampler":
    from optuna.samplers import QMCSampler

    return QMCSampler(qmc_type="sobol", scramble=True, seed=seed, warn_independent_sampling=False)


def _tpe(seed: int) -> "BaseSampler":
    from optuna.samplers import TPESampler

    return TPESampler(seed=seed)


def _gp(seed: int) -> "BaseSampler":
    try:
        import torch  # noqa: F401
    except ImportError:
        raise UsageError(
            "--sampler gp needs PyTorch", 'pip install "nndoctor[torch]", or --sampler tpe'
        ) from None
    from optuna.samplers import GPSampler

    return GPSampler(seed=seed)


# How many are chosen at once never depends on the number of workers, or the trials would: so many
# that workers seldom wait for the last of them, so few that their networks fit.
SAMPLERS = {
    "random": Sampler(_random, 32),
    "grid": Sampler(_random, 32, points=True),
    "qmc": Sampler(_quasi, 32),
    "tpe": Sampler(_tpe, 4, learns=True),
    "gp": Sampler(_gp, 4, learns=True),
}


def sampler_named(name: str) -> Sampler:
    """The sampler of this name; raises UsageError."""
    if name not in SAMPLERS:
        raise UsageError(f"there is no sampler {name!r}", meant(name, SAMPLERS))
    return SAMPLERS[name]


def seed_of(seed: int, stage: int, number: int = 0) -> int:
    """Seeds that depend on nothing else."""
    words = np.random.SeedSequence([seed, STREAM, stage, number]).generate_state(1)
    return int(words[0] >> 1)


def ask(study: "Study", name: str, space: Space, seed: int, stage: int, number: int) -> "Asked":
    """The next trial. Random ones are drawn from a seed of their own each: by number alone."""
    if name == "random":
        study.sampler = SAMPLERS[name].make(seed_of(seed, stage, number + 1))
    with quiet():
        return study.ask({one.name: one.distribution for one in space})


def grid(space: Space, most: int) -> list[dict[str, Inner]]:
    """All points of the largest even grid that has at most so many.

    Where the choices alone make more, so many of them, evenly spaced in their order.
    """
    counts = [1] * len(space)
    grew = True
    while grew:
        grew = False
        for at, one in enumerate(space):
            more = [*counts[:at], counts[at] + 1, *counts[at + 1 :]]
            sizes = [len(p.evenly(n)) for p, n in zip(space, more, strict=True)]
            if sizes[at] > len(one.evenly(counts[at])) and math.prod(sizes) <= most:
                counts, grew = more, True
    values = [one.evenly(count) for one, count in zip(space, counts, strict=True)]
    total = math.prod(len(those) for those in values)
    count = min(total, most)
    gaps = max(count - 1, 1)
    places = [(at * (total - 1) + gaps // 2) // gaps for at in range(count)]
    return [_point(space, values, place) for place in places]


def _point(space: Space, values: Sequence[Sequence[Inner]], place: int) -> dict[str, Inner]:
    """The point at a place in the order of all; they may be too many to list."""
    found = {}
    for one, those in reversed([*zip(space, values, strict=True)]):
        place, at = divmod(place, len(those))
        found[one.name] = those[at]
    return {one.name: found[one.name] for one in space}


@cache
def loaded() -> Any:
    """Optuna, which says nothing of its own accord."""
    import optuna  # a fifth of a second

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    return optuna


@contextmanager
def quiet() -> Iterator[None]:
    """What optuna says of its own experiments is not for our users; on the main thread only."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
