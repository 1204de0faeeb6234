"""Activations entry by entry: value(v, s) and slope(v, a, s), a being the value; s the setting.

Plain scalar functions, made into kernels by `activations.elementwise`. A constant has v's
precision (`like`), or is exact in both.
"""

import numpy as np

from . import elementary
from .elementary import erf, exp, like, log1p

ZERO, HALF, ONE, TWO, THREE = map(np.float32, (0, 0.5, 1, 2, 3))  # exact in both precisions
# Klambauer et al. 2017, equation 14: mean 0 and variance 1 are a fixed point
SELU_ALPHA, SELU_SCALE = 1.6732632423543772848, 1.0507009873554804934
ROOT_HALF, ROOT_HALF_PI = 0.5**0.5, (2 * np.pi) ** -0.5
GELU_A, GELU_B = (2 / np.pi) ** 0.5, 0.044715
MISH_TOP = 20.0  # above, tanh(softplus(v)) is 1 in float64 too


def relu(v, s):
    """max(0, v)."""
    return ZERO if v <= ZERO else v  # NaN is not <= 0, so it stays


def relu_slope(v, a, s):  # at 0 taken as 0
    return ZERO if v <= ZERO else ONE


def leaky_relu(v, s):
    """v, or slope v below 0."""
    return v * s if v <= ZERO else v


def leaky_relu_slope(v, a, s):
    return s if v <= ZERO else ONE


def elu(v, s):
    """v, or alpha (e^v - 1) below 0."""
    return v if v > ZERO else s * (exp(v) - ONE)


def elu_slope(v, a, s):
    return ONE if v > ZERO else a + s


def selu(v, s):
    """1.0507 v, or 1.0507 * 1.6733 (e^v - 1) below 0."""
    return like(v, SELU_SCALE) * (v if v > ZERO else like(v, SELU_ALPHA) * (exp(v) - ONE))


def selu_slope(v, a, s):
    return like(v, SELU_SCALE) if v > ZERO else a + like(v, SELU_SCALE * SELU_ALPHA)


def gelu(v, s):
    """v Phi(v), Phi the normal distribution."""
    return HALF * v * (ONE + erf(v * like(v, ROOT_HALF)))


def gelu_slope(v, a, s):
    density = like(v, ROOT_HALF_PI) * exp(-HALF * v * v)
    return HALF * (ONE + erf(v * like(v, ROOT_HALF))) + v * density


def gelu_tanh(v, s):  # (1 + tanh u) / 2 as a sigmoid, which keeps its digits where it is small
    """v (1 + tanh(sqrt(2 / pi) (v + 0.044715 v^3))) / 2."""
    return v / (ONE + exp(like(v, -2 * GELU_A) * (v + like(v, GELU_B) * v * v * v)))


def gelu_tanh_slope(v, a, s):
    p = ONE / (ONE + exp(like(v, -2 * GELU_A) * (v + like(v, GELU_B) * v * v * v)))
    inner = like(v, 2 * GELU_A) * (ONE + THREE * like(v, GELU_B) * v * v)
    return p * (ONE + v * (ONE - p) * inner)


def silu(v, s):
    """v / (1 + e^-v)."""
    return v / (ONE + exp(-v))


def silu_slope(v, a, s):
    p = ONE / (ONE + exp(-v))
    return p * (ONE + v * (ONE - p))


def mish(v, s):  # tanh(ln(1 + e)) = n / (n + 2) with n = e (e + 2)
    """v tanh(ln(1 + e^v))."""
    e = exp(v if v < like(v, MISH_TOP) else like(v, MISH_TOP))
    n = e * (e + TWO)
    return v * (n / (n + TWO))


def mish_slope(v, a, s):
    e = exp(v if v < like(v, MISH_TOP) else like(v, MISH_TOP))
    n = e * (e + TWO)
    t = n / (n + TWO)
    return t + v * (ONE - t * t) * (e / (ONE + e))


def softplus(v, s):
    """ln(1 + e^v)."""
    return (ZERO if v < ZERO else v) + log1p(exp(-abs(v)))


def softplus_slope(v, a, s):
    return ONE / (ONE + exp(-v))


def softsign(v, s):
    """v / (1 + |v|)."""
    return v / (ONE + abs(v))


def softsign_slope(v, a, s):
    return ONE / ((ONE + abs(v)) * (ONE + abs(v)))


def sigmoid(v, s):
    """1 / (1 + e^-v)."""
    return ONE / (ONE + exp(-v))


def sigmoid_slope(v, a, s):
    return a * (ONE - a)


def clipped_sigmoid_slope(v, a, s):
    slope = a * (ONE - a)
    return s if slope < s else slope


def hard_sigmoid(v, s):
    """v / 6 + 1/2 within 0 and 1."""
    a = v * like(v, 1 / 6) + HALF
    return ZERO if a < ZERO else (ONE if a > ONE else a)


def hard_sigmoid_slope(v, a, s):
    return like(v, 1 / 6) if not abs(v) >= THREE else ZERO


def tanh(v, s):
    """tanh(v)."""
    return elementary.tanh(v)


def tanh_slope(v, a, s):
    return ONE - a * a


def hard_tanh(v, s):
    """v within -1 and 1."""
    return -ONE if v < -ONE else (ONE if v > ONE else v)


def hard_tanh_slope(v, a, s):
    return ONE if not abs(v) >= ONE else ZERO


def exponential(v, s):
    """e^v."""
    return exp(v)


def exponential_slope(v, a, s):
    return a


def step(v, s):
    """1 above 0, else 0."""
    return ZERO if v <= ZERO else (ONE if v > ZERO else v)


def step_slope(v, a, s):
    return ZERO
