"""Targets and outputs of a PyTorch set-up decoded, so that any loss can be judged."""

from dataclasses import dataclass

import numpy as np

from ...scores import predicted, probabilities, true
from ...trainable import Array, Task

NUMBERS, TWO, ONE_HOT, SWITCHES = "numbers", "two", "one-hot", "switches"


@dataclass(frozen=True)
class Answers:
    """What the targets stand for, whatever loss they are given to.

    `form` of targets that are no classes to the loss: two numbers `low` and `high`, rows with a
    single one, rows of zeros and ones, or just numbers.
    """

    task: Task
    form: str = ""
    low: float = 0.0
    high: float = 1.0

    @classmethod
    def of(cls, task: Task, y: Array) -> "Answers":
        """Classes and labels under a loss of numbers are classes and labels: two numbers, rows of
        zeros and ones; with a single one they are classes under a loss of labels too."""
        if task.kind == "classification" or task.places > 1:
            return cls(task)
        values = np.unique(y)
        binary = y.shape[1] > 1 and set(values) == {0, 1}
        if binary and bool((y.sum(axis=1) == 1).all()):
            return cls(task, ONE_HOT)
        if task.kind == "multilabel":
            return cls(task)
        if binary:
            return cls(task, SWITCHES)
        if y.shape[1] == 1 and tuple(values) in ((0, 1), (-1, 1)):
            return cls(task, TWO, *map(float, values))
        return cls(task, NUMBERS)

    @property
    def kind(self) -> str:
        """Classification, multilabel or regression."""
        if self.form in (TWO, ONE_HOT):
            return "classification"
        return "multilabel" if self.form == SWITCHES else self.task.kind

    def truth(self, y: Array) -> Array:
        """Class numbers [B], switches [B, K] or numbers [B, T]."""
        if self.form == ONE_HOT:
            return np.asarray(y.argmax(axis=1))
        if self.form == SWITCHES:
            return np.asarray(y > 0.5)
        if self.form == TWO:
            return (y[:, 0] > (self.low + self.high) / 2).astype(np.int64)
        return y.astype(np.float64) if self.form == NUMBERS else true(self.task, y)

    def guess(self, task: Task, outputs: Array) -> Array:
        """What outputs [B, K] answer under the loss of `task`, decoded as the truth is."""
        if self.form == ONE_HOT:
            return np.asarray(outputs.argmax(axis=1))
        if self.form in (TWO, SWITCHES):
            logits = task.from_logits and task.kind != "regression"
            on = outputs > (0.0 if logits else (self.low + self.high) / 2)
            return on if self.form == SWITCHES else on[:, -1].astype(np.int64)
        return probabilities(task, outputs) if self.form == NUMBERS else predicted(task, outputs)
