"""Adafactor: Adam's second moments of a matrix, told by its rows and columns alone."""

import numpy as np

from .jit import kernel
from .stages import norm


def adafactor(g, theta, slots, s, t, rate, arrays):
    """Step relative * max(eps2, rms(theta)) * u / max(1, rms(u) / d) of each array, as `step`.

    u = g / sqrt(v_hat), v_hat at least eps1^2; relative = min(rate, 1 / sqrt(t)); the moments of
    a matrix, rows before columns, lie in its part of slots[0]. eps1 0: the precision of the dtype.
    """
    fresh = float(t) ** s[3]
    eps1 = s[0] if s[0] > 0 else float(np.finfo(g.dtype).eps)
    shortest = 1.0 / np.sqrt(float(t))
    relative = shortest if shortest < rate else float(rate)
    for k in range(len(arrays)):
        start, rows, columns = arrays[k, 0], arrays[k, 1], arrays[k, 2]
        end = start + rows * columns
        part, memory = g[start:end], slots[0, start:end]
        weight = _rms(theta[start:end])
        if rows > 1 and columns > 1:
            _divide_factored(part.reshape(rows, columns), memory, fresh, eps1)
        else:
            _divide(part, memory, fresh, eps1)
        excess = _rms(part) / s[2]
        alpha = relative * (s[1] if weight < s[1] else weight)
        scale = g.dtype.type(alpha / excess if excess > 1 else alpha)
        for i in range(part.size):
            part[i] *= scale


@kernel
def _rms(values):
    return norm(values) / np.sqrt(values.size)


@kernel
def _divide(g, memory, fresh, eps1):
    """g / sqrt(v_hat) of a vector, from the running mean of g^2."""
    keep, share, least = g.dtype.type(1.0 - fresh), g.dtype.type(fresh), g.dtype.type(eps1 * eps1)
    for i in range(g.size):
        memory[i] = keep * memory[i] + share * g[i] * g[i]
        g[i] /= np.sqrt(least if memory[i] < least else memory[i])


@kernel
def _divide_factored(g, memory, fresh, eps1):
    """g / sqrt(v_hat) of a matrix, v_hat = r c / mean(r), from the means of rows and columns."""
    rows, columns = g.shape
    keep, least = g.dtype.type(1.0 - fresh), g.dtype.type(eps1 * eps1)
    in_row, in_column = g.dtype.type(fresh / columns), g.dtype.type(fresh / rows)
    r, c = memory[:rows], memory[rows : rows + columns]
    for k in range(rows + columns):
        memory[k] *= keep
    for i in range(rows):
        for j in range(columns):
            r[i] += in_row * g[i, j] * g[i, j]
            c[j] += in_column * g[i, j] * g[i, j]
    mean = 0.0
    for i in range(rows):
        mean += float(r[i]) / rows
    inverse = g.dtype.type(1.0 / (eps1 if mean < eps1 else mean))
    for i in range(rows):
        for j in range(columns):
            v = r[i] * inverse * c[j]
            g[i, j] /= np.sqrt(least if v < least else v)
