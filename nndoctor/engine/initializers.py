"""Initialisers: what the first weights W [D_in, D_out] are drawn from, and the table of them.

`draw(rng, shape, fan_in, fan_out, *settings)` works in float64; the cast comes after, so both
precisions start from the same numbers. Most see the shape only. What else there is to know, a
record says: `gain(activation, settings, units)`, a factor by the activation that follows, and
`fit(w, b, x)`, which scales what was drawn in place, by rows x [S, D_in].
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .gains import gain

# The standard deviation of standard normal numbers that are redrawn beyond 2.
TRUNCATED_STD = 0.87962566103423978
LSUV_STEPS, LSUV_TOLERANCE = 10, 0.01


@dataclass(frozen=True)
class Initializer:
    """One initialiser; `settings` names its arguments in a recipe, in order.

    `fit` needs a sample of the training rows; `formula` says what is drawn, n being fan-in.
    """

    name: str
    draw: Callable[..., NDArray[Any]]
    settings: tuple[str, ...]
    formula: str
    source: str
    gain: Callable[[str, Sequence[float], int], float] | None = None
    fit: Callable[[NDArray[Any], NDArray[Any] | float, NDArray[Any]], None] | None = None


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


def _scaled_truncated(variance):
    def draw(rng, shape, fan_in, fan_out):
        std = np.sqrt(variance(fan_in, fan_out)) / TRUNCATED_STD
        return _truncated_normal(rng, shape, fan_in, fan_out, 0.0, std)

    return draw


def _scaled_uniform(variance):
    def draw(rng, shape, fan_in, fan_out):
        bound = np.sqrt(3 * variance(fan_in, fan_out))
        return rng.uniform(-bound, bound, shape)

    return draw


def _orthogonal(rng, shape, fan_in, fan_out):
    """QR of normal numbers; with R's diagonal positive, Q is uniform over all orthogonal ones.

    The shorter of rows and columns are orthonormal. Mezzadri 2007, arXiv:math-ph/0609050.
    """
    q, r = np.linalg.qr(rng.normal(size=(max(shape), min(shape))))
    q *= np.sign(np.diagonal(r))
    return q if shape[0] >= shape[1] else q.T


def _random_walk_gain(activation, settings, units):
    """g of Sussillo & Abbott 2015, section 3, for N = units.

    Their relu form also serves leaky_relu, with He's gain for its slope. All else gets the linear
    form: what is linear at small z stays near it, and the paper searches g by hand for tanh.
    """
    if activation in ("relu", "leaky_relu", "prelu"):
        return gain(activation, settings) * np.exp(1.2 / (max(units, 6) - 2.4))
    return np.exp(1 / (2 * units))


def _unit_variance(w, b, x):
    """Scales w until x w + b [S, n] has variance 1 over all its entries, or can't be scaled."""
    for _ in range(LSUV_STEPS):
        with np.errstate(over="ignore", invalid="ignore"):
            variance = (x @ w + b).var()
        if not 0 < variance < np.inf or abs(variance - 1) <= LSUV_TOLERANCE:
            return
        w /= np.sqrt(variance)


def _xavier(fan_in, fan_out):
    return 1 / fan_in


def _glorot(fan_in, fan_out):
    return 2 / (fan_in + fan_out)


def _he(fan_in, fan_out):
    return 2 / fan_in


def _fan_in(fan_in, fan_out):
    return 1 / (3 * fan_in)


def _glorot_logistic(fan_in, fan_out):
    return 2 / (3 * (fan_in + fan_out))


_WHOLE = "; normal, not truncated"
_CUT = "normal, redrawn beyond two of its standard deviations, so wide that the variance is "
_KERAS = "; as Keras draws it"
_G = "Glorot & Bengio 2010, AISTATS"
_H = "He et al. 2015, arXiv:1502.01852"
_L = "LeCun et al. 1998, Efficient BackProp; Klambauer et al. 2017, arXiv:1706.02515"

INITIALIZERS = {
    unit.name: unit
    for unit in (
        Initializer("zeros", _zeros, (), "0", "the classic mistake"),
        Initializer("ones", _ones, (), "1", "the classic mistake"),
        Initializer("constant", _constant, ("value",), "c", "the classic mistake"),
        Initializer(
            "normal", _normal, ("mean", "std"), "N(mean, std^2)", "CS231n notes, neural-networks-2",
        ),
        Initializer(
            "truncated_normal", _truncated_normal, ("mean", "std"),
            "N(mean, std^2), redrawn beyond two standard deviations",
            "TensorFlow, initializers.TruncatedNormal",
        ),
        Initializer(
            "uniform", _uniform, ("low", "high"), "U(a, b)",
            "LeCun et al. 1998, Efficient BackProp",
        ),
        Initializer(
            "xavier", _scaled_normal(_xavier), (), "N(0, 1/n)", "1/n form of CS231n, after " + _G,
        ),
        Initializer(
            "glorot_normal", _scaled_normal(_glorot), (), "N(0, 2 / (n_in + n_out))", _G + _WHOLE,
        ),
        Initializer(
            "glorot_uniform", _scaled_uniform(_glorot), (),
            "U(-a, a) with a = sqrt(6 / (n_in + n_out))", _G + ", equation 16",
        ),
        Initializer("he_normal", _scaled_normal(_he), (), "N(0, 2/n)", _H + _WHOLE),
        Initializer(
            "he_uniform", _scaled_uniform(_he), (), "U(-a, a) with a = sqrt(6/n)", _H,
        ),
        Initializer("lecun_normal", _scaled_normal(_xavier), (), "N(0, 1/n)", _L + _WHOLE),
        Initializer(
            "lecun_uniform", _scaled_uniform(_xavier), (), "U(-a, a) with a = sqrt(3/n)", _L,
        ),
        Initializer(
            "truncated_he_normal", _scaled_truncated(_he), (), _CUT + "2/n", _H + _KERAS,
        ),
        Initializer(
            "truncated_glorot_normal", _scaled_truncated(_glorot), (),
            _CUT + "2 / (n_in + n_out)", _G + _KERAS,
        ),
        Initializer(
            "truncated_lecun_normal", _scaled_truncated(_xavier), (), _CUT + "1/n",
            _L + _KERAS,
        ),
        Initializer(
            "fan_in_uniform", _scaled_uniform(_fan_in), (), "U(-a, a) with a = 1 / sqrt(n)",
            "PyTorch's nn.Linear, weights and biases alike: kaiming_uniform_ with a = sqrt(5)",
        ),
        Initializer(
            "glorot_uniform_logistic", _scaled_uniform(_glorot_logistic), (),
            "U(-a, a) with a = sqrt(2 / (n_in + n_out))",
            "scikit-learn's networks of logistic units; " + _G + ", equation 16, without tanh's 3",
        ),
        Initializer(
            "orthogonal", _orthogonal, (), "uniform over orthogonal matrices",
            "Saxe et al. 2014, arXiv:1312.6120",
        ),
        Initializer(
            "random_walk", _scaled_normal(_xavier), (),
            "N(0, g^2/n), g by activation so that gradients keep their norm through many layers",
            "Sussillo & Abbott 2015, arXiv:1412.6558",
            gain=_random_walk_gain,
        ),
        Initializer(
            "lsuv", _orthogonal, (),
            "orthogonal, then scaled until the layer's z has variance 1 on training rows",
            "Mishkin & Matas 2016, arXiv:1511.06422", fit=_unit_variance,
        ),
    )
}  # fmt: skip
