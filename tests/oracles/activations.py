"""Activations as textbooks write them: values, and the gradient by z from the full Jacobian.

s: the setting; a slope for each unit of prelu, the pieces of maxout.
"""

import numpy as np
from scipy import special, stats

SELU = 1.6732632423543772848, 1.0507009873554804934  # Klambauer et al. 2017, alpha and lambda


def _phi(z):
    """tanh's argument in gelu's short form, and its slope."""
    return (2 / np.pi) ** 0.5 * (z + 0.044715 * z**3), (2 / np.pi) ** 0.5 * (1 + 0.134145 * z**2)


def _logistic_slope(z):
    return special.expit(z) * special.expit(-z)


def _sech2(z):
    return 1 / np.cosh(np.clip(z, -300, 300)) ** 2


VALUES = {
    "linear": lambda z, s: z,
    "relu": lambda z, s: np.maximum(z, 0),
    "leaky_relu": lambda z, s: np.where(z > 0, z, s * z),
    "prelu": lambda z, s: np.maximum(z, 0) + s * np.minimum(z, 0),
    "elu": lambda z, s: np.where(z > 0, z, s * np.expm1(np.minimum(z, 0))),
    "selu": lambda z, s: SELU[1] * np.where(z > 0, z, SELU[0] * np.expm1(np.minimum(z, 0))),
    "gelu": lambda z, s: z * stats.norm.cdf(z),
    "gelu_tanh": lambda z, s: z * (1 + np.tanh(_phi(z)[0])) / 2,
    "silu": lambda z, s: z * special.expit(z),
    "mish": lambda z, s: z * np.tanh(np.logaddexp(0, z)),
    "softplus": lambda z, s: np.logaddexp(0, z),
    "softsign": lambda z, s: z / (1 + np.abs(z)),
    "sigmoid": lambda z, s: 1 / (1 + np.exp(-z)),
    "clipped_sigmoid": lambda z, s: special.expit(z),
    "hard_sigmoid": lambda z, s: np.clip(z / 6 + 0.5, 0, 1),
    "tanh": lambda z, s: np.tanh(z),
    "hard_tanh": lambda z, s: np.clip(z, -1, 1),
    "exponential": lambda z, s: np.exp(z),
    "maxout": lambda z, s: _pieces(z, s).max(axis=1),
    "softmax": lambda z, s: np.array([_softmax(row) for row in z]),
    "step": lambda z, s: (z > 0).astype(float),
}

SLOPES = {
    "linear": lambda z, s: np.ones_like(z),
    "relu": lambda z, s: (z > 0).astype(float),
    "leaky_relu": lambda z, s: np.where(z > 0, 1.0, s),
    "prelu": lambda z, s: np.where(z > 0, 1.0, s),
    "elu": lambda z, s: np.where(z > 0, 1.0, s * np.exp(np.minimum(z, 0))),
    "selu": lambda z, s: SELU[1] * np.where(z > 0, 1.0, SELU[0] * np.exp(np.minimum(z, 0))),
    "gelu": lambda z, s: stats.norm.cdf(z) + z * stats.norm.pdf(z),
    "gelu_tanh": lambda z, s: (
        (1 + np.tanh(_phi(z)[0])) / 2 + z / 2 * _sech2(_phi(z)[0]) * _phi(z)[1]
    ),
    "silu": lambda z, s: special.expit(z) + z * _logistic_slope(z),
    "mish": lambda z, s: (
        np.tanh(np.logaddexp(0, z)) + z * _sech2(np.logaddexp(0, z)) * special.expit(z)
    ),
    "softplus": lambda z, s: special.expit(z),
    "softsign": lambda z, s: 1 / (1 + np.abs(z)) ** 2,
    "sigmoid": lambda z, s: _logistic_slope(z),
    "clipped_sigmoid": lambda z, s: np.maximum(_logistic_slope(z), s),
    "hard_sigmoid": lambda z, s: (np.abs(z) < 3) / 6,
    "tanh": lambda z, s: 1 / np.cosh(z) ** 2,
    "hard_tanh": lambda z, s: (np.abs(z) < 1).astype(float),
    "exponential": lambda z, s: np.exp(z),
    "step": lambda z, s: np.zeros_like(z),
}


def value(name, z, s=0.0):
    return VALUES[name](np.asarray(z, float), s)


def gradient(name, z, g, s=0.0):
    """The gradient by z [B, k n], given the gradient g [B, n] by the value."""
    z, g = np.asarray(z, float), np.asarray(g, float)
    if name == "softmax":
        return np.array([_softmax_jacobian(row).T @ up for row, up in zip(z, g, strict=True)])
    if name == "maxout":
        best = _pieces(z, s).argmax(axis=1)[:, None] == np.arange(int(s))[None, :, None]
        return (best * g[:, None]).reshape(z.shape)
    return g * SLOPES[name](z, s)


def learnt_gradient(z, g):
    """The gradient [n] by the slopes of prelu."""
    return (np.asarray(g, float) * np.minimum(z, 0)).sum(axis=0)


def _pieces(z, count):
    """z [B, k n] as [B, k, n]."""
    return z.reshape(len(z), int(count), -1)


def _softmax(row):
    power = np.exp(row - row.max())
    return power / power.sum()


def _softmax_jacobian(row):
    p = _softmax(row)
    return np.diag(p) - np.outer(p, p)
