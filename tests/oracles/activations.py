"""Activations as textbooks write them: values, and the gradient by z from the full Jacobian."""

import numpy as np

VALUES = {
    "linear": lambda z, s: z,
    "relu": lambda z, s: np.maximum(z, 0),
    "leaky_relu": lambda z, s: np.where(z > 0, z, s * z),
    "elu": lambda z, s: np.where(z > 0, z, s * np.expm1(np.minimum(z, 0))),
    "sigmoid": lambda z, s: 1 / (1 + np.exp(-z)),
    "tanh": lambda z, s: np.tanh(z),
    "exponential": lambda z, s: np.exp(z),
    "softmax": lambda z, s: np.array([_softmax(row) for row in z]),
}

SLOPES = {
    "linear": lambda z, s: np.ones_like(z),
    "relu": lambda z, s: (z > 0).astype(float),
    "leaky_relu": lambda z, s: np.where(z > 0, 1.0, s),
    "elu": lambda z, s: np.where(z > 0, 1.0, s * np.exp(np.minimum(z, 0))),
    "sigmoid": lambda z, s: np.exp(-z) / (1 + np.exp(-z)) ** 2,
    "tanh": lambda z, s: 1 / np.cosh(z) ** 2,
    "exponential": lambda z, s: np.exp(z),
}


def value(name, z, s=0.0):
    return VALUES[name](np.asarray(z, float), s)


def gradient(name, z, g, s=0.0):
    """The gradient by z [B, n], given the gradient g [B, n] by the value."""
    z, g = np.asarray(z, float), np.asarray(g, float)
    if name == "softmax":
        return np.array([_softmax_jacobian(row).T @ up for row, up in zip(z, g, strict=True)])
    return g * SLOPES[name](z, s)


def _softmax(row):
    power = np.exp(row - row.max())
    return power / power.sum()


def _softmax_jacobian(row):
    p = _softmax(row)
    return np.diag(p) - np.outer(p, p)
