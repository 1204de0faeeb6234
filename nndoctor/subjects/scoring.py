"""A score that means the same under any loss, output and scaling: 0 is chance, 1 is perfect."""

import numpy as np

from ..checks.measures.groups import alike
from ..scores import predicted, probabilities, r_squared, true
from ..setup import Setup
from ..trainable import Array, Batch


def matthews(truth: Array, guess: Array) -> float:
    """Matthews correlation of class numbers [B], in its form for several classes.

    A constant guess is 0. Source: Gorodkin 2004, Comparing two K-category assignments, equation 8.
    """
    classes, codes = np.unique(np.concatenate([truth, guess]), return_inverse=True)
    t, g = np.split(codes, 2)
    k = len(classes)
    confusion = np.bincount(t * k + g, minlength=k * k).reshape(k, k).astype(np.float64)
    rows, columns, n = confusion.sum(axis=1), confusion.sum(axis=0), confusion.sum()
    covariance = np.trace(confusion) * n - rows @ columns
    spread = (n**2 - rows @ rows) * (n**2 - columns @ columns)
    return float(covariance / np.sqrt(spread)) if spread > 0 else 0.0


def agreement(kind: str, truth: Array, guess: Array) -> float:
    """The score of decoded answers: labels, or numbers in the target's own units [B, T]."""
    if kind == "regression":
        return float(np.clip(r_squared(guess, truth), 0.0, 1.0))
    if kind == "multilabel":
        # a label that is the same in every row says nothing of the network
        told = [(t, g) for t, g in zip(truth.T, guess.T, strict=True) if t.min() < t.max()]
        return max(float(np.mean([matthews(t, g) for t, g in told])), 0.0) if told else 0.0
    return max(matthews(truth, guess), 0.0)


def truth_of(setup: Setup, batch: Batch) -> Array:
    """What the rows' targets are, decoded."""
    task = setup.trainable.task
    return setup.target.invert(batch.y) if task.kind == "regression" else true(task, batch.y)


def guess_of(setup: Setup, outputs: Array) -> Array:
    """What a network's outputs [B, K] answer, decoded as the truth is."""
    task = setup.trainable.task
    if task.kind == "regression":
        return setup.target.invert(probabilities(task, outputs))
    return predicted(task, outputs)


def score_outputs(setup: Setup, outputs: Array, batch: Batch) -> float:
    """The score of a network's outputs [B, K] on these rows; 0 where they are not finite."""
    if not np.isfinite(outputs).all():
        return 0.0
    return agreement(setup.trainable.task.kind, truth_of(setup, batch), guess_of(setup, outputs))


def scores_left_out(setup: Setup, outputs: Array, batch: Batch, groups: int = 20) -> Array:
    """The same score with each of so many groups of rows left out [G]; what a jackknife needs."""
    count = min(groups, len(outputs))
    if not np.isfinite(outputs).all():
        return np.zeros(count)
    kind, truth, guess = setup.trainable.task.kind, truth_of(setup, batch), guess_of(setup, outputs)
    group = np.arange(len(truth)) % count
    return np.array([agreement(kind, truth[group != g], guess[group != g]) for g in range(count)])


def design_effect(y: Array, groups: Array) -> float:
    """How many rows tell no more than one would that is in no group: targets [N, T] and groups [N].

    1 where targets are as different in a group as elsewhere, the rows of a group where they are all
    the same (Kish 1965, Survey Sampling).
    """
    return 1 + (len(y) / len(np.unique(groups)) - 1) * alike(y, groups).shared
