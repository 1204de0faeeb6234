"""Activations: value and slope side by side, and the table of them.

`forward(z, a, s)` writes a <- f(z); `backward(z, a, g, s, ds)` turns g, the gradient by a, into
the gradient by z in place, or in z where z is wider than a (maxout). z: [B, n] or [B, k n]; a, g:
[B, n]; s: the settings; ds: their gradient where they are learnt. They are plain functions,
compiled only when a network uses them (`jit.pointer`). Most work entry by entry: two scalar
functions value(v, s) and slope(v, a, s), in which a constant has v's precision.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from .elementary import erf, exp, like, log1p, tanh
from .jit import inlined

ZERO, HALF, ONE, TWO, THREE = map(np.float32, (0, 0.5, 1, 2, 3))  # exact in both precisions


@dataclass(frozen=True)
class Activation:
    """One activation.

    `can_die`: whether a unit can be zero for every input and get no gradient; `max_slope`: the
    largest slope of one that saturates, None for one that does not; `learnt`: its settings are
    parameters, one a unit, that start at the given number; `surrogate`: its backward pass is on
    purpose not the slope of its value.
    """

    name: str
    forward: Callable[..., None]
    backward: Callable[..., None]
    source: str
    can_die: bool = False
    max_slope: float | None = None
    settings: tuple[tuple[str, float], ...] = ()
    learnt: bool = False
    surrogate: bool = False


def elementwise(
    value: Callable[..., Any], slope: Callable[..., Any]
) -> tuple[Callable[..., None], Callable[..., None]]:
    """The two kernels of an activation that works entry by entry."""
    value, slope = inlined(value), inlined(slope)

    def forward(z, a, s):
        z, a = z.reshape(z.size), a.reshape(a.size)
        for i in range(z.size):
            a[i] = value(z[i], s[0])

    def backward(z, a, g, s, ds):
        z, a, g = z.reshape(z.size), a.reshape(a.size), g.reshape(g.size)
        for i in range(z.size):
            g[i] *= slope(z[i], a[i], s[0])

    return forward, backward


def _linear(z, a, s):
    a[:] = z


def _linear_back(z, a, g, s, ds):
    pass


def _relu(v, s):
    return ZERO if v <= ZERO else v  # NaN is not <= 0, so it stays


def _relu_slope(v, a, s):  # at 0 taken as 0
    return ZERO if v <= ZERO else ONE


def _leaky_relu(v, s):
    return v * s if v <= ZERO else v


def _leaky_relu_slope(v, a, s):
    return s if v <= ZERO else ONE


def _elu(v, s):
    return v if v > ZERO else s * (exp(v) - ONE)


def _elu_slope(v, a, s):
    return ONE if v > ZERO else a + s


def _selu(v, s):
    return like(v, SELU_SCALE) * (v if v > ZERO else like(v, SELU_ALPHA) * (exp(v) - ONE))


def _selu_slope(v, a, s):
    return like(v, SELU_SCALE) if v > ZERO else a + like(v, SELU_SCALE * SELU_ALPHA)


def _gelu(v, s):
    return HALF * v * (ONE + erf(v * like(v, ROOT_HALF)))


def _gelu_slope(v, a, s):
    density = like(v, ROOT_HALF_PI) * exp(-HALF * v * v)
    return HALF * (ONE + erf(v * like(v, ROOT_HALF))) + v * density


def _gelu_tanh(v, s):  # (1 + tanh u) / 2 as a sigmoid, which keeps its digits where it is small
    return v / (ONE + exp(like(v, -2 * GELU_A) * (v + like(v, GELU_B) * v * v * v)))


def _gelu_tanh_slope(v, a, s):
    p = ONE / (ONE + exp(like(v, -2 * GELU_A) * (v + like(v, GELU_B) * v * v * v)))
    inner = like(v, 2 * GELU_A) * (ONE + THREE * like(v, GELU_B) * v * v)
    return p * (ONE + v * (ONE - p) * inner)


def _silu(v, s):
    return v / (ONE + exp(-v))


def _silu_slope(v, a, s):
    p = ONE / (ONE + exp(-v))
    return p * (ONE + v * (ONE - p))


def _mish(v, s):  # tanh(ln(1 + e)) = n / (n + 2) with n = e (e + 2)
    e = exp(v if v < like(v, MISH_TOP) else like(v, MISH_TOP))
    n = e * (e + TWO)
    return v * (n / (n + TWO))


def _mish_slope(v, a, s):
    e = exp(v if v < like(v, MISH_TOP) else like(v, MISH_TOP))
    n = e * (e + TWO)
    t = n / (n + TWO)
    return t + v * (ONE - t * t) * (e / (ONE + e))


def _softplus(v, s):
    return (ZERO if v < ZERO else v) + log1p(exp(-abs(v)))


def _softplus_slope(v, a, s):
    return ONE / (ONE + exp(-v))


def _softsign(v, s):
    return v / (ONE + abs(v))


def _softsign_slope(v, a, s):
    return ONE / ((ONE + abs(v)) * (ONE + abs(v)))


def _sigmoid(v, s):
    return ONE / (ONE + exp(-v))


def _sigmoid_slope(v, a, s):
    return a * (ONE - a)


def _clipped_sigmoid_slope(v, a, s):
    slope = a * (ONE - a)
    return s if slope < s else slope


def _hard_sigmoid(v, s):
    a = v * like(v, 1 / 6) + HALF
    return ZERO if a < ZERO else (ONE if a > ONE else a)


def _hard_sigmoid_slope(v, a, s):
    return like(v, 1 / 6) if not abs(v) >= THREE else ZERO


def _tanh(v, s):
    return tanh(v)


def _tanh_slope(v, a, s):
    return ONE - a * a


def _hard_tanh(v, s):
    return -ONE if v < -ONE else (ONE if v > ONE else v)


def _hard_tanh_slope(v, a, s):
    return ONE if not abs(v) >= ONE else ZERO


def _exponential(v, s):
    return exp(v)


def _exponential_slope(v, a, s):
    return a


def _prelu(z, a, s):
    for i in range(z.shape[0]):
        for j in range(z.shape[1]):
            a[i, j] = z[i, j] * s[j] if z[i, j] <= ZERO else z[i, j]


def _prelu_back(z, a, g, s, ds):
    ds[:] = ZERO
    for i in range(z.shape[0]):
        for j in range(z.shape[1]):
            ds[j] += g[i, j] * z[i, j] if z[i, j] <= ZERO else ZERO
            g[i, j] *= s[j] if z[i, j] <= ZERO else ONE


def _maxout(z, a, s):  # piece p of unit j is column p n + j
    n = a.shape[1]
    for i in range(z.shape[0]):
        for j in range(n):
            best = z[i, j]
            for c in range(j + n, z.shape[1], n):
                best = best if z[i, c] <= best or best != best else z[i, c]
            a[i, j] = best


def _maxout_back(z, a, g, s, ds):  # the first of equal pieces gets the gradient
    n = a.shape[1]
    for i in range(z.shape[0]):
        for j in range(n):
            waiting = True
            for c in range(j, z.shape[1], n):
                chosen = waiting and not z[i, c] < a[i, j]
                z[i, c] = g[i, j] if chosen else ZERO
                waiting = waiting and not chosen


def _softmax(z, a, s):
    for i in range(z.shape[0]):
        top = z[i].max()
        total = z.dtype.type(0)
        for j in range(z.shape[1]):
            a[i, j] = exp(z[i, j] - top)
            total += a[i, j]
        for j in range(z.shape[1]):
            a[i, j] /= total


def _softmax_back(z, a, g, s, ds):  # J^T g = a * (g - a.g), row by row
    for i in range(z.shape[0]):
        inner = z.dtype.type(0)
        for j in range(z.shape[1]):
            inner += a[i, j] * g[i, j]
        for j in range(z.shape[1]):
            g[i, j] = a[i, j] * (g[i, j] - inner)


# Klambauer et al. 2017, equation 14: mean 0 and variance 1 are a fixed point
SELU_ALPHA, SELU_SCALE = 1.6732632423543772848, 1.0507009873554804934
ROOT_HALF, ROOT_HALF_PI = 0.5**0.5, (2 * np.pi) ** -0.5
GELU_A, GELU_B = (2 / np.pi) ** 0.5, 0.044715
MISH_TOP = 20.0  # above, tanh(softplus(v)) is 1 in float64 too

_GLOROT = "Glorot & Bengio 2010, AISTATS"
_GELU = "Hendrycks & Gimpel 2016, arXiv:1606.08415"

_TABLE = (
    Activation("linear", _linear, _linear_back, _GLOROT),
    Activation(
        "relu", *elementwise(_relu, _relu_slope), "Nair & Hinton 2010, ICML", can_die=True
    ),
    Activation(
        "leaky_relu", *elementwise(_leaky_relu, _leaky_relu_slope),
        "Maas, Hannun & Ng 2013, ICML", settings=(("slope", 0.01),),
    ),
    Activation(
        "prelu", _prelu, _prelu_back, "He et al. 2015, arXiv:1502.01852, one slope a unit",
        settings=(("slope", 0.25),), learnt=True,
    ),
    Activation(
        "elu", *elementwise(_elu, _elu_slope),
        "Clevert, Unterthiner & Hochreiter 2016, arXiv:1511.07289", settings=(("alpha", 1.0),),
    ),
    Activation(
        "selu", *elementwise(_selu, _selu_slope), "Klambauer et al. 2017, arXiv:1706.02515"
    ),
    Activation("gelu", *elementwise(_gelu, _gelu_slope), _GELU),
    Activation(
        "gelu_tanh", *elementwise(_gelu_tanh, _gelu_tanh_slope), _GELU + ", section 2, by tanh"
    ),
    Activation(
        "silu", *elementwise(_silu, _silu_slope),
        "Elfwing, Uchibe & Doya 2018, arXiv:1702.03118; swish of Ramachandran et al. 2017",
    ),
    Activation("mish", *elementwise(_mish, _mish_slope), "Misra 2020, arXiv:1908.08681"),
    Activation("softplus", *elementwise(_softplus, _softplus_slope), "Dugas et al. 2001, NIPS"),
    Activation(
        "softsign", *elementwise(_softsign, _softsign_slope), _GLOROT, max_slope=1.0
    ),
    Activation("sigmoid", *elementwise(_sigmoid, _sigmoid_slope), _GLOROT, max_slope=0.25),
    Activation(
        "clipped_sigmoid", *elementwise(_sigmoid, _clipped_sigmoid_slope),
        "sigmoid whose slope is clipped from below, so that a wrong unit still learns",
        settings=(("least", 0.01),), surrogate=True,
    ),
    Activation(
        "hard_sigmoid", *elementwise(_hard_sigmoid, _hard_sigmoid_slope),
        "Courbariaux et al. 2015, arXiv:1511.00363; z/6 + 1/2 as in PyTorch and Keras 3",
        can_die=True, max_slope=1 / 6,
    ),
    Activation("tanh", *elementwise(_tanh, _tanh_slope), _GLOROT, max_slope=1.0),
    Activation(
        "hard_tanh", *elementwise(_hard_tanh, _hard_tanh_slope), "Collobert 2004, thesis",
        max_slope=1.0,
    ),
    Activation(
        "exponential", *elementwise(_exponential, _exponential_slope),
        "Keras, activations.exponential",
    ),
    Activation(
        "maxout", _maxout, _maxout_back, "Goodfellow et al. 2013, arXiv:1302.4389",
        settings=(("pieces", 2.0),),
    ),
    Activation("softmax", _softmax, _softmax_back, "Bridle 1990, Neurocomputing"),
)  # fmt: skip
ACTIVATIONS = {unit.name: unit for unit in _TABLE}


def pieces(name: str, setting: float) -> int:
    """How many linear maps a unit of this activation takes: maxout's setting, else 1."""
    return int(setting) if name == "maxout" else 1
