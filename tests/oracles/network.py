"""A stack of dense layers, forward and backward, one `Layer` of plain arrays after the other."""

from dataclasses import dataclass

import numpy as np

from . import activations, losses, normalization

Array = np.ndarray | tuple[()]


@dataclass
class Layer:
    """w [D, k n], or None for a layer that only normalises; empty arrays where there is none.

    With `lengths` [k n] its weights are the columns of w at these lengths.
    """

    w: np.ndarray | None
    b: Array = ()
    name: str = "linear"
    s: float | np.ndarray = 0.0
    norm: str = ""
    gain: Array = ()
    shift: Array = ()
    averages: np.ndarray | None = None  # [2, k n] of batch norm, at test time
    factors: float | np.ndarray = 1.0  # of dropout
    l1: float = 0.0
    l2: float = 0.0
    lq: float = 0.0
    q: float = 1.0
    lengths: Array = ()

    @property
    def weights(self):
        if not len(self.lengths):
            return self.w
        columns = zip(self.lengths, self.w.T, strict=True)
        return np.transpose([g * v / np.linalg.norm(v) for g, v in columns])


def forward(layers, x):
    """What goes in [B, D], z before and after normalisation [B, k n] and a [B, n], by layer."""
    seen, value = [], np.asarray(x, float)
    for layer in layers:
        mapped = value if layer.w is None else value @ layer.weights
        mapped = mapped + layer.b if len(layer.b) else mapped
        z = mapped
        if layer.averages is not None:
            z = normalization.at_test(mapped, layer.gain, layer.shift, *layer.averages)
        elif layer.norm:
            z = normalization.value(layer.norm, mapped, layer.gain, layer.shift)
        a = activations.value(layer.name, z, layer.s)
        seen.append((value, mapped, z, a))
        value = a * layer.factors
    return seen


def outputs(layers, x):
    return forward(layers, x)[-1][3] * layers[-1].factors


def gradients(layers, x, y, loss, from_logits, **how):
    """The data loss, and the gradient [P] of data loss plus penalties: W, b, gain, shift, learnt,
    lengths of the first layer, then the next; `how` as in `losses.objective`."""
    value, g = losses.objective(loss, from_logits, outputs(layers, x), y, **how)
    parts = []
    for layer, (below, mapped, z, _) in zip(layers[::-1], forward(layers, x)[::-1], strict=True):
        g = g * layer.factors
        learnt = activations.learnt_gradient(z, g) if layer.name == "prelu" else ()
        g = activations.gradient(layer.name, z, g, layer.s)
        by_gain = by_shift = ()
        if layer.norm:
            g, by_gain, by_shift = normalization.gradients(layer.norm, mapped, layer.gain, g)
        by_b = g.sum(axis=0) if len(layer.b) else ()
        by_w = by_lengths = ()
        if layer.w is not None:
            by_w = below.T @ g + _penalty_slope(layer)
            if len(layer.lengths):
                by_w, by_lengths = _by_parts(layer, by_w)
            by_w = by_w.ravel()
            g = g @ layer.weights.T
        parts.append(np.concatenate([by_w, by_b, by_gain, by_shift, learnt, by_lengths]))
    return value, np.concatenate(parts[::-1])


def penalty(layers):
    return sum(
        (one.l1 * np.abs(w) + one.l2 / 2 * w**2 + one.lq * np.abs(w) ** one.q).sum()
        for one in layers
        if (w := one.weights) is not None
    )


def _by_parts(layer, by_w):
    """By the Jacobian of g v / |v|, column for column."""
    by_v, by_lengths = [], []
    for g, v, slope in zip(layer.lengths, layer.w.T, by_w.T, strict=True):
        norm = np.linalg.norm(v)
        jacobian = g / norm * (np.eye(len(v)) - np.outer(v, v) / norm**2)
        by_v.append(jacobian.T @ slope)
        by_lengths.append(v @ slope / norm)
    return np.transpose(by_v), by_lengths


def _penalty_slope(layer):
    w = layer.weights
    bent = layer.lq * layer.q * np.abs(w) ** (layer.q - 1) if layer.lq else 0.0
    return (layer.l1 + bent) * np.sign(w) + layer.l2 * w
