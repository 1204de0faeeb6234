"""How right the outputs of a batch are, while it is trained on: `scores.row_scores`, compiled."""

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .elementary import finite
from .jit import kernel

ARGMAX, THRESHOLD, NEAREST, LABELS, SQUARES = range(5)  # how outputs are read
LINEAR, SIGMOID, SOFTMAX = range(3)  # what makes numbers of them, for squares


class Scorer(NamedTuple):
    """How outputs are compared with targets.

    `values` [V]: the numbers that stand for classes; `numbered`: y holds class numbers instead.
    `link` and `variance`, of all targets together, are for squares.
    """

    kind: int
    link: int
    threshold: float
    numbered: bool
    values: NDArray[Any]
    variance: float


@kernel
def nearest(value, values):
    """Which of the values is nearest, the first of equals."""
    best = 0
    for j in range(1, values.size):
        if abs(value - values[j]) < abs(value - values[best]):
            best = j
    return best


@kernel
def labels_right(out, y, i, threshold):
    """Whether row i has every label right."""
    wrong = 0
    for j in range(out.shape[1]):
        wrong += (out[i, j] > threshold) != (y[i, j] > 0.5)
    return wrong == 0


@kernel
def is_right(out, y, i, scorer):
    """Whether row i is right; one with an output that is not finite is wrong."""
    best = 0
    for j in range(out.shape[1]):
        if not finite(out[i, j]):
            return False
        if out[i, j] > out[i, best]:
            best = j
    if scorer.kind == LABELS:
        return labels_right(out, y, i, scorer.threshold)
    if scorer.kind == THRESHOLD:
        best = int(out[i, 0] > scorer.threshold)
    elif scorer.kind == NEAREST:
        best = nearest(out[i, 0], scorer.values)
    truth = int(y[i, 0]) if scorer.numbered else nearest(y[i, 0], scorer.values)
    return best == truth


@kernel
def residual(out, y, i, link):
    """The squared distance of row i from its targets."""
    top, powers, total = np.float64(out[i, 0]), 0.0, 0.0
    if link == SOFTMAX:
        for j in range(1, out.shape[1]):
            top = max(top, np.float64(out[i, j]))
        for j in range(out.shape[1]):
            powers += math.exp(np.float64(out[i, j]) - top)
    for j in range(out.shape[1]):
        value = np.float64(out[i, j])
        if link == SIGMOID:
            value = 1.0 / (1.0 + math.exp(-value))
        elif link == SOFTMAX:
            value = math.exp(value - top) / powers
        total += (np.float64(y[i, j]) - value) ** 2
    return total


@kernel
def score_of(out, y, scorer):
    """The share of rows of out [B, K] that are right; for squares 1 - residual / variance."""
    total = 0.0
    if scorer.kind != SQUARES:
        for i in range(len(out)):
            total += is_right(out, y, i, scorer)
        return total / len(out)
    if not scorer.variance > 0:
        return -np.inf
    for i in range(len(out)):
        total += residual(out, y, i, scorer.link)
    return 1.0 - total / len(out) / scorer.variance
