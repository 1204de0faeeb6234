"""A stack of dense layers, forward and backward, with lists of matrices."""

import numpy as np

from . import activations, losses


def forward(weights, biases, names, settings, x):
    """z and a of every layer for x [B, D]; a bias is empty where a layer has none."""
    zs, values = [], [np.asarray(x, float)]
    for w, b, name, s in zip(weights, biases, names, settings, strict=True):
        zs.append(values[-1] @ w + (b if len(b) else 0.0))
        values.append(activations.value(name, zs[-1], s))
    return zs, values[1:]


def gradients(weights, biases, names, settings, x, y, loss, from_logits, l1, l2, summed=False):
    """The data loss, and the gradients by weights and biases of data loss plus penalties."""
    zs, values = forward(weights, biases, names, settings, x)
    total, g = losses.value_and_gradient(loss, from_logits, values[-1], y)
    count = len(x) * (values[-1].shape[1] if losses.per_output(loss) else 1)
    g = g if summed else g / count
    by_w, by_b = [None] * len(weights), [None] * len(weights)
    for i in reversed(range(len(weights))):
        g = activations.gradient(names[i], zs[i], g, settings[i])
        below = values[i - 1] if i else np.asarray(x, float)
        by_w[i] = below.T @ g + l1[i] * np.sign(weights[i]) + l2[i] * weights[i]
        by_b[i] = g.sum(axis=0) if len(biases[i]) else biases[i]
        g = g @ weights[i].T
    return total / count, by_w, by_b


def penalty(weights, l1, l2):
    return sum(
        a * np.abs(w).sum() + b / 2 * (w**2).sum() for w, a, b in zip(weights, l1, l2, strict=True)
    )
