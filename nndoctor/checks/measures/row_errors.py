"""How wrong a network is row by row, and how far its mean error can be trusted."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...scores import correct, predicted, probabilities, true, unexplained
from ...trainable import Array, Batch, Model, Task

LEAST_ROWS = 20  # below these a share of wrong rows moves in steps of more than 5 points


@dataclass(frozen=True)
class Measured:
    """A mean over rows and seeds, and its standard error: of the rows and of the seeds together."""

    mean: float
    error: float = 0.0

    def exceeds(self, level: float, sigmas: float = 2.0) -> bool:
        """Whether it is surely above zero and at least as high as the level; NaN is not."""
        return self.mean > sigmas * self.error and self.mean >= level

    def __str__(self) -> str:
        return f"{self.mean:.3g} +- {self.error:.2g}"


def measured(errors: Array) -> Measured:
    """The mean of errors, or of differences of errors, of each seed's run on the same rows [S, B].

    The rows are drawn, and so are the seeds: both variances of the mean are added.
    """
    seeds, rows = errors.shape
    with np.errstate(invalid="ignore", over="ignore"):  # of a network that broke
        of_rows, of_seeds = errors.mean(axis=0), errors.mean(axis=1)
        variance = of_rows.var(ddof=1) / rows if rows > 1 else np.inf
        variance += of_seeds.var(ddof=1) / seeds if seeds > 1 else 0.0
        return Measured(float(errors.mean()), float(np.sqrt(variance)))


def measured_fall(high: Array, low: Array) -> Measured:
    """By how much errors fall from one to another on the same rows [S, B]."""
    with np.errstate(invalid="ignore"):
        return measured(high - low)


def gap(high: Measured, low: Measured) -> Measured:
    """How far one mean lies above another that is of other rows."""
    return Measured(high.mean - low.mean, float(np.hypot(high.error, low.error)))


def row_errors(task: Task, outputs: Array, y: Array) -> Array:
    """The error of each row [B]: 1 where it is wrong, the share of wrong labels for multi-label.

    For regression the mean is the share of the variance of these rows that is left unexplained.
    """
    if task.kind == "regression":
        return unexplained(probabilities(task, outputs), y)
    if task.kind == "multilabel":
        broken = ~np.isfinite(outputs).reshape(*y.shape, -1).all(axis=2)
        wrong = (predicted(task, outputs) != true(task, y)) | broken
        return np.asarray(wrong.mean(axis=1, dtype=np.float64))
    return np.asarray(~correct(task, outputs, y), np.float64)


def errors_of(task: Task, models: Sequence[Model], batch: Batch) -> Array:
    """The errors of each model on the same rows [S, B]."""
    return np.stack([row_errors(task, model.outputs(batch), batch.y) for model in models])


def error_name(task: Task) -> str:
    """What the mean of these errors is called."""
    if task.kind == "regression":
        return "share of the variance unexplained"
    return "share of wrong labels" if task.kind == "multilabel" else "share of wrong rows"
