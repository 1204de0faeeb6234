"""Initialisers: what the first weights W [D_in, D_out] are drawn from, and the table of them.

`draw(rng, shape, fan_in, fan_out, *settings)` works in float64; the cast comes after, so both
precisions start from the same numbers.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Initializer:
    """One initialiser; `settings` names its arguments in a recipe, in order."""

    name: str
    draw: Callable[..., NDArray[Any]]
    settings: tuple[str, ...]
    source: str


def _zeros(rng, shape, fan_in, fan_out):
    return np.zeros(shape)


def _ones(rng, shape, fan_in, fan_out):
    return np.ones(shape)


def _constant(rng, shape, fan_in, fan_out, value):
    return np.full(shape, value)


def _normal(rng, shape, fan_in, fan_out, mean, std):
    return rng.normal(mean, std, shape)


def _truncated_normal(rng, shape, fan_in, fan_out, mean, std):
    draw = rng.normal(0.0, 1.0, shape)
    while (far := np.abs(draw) > 2).any():
        draw[far] = rng.normal(0.0, 1.0, far.sum())
    return mean + std * draw


def _uniform(rng, shape, fan_in, fan_out, low, high):
    return rng.uniform(low, high, shape)


def _scaled_normal(variance):
    def draw(rng, shape, fan_in, fan_out):
        return rng.normal(0.0, np.sqrt(variance(fan_in, fan_out)), shape)

    return draw


def _scaled_uniform(variance):
    def draw(rng, shape, fan_in, fan_out):
        bound = np.sqrt(3 * variance(fan_in, fan_out))
        return rng.uniform(-bound, bound, shape)

    return draw


def _xavier(fan_in, fan_out):
    return 1 / fan_in


def _glorot(fan_in, fan_out):
    return 2 / (fan_in + fan_out)


def _he(fan_in, fan_out):
    return 2 / fan_in


_G = "Glorot & Bengio 2010, AISTATS"
_H = "He et al. 2015, arXiv:1502.01852"

INITIALIZERS = {
    unit.name: unit
    for unit in (
        Initializer("zeros", _zeros, (), "the classic mistake"),
        Initializer("ones", _ones, (), "the classic mistake"),
        Initializer("constant", _constant, ("value",), "the classic mistake"),
        Initializer("normal", _normal, ("mean", "std"), "CS231n notes, neural-networks-2"),
        Initializer(
            "truncated_normal", _truncated_normal, ("mean", "std"),
            "TensorFlow: redrawn beyond two standard deviations",
        ),
        Initializer("uniform", _uniform, ("low", "high"), "LeCun et al. 1998, Efficient BackProp"),
        Initializer("xavier", _scaled_normal(_xavier), (), "1/n form of CS231n, after " + _G),
        Initializer("glorot_normal", _scaled_normal(_glorot), (), _G + "; normal, not truncated"),
        Initializer("glorot_uniform", _scaled_uniform(_glorot), (), _G + ", equation 16"),
        Initializer("he_normal", _scaled_normal(_he), (), _H + "; normal, not truncated"),
        Initializer("he_uniform", _scaled_uniform(_he), (), _H),
    )
}  # fmt: skip
