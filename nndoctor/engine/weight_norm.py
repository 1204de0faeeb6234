"""Weight normalisation: the weights of each unit as a length times a direction.

A layer with it keeps directions v [D_in, k n] in the place of its W, and lengths g [k n]: column j
of W is g_j v_j / |v_j|. The passes know W alone. `effective` makes it of theta before them,
`by_parts` turns their gradient by W, penalties included, into that by v and g after them.
Salimans & Kingma 2016, arXiv:1602.07868, equations 2 and 3; as in PyTorch's
`parametrizations.weight_norm` a direction of zeros has no W but NaN.
"""

import numpy as np
from numpy.typing import NDArray

from .jit import kernel
from .layout import INPUTS, LENGTHS, WEIGHTS, WIDTH

SOURCE = (
    "Salimans & Kingma 2016, arXiv:1602.07868, equation 2: the columns of W are g v / |v|, g and v "
    "learnt; g starts at |v|, so the first W is as drawn. `data`: as in section 3 g and b start "
    "where z has mean 0 and spread 1 on rows"
)
STANDS_STILL = 1e-7  # a spread below this share of a unit's largest value is rounding


def lengths_of(v: NDArray[np.float64]) -> NDArray[np.float64]:
    """|v_j| [k n]."""
    return np.asarray(np.sqrt((v**2).sum(axis=0)))


def fit(
    v: NDArray[np.float64],
    lengths: NDArray[np.float64],
    bias: NDArray[np.float64],
    x: NDArray[np.float64],
    spread: float = 1.0,
) -> None:
    """Lengths and bias [k n] under which z has mean 0 and this spread over x [S, D], in place.

    The bias may be empty. A unit whose z stands still, or is not finite in a row, keeps what it
    has. Section 3: g = 1 / sigma and b = -mu / sigma of t = v x / |v|.
    """
    with np.errstate(all="ignore"):
        t = x @ (v / lengths_of(v))
        mean, deviation = t.mean(axis=0), t.std(axis=0)
        moves = (deviation > STANDS_STILL * np.abs(t).max(axis=0)) & (deviation < np.inf)
        fitted = spread / deviation
    lengths[moves] = fitted[moves]
    if bias.size:
        bias[moves] = -(fitted * mean)[moves]


@kernel
def _of(theta, table, layer):
    """Views of a layer's v [D_in, k n] and g [k n]."""
    inputs, width = table[layer, INPUTS], table[layer, WIDTH]
    start, lengths = table[layer, WEIGHTS], table[layer, LENGTHS]
    v = theta[start : start + inputs * width].reshape(inputs, width)
    return v, theta[lengths : lengths + width]


@kernel
def _norms(v):
    """|v_j| [k n] in float64; NaN where it is infinite."""
    norms = np.zeros(v.shape[1])
    for i in range(v.shape[0]):
        for j in range(v.shape[1]):
            norms[j] += np.float64(v[i, j]) ** 2  # float() of a float32 stays one
    for j in range(norms.size):
        norms[j] = np.sqrt(norms[j]) if norms[j] < np.inf else np.nan
    return norms


@kernel
def effective(theta, room, table):
    """theta [P] with W in place of v, in `room` [P]; theta itself where there is no room."""
    if not room.size:
        return theta
    room[:] = theta
    for layer in range(len(table)):
        if table[layer, LENGTHS] < 0:
            continue
        v, lengths = _of(theta, table, layer)
        w, _ = _of(room, table, layer)
        norms = _norms(v)
        for i in range(v.shape[0]):
            for j in range(v.shape[1]):
                w[i, j] = lengths[j] * (v[i, j] / norms[j])
    return room


@kernel
def step_of(weights, theta, step, table):
    """step [P] <- by how much W moved, which is not how far its parts did: `weights` less the new.

    `weights` [P] is what `effective` made before theta moved.
    """
    effective(theta, step, table)
    for i in range(step.size):
        step[i] = weights[i] - step[i]


@kernel
def by_parts(theta, grad, table):
    """grad [P], in which the gradient by W stands, becomes that by theta."""
    for layer in range(len(table)):
        if table[layer, LENGTHS] < 0:
            continue
        v, lengths = _of(theta, table, layer)
        by_v, by_lengths = _of(grad, table, layer)
        norms, along = _norms(v), np.zeros(v.shape[1])
        for i in range(v.shape[0]):
            for j in range(v.shape[1]):
                along[j] += by_v[i, j] * (v[i, j] / norms[j])
        for i in range(v.shape[0]):
            for j in range(v.shape[1]):
                across = by_v[i, j] - along[j] * (v[i, j] / norms[j])
                by_v[i, j] = lengths[j] / norms[j] * across
        by_lengths[:] = along
