"""What networks trained from several seeds get wrong on training and on validation rows."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...scores import guess_scores, row_scores
from ...trainable import Batch, Model, Task
from .row_errors import (
    LEAST_ROWS,
    Measured,
    error_name,
    errors_of,
    gap,
    measured,
    measured_fall,
)


@dataclass(frozen=True)
class Errors:
    """Mean errors over rows and seeds; `name` says of what they are a share.

    `won`: by how much they beat the best constant answer on their own training rows.
    """

    name: str
    train: Measured
    dev: Measured
    train_rows: int
    dev_rows: int
    seeds: int
    won: Measured

    @property
    def gap(self) -> Measured:
        """How much more is wrong on validation rows."""
        return gap(self.dev, self.train)


def why_not(validation: Batch | None) -> str:
    """In words why there is nothing to compare with; empty where there is."""
    if validation is None:
        return "there are no validation rows: data.validation = 0.2 holds some back"
    if len(validation) < LEAST_ROWS:
        return f"{len(validation)} validation rows are too few to tell, it takes {LEAST_ROWS}"
    return ""


def errors(task: Task, models: Sequence[Model], train: Batch, validation: Batch) -> Errors:
    """Measured on all rows of both parts."""
    of_train, of_dev = (measured(errors_of(task, models, rows)) for rows in (train, validation))
    scores = np.stack([row_scores(task, model.outputs(train), train.y) for model in models])
    return Errors(
        error_name(task),
        of_train,
        of_dev,
        len(train),
        len(validation),
        len(models),
        measured_fall(scores, guess_scores(task, train.y, train.y)[None]),
    )
