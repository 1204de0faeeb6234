"""Scores whose meaning does not change with loss, last activation or scaling."""

import numpy as np

from .trainable import Array, Batch, Task


def threshold(task: Task) -> float:
    """Where a single output changes its mind: 0 for scores and logits, 0.5 for values 0 and 1."""
    scores = task.loss == "hinge" or (task.loss == "binary_cross_entropy" and task.from_logits)
    return 0.0 if scores and task.output_activation == "linear" else 0.5


def predicted(task: Task, outputs: Array) -> Array:
    """The class number each row is given [B]; labels switched on [B, K] for multi-label, or the
    class number of each place [B, places].

    One output is decoded to the nearest label value.
    """
    if task.places > 1:
        return np.asarray(outputs.reshape(len(outputs), task.places, -1).argmax(axis=2))
    if task.kind == "multilabel":
        return outputs > threshold(task)
    if task.encoding == "class" and outputs.shape[1] > 1:
        return np.asarray(outputs.argmax(axis=1))
    if task.values == (0.0, 1.0):
        return (outputs[:, 0] > threshold(task)).astype(np.int64)
    return np.asarray(np.abs(outputs[:, :1] - np.asarray(task.values)).argmin(axis=1))


def true(task: Task, y: Array) -> Array:
    """The targets in the form that `predicted` answers in."""
    if task.places > 1:
        return y.astype(np.int64)
    if task.kind == "multilabel":
        return y > 0.5
    if task.encoding == "class":
        return y[:, 0].astype(np.int64)
    return np.asarray(np.abs(y[:, :1] - np.asarray(task.values)).argmin(axis=1))


def correct(task: Task, outputs: Array, y: Array) -> Array:
    """Which rows are right [B]; a row with an output that is not finite is wrong."""
    same = predicted(task, outputs) == true(task, y)
    if same.ndim > 1:
        same = same.all(axis=1)
    return np.asarray(same & np.isfinite(outputs).all(axis=1))


def unexplained(outputs: Array, y: Array) -> Array:
    """Squared residuals over the variance of these very rows, all target columns together [B].

    Their mean is the share of the variance left unexplained, 1 - R^2: it is 1 for a constant at the
    mean of these rows, and infinite where they do not vary.
    """
    y, outputs = y.astype(np.float64), outputs.astype(np.float64)  # whose squares overflow late
    with np.errstate(over="ignore"):
        variance = y.var(axis=0).sum()
        residuals = ((y - outputs) ** 2).sum(axis=1)
        return np.asarray(residuals / variance if variance > 0 else np.full(len(y), np.inf))


def r_squared(outputs: Array, y: Array) -> float:
    """1 - residual / variance, over all target columns together; -inf where not finite."""
    with np.errstate(over="ignore"):
        left = float(unexplained(outputs, y).mean())
    return 1 - left if np.isfinite(left) else -np.inf


def row_scores(task: Task, outputs: Array, y: Array) -> Array:
    """What each row adds to the score, which is their mean [B]."""
    if task.kind == "regression":
        return np.asarray(1 - unexplained(probabilities(task, outputs), y))
    return _right(task, outputs, y)


def _right(task: Task, outputs: Array, y: Array) -> Array:
    """1 for a row that is right and 0 for one that is not; of places the share that is right."""
    if task.places == 1:
        return correct(task, outputs, y).astype(np.float64)
    same = (predicted(task, outputs) == true(task, y)).mean(axis=1)
    return np.asarray(np.where(np.isfinite(outputs).all(axis=1), same, 0.0))


def guess_scores(task: Task, known: Array, y: Array) -> Array:
    """The same for the constant answer that fits the targets `known` [N, T] best [B].

    That is their most frequent class, whether each label is on more often than not, or their mean.
    """
    if task.kind == "regression":
        mean = known.mean(axis=0, dtype=np.float64)
        return np.asarray(1 - unexplained(np.broadcast_to(mean, y.shape), y))
    before, seen = true(task, known), true(task, y)
    if task.places > 1:
        usual = np.array([np.bincount(column).argmax() for column in before.T])
        return np.asarray((seen == usual).mean(axis=1))
    if task.kind == "multilabel":
        return np.asarray((seen == (before.mean(axis=0) > 0.5)).all(axis=1), np.float64)
    return np.asarray(seen == np.bincount(before).argmax(), np.float64)


def score(task: Task, outputs: Array, batch: Batch) -> float:
    """The share of rows that are right, of places where a row has several; R^2 for regression."""
    if task.kind == "regression":
        return r_squared(probabilities(task, outputs), batch.y)
    return float(_right(task, outputs, batch.y).mean())


def score_name(task: Task) -> str:
    """What `score` is called."""
    return "R^2" if task.kind == "regression" else "accuracy"


def probabilities(task: Task, outputs: Array) -> Array:
    """Outputs [B, K] as probabilities; those of other losses stay as they are."""
    if not (has_probabilities(task) and task.from_logits):
        return outputs
    with np.errstate(over="ignore", invalid="ignore"):  # infinity becomes NaN
        if task.loss == "binary_cross_entropy":
            return np.asarray(1 / (1 + np.exp(-outputs.astype(np.float64))))
        scores = outputs.astype(np.float64).reshape(len(outputs), task.places, -1)
        powers = np.exp(scores - scores.max(axis=2, keepdims=True))
    return np.asarray(powers / powers.sum(axis=2, keepdims=True)).reshape(outputs.shape)


def class_probabilities(task: Task, outputs: Array) -> Array:
    """A column for each class or label; one output is the probability of the second of two."""
    values = probabilities(task, outputs)
    if values.shape[1] == 1 and len(task.labels) == 2:
        return np.column_stack([1 - values, values])
    return values


def from_probabilities(task: Task, values: Array) -> Array:
    """Back to what a network of this task puts out, always finite where they are."""
    if not (has_probabilities(task) and task.from_logits):
        return values
    values = np.clip(values, np.finfo(np.float64).tiny, 1 - np.finfo(np.float64).epsneg)
    if task.loss == "binary_cross_entropy":
        return np.asarray(np.log(values) - np.log1p(-values))
    return np.asarray(np.log(values))


def has_probabilities(task: Task) -> bool:
    """Whether the loss reads the outputs as probabilities or their logits."""
    return task.loss in ("cross_entropy", "kl_divergence", "binary_cross_entropy")
