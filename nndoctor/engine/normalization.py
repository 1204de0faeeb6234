"""Normalisation between the linear map and the activation, and the table of its kinds.

`forward(z, kept, spread, gain, shift, running, s, learning)` turns z [B, n] in place into
gain * kept + shift, where kept is z at mean 0 and variance 1; `spread` keeps 1 / sqrt(var + eps).
A batch of one row puts out batch norm's shift, and leaves its averages as they are unless their
variance is the batch's own.
`backward(g, kept, spread, gain, d_gain, d_shift)` turns g [B, n], the gradient by what forward put
out, into the gradient by z in place. running: [2 n] means, then variances; s: momentum, eps,
and 1 where the running variance is the unbiased one, else 0.
They are plain functions, compiled only when a network uses them (`jit.pointer`).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

ZERO, ONE = np.float32(0), np.float32(1)


@dataclass(frozen=True)
class Normalization:
    """One kind; `running`: whether it keeps averages that replace the batch's at test time."""

    name: str
    forward: Callable[..., None]
    backward: Callable[..., None]
    running: bool
    settings: tuple[tuple[str, float], ...]
    source: str


def _batch(z, kept, spread, gain, shift, running, s, learning):
    rows, n = z.shape
    mean, variance = np.zeros_like(gain), np.zeros_like(gain)
    if learning:
        for i in range(rows):
            for j in range(n):
                mean[j] += z[i, j]
        for j in range(n):
            mean[j] /= rows
        for i in range(rows):
            for j in range(n):
                variance[j] += (z[i, j] - mean[j]) * (z[i, j] - mean[j])
        if rows > s[2]:  # a single row tells no variance; PyTorch refuses to train on it
            for j in range(n):
                running[j] += s[0] * (mean[j] - running[j])
                running[n + j] += s[0] * (variance[j] / (rows - s[2]) - running[n + j])
        for j in range(n):
            variance[j] /= rows
    else:
        mean[:] = running[:n]
        variance[:] = running[n:]
    for j in range(n):
        spread[j] = ONE / np.sqrt(variance[j] + s[1])
    for i in range(rows):
        for j in range(n):
            kept[i, j] = (z[i, j] - mean[j]) * spread[j]
            z[i, j] = gain[j] * kept[i, j] + shift[j]


def _batch_back(g, kept, spread, gain, d_gain, d_shift):
    rows, n = g.shape
    d_gain[:] = ZERO
    d_shift[:] = ZERO
    for i in range(rows):
        for j in range(n):
            d_gain[j] += g[i, j] * kept[i, j]
            d_shift[j] += g[i, j]
    for i in range(rows):
        for j in range(n):
            centred = g[i, j] - (d_shift[j] + kept[i, j] * d_gain[j]) / rows
            g[i, j] = gain[j] * spread[j] * centred


def _layer(z, kept, spread, gain, shift, running, s, learning):
    rows, n = z.shape
    for i in range(rows):
        mean = z[i].sum() / n
        variance = ZERO * mean
        for j in range(n):
            variance += (z[i, j] - mean) * (z[i, j] - mean)
        spread[i] = ONE / np.sqrt(variance / n + s[1])
        for j in range(n):
            kept[i, j] = (z[i, j] - mean) * spread[i]
            z[i, j] = gain[j] * kept[i, j] + shift[j]


def _layer_back(g, kept, spread, gain, d_gain, d_shift):
    rows, n = g.shape
    d_gain[:] = ZERO
    d_shift[:] = ZERO
    for i in range(rows):
        mean, inner = ZERO * spread[i], ZERO * spread[i]
        for j in range(n):
            d_gain[j] += g[i, j] * kept[i, j]
            d_shift[j] += g[i, j]
            mean += g[i, j] * gain[j]
            inner += g[i, j] * gain[j] * kept[i, j]
        for j in range(n):
            g[i, j] = spread[i] * (g[i, j] * gain[j] - (mean + kept[i, j] * inner) / n)


NORMALIZATIONS = {
    unit.name: unit
    for unit in (
        Normalization(
            "batch_norm",
            _batch,
            _batch_back,
            True,
            (("momentum", 0.1), ("eps", 1e-5), ("unbiased", 1.0)),
            "Ioffe & Szegedy 2015, arXiv:1502.03167; momentum is the share of the new batch, as "
            "PyTorch's (Keras's is one minus that); unbiased: the running variance, as PyTorch's "
            "(Keras's is the batch's own)",
        ),
        Normalization(
            "layer_norm",
            _layer,
            _layer_back,
            False,
            (("momentum", 0.0), ("eps", 1e-5), ("unbiased", 0.0)),
            "Ba, Kiros & Hinton 2016, arXiv:1607.06450; over the units of a row",
        ),
    )
}
