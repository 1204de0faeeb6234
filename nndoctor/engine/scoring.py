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
def highest_right(out, y):
    """In how many rows the output of the row's class is the highest, the first of equals."""
    right = 0
    for i in range(out.shape[0]):
        best, top, known = 0, out[i, 0], finite(out[i, 0])
        for j in range(1, out.shape[1]):
            value = out[i, j]
            known &= finite(value)
            if value > top:
                best, top = j, value
        right += known and best == int(y[i, 0])
    return right


@kernel
def nearest_right(out, y, scorer):
    """In how many rows the first output stands for the same class as the target."""
    right = 0
    for i in range(out.shape[0]):
        answer = nearest(out[i, 0], scorer.values)
        if scorer.kind == THRESHOLD:
            answer = int(out[i, 0] > scorer.threshold)
        truth = int(y[i, 0]) if scorer.numbered else nearest(y[i, 0], scorer.values)
        right += finite(out[i, 0]) and answer == truth
    return right


@kernel
def all_right(out, y, threshold):
    """In how many rows every label is right."""
    right = 0
    for i in range(out.shape[0]):
        wrong = 0
        for j in range(out.shape[1]):
            value = out[i, j]
            wrong += not finite(value) or (value > threshold) != (y[i, j] > 0.5)
        right += wrong == 0
    return right


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
def explained(out, y, scorer):
    """R^2 times the number of rows; -infinity where the targets do not vary."""
    if not scorer.variance > 0:
        return -np.inf
    total = 0.0
    for i in range(len(out)):
        total += residual(out, y, i, scorer.link)
    return len(out) - total / scorer.variance


@kernel
def score_of(out, y, scorer):
    """The share of rows of out [B, K] that are right; for squares 1 - residual / variance."""
    if scorer.kind == SQUARES:
        return explained(out, y, scorer) / len(out)
    if scorer.kind == ARGMAX:
        return highest_right(out, y) / len(out)
    if scorer.kind == LABELS:
        return all_right(out, y, scorer.threshold) / len(out)
    return nearest_right(out, y, scorer) / len(out)
