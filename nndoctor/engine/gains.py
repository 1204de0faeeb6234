"""Gains: what weights are multiplied by, so that an activation keeps the scale of its inputs."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache

import numpy as np

from .applying import activate

Z = np.linspace(-12.0, 12.0, 24001)  # a step of 0.001: errors below 1e-6 even at a kink


@cache
def _of_maxima(pieces: int) -> float:
    """The same for the largest of so many independent z, whose density is k phi Phi^(k-1)."""
    from scipy.special import ndtr  # a fifth of a second, which only maxout pays

    density = pieces * np.exp(-(Z**2) / 2) / np.sqrt(2 * np.pi) * ndtr(Z) ** (pieces - 1)
    return float(1 / np.sqrt(np.trapezoid(Z**2 * density, Z)))


# PyTorch's calculate_gain. relu and leaky_relu: He et al. 2015, arXiv:1502.01852, equation 15;
# tanh and selu are PyTorch's own choice. softmax has no value of one z: as linear, on logits.
PUBLISHED: Mapping[str, Callable[..., float]] = {
    "linear": lambda: 1.0,
    "sigmoid": lambda: 1.0,
    "softmax": lambda: 1.0,
    "tanh": lambda: 5 / 3,
    "relu": lambda: 2**0.5,
    "leaky_relu": lambda slope=0.01: (2 / (1 + slope**2)) ** 0.5,
    "prelu": lambda slope=0.25: (2 / (1 + slope**2)) ** 0.5,
    "maxout": lambda pieces=2: _of_maxima(int(pieces)),
    "selu": lambda: 3 / 4,
    "step": lambda: 2**0.5,  # E[f^2] is 1/2, and its jump is nothing for a rule of areas
}


def gain(activation: str, settings: Sequence[float] = ()) -> float:
    """The published gain, else 1 / sqrt(E[f(z)^2]) for z ~ N(0, 1)."""
    published = PUBLISHED.get(activation)
    return published(*settings) if published else _computed(activation, tuple(settings))


@cache
def _computed(activation: str, settings: tuple[float, ...]) -> float:
    """By the trapezoidal rule on `Z`."""
    density = np.exp(-(Z**2) / 2) / np.sqrt(2 * np.pi)
    squares = activate(activation, settings, Z[:, None])[:, 0] ** 2
    return float(1 / np.sqrt(np.trapezoid(squares * density, Z)))
