"""What a saved network says of new rows."""

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np

from ..scores import class_probabilities, has_probabilities
from ..setup import SavedModel, load_model
from .common import single_threaded

DIGITS = 9  # a float32 is known by so many


@dataclass(frozen=True)
class Predictions:
    """One row for each row of the data; `words`: what a reader should be told."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str | float, ...], ...]
    words: tuple[str, ...]

    def write(self, file: IO[str]) -> None:
        """As CSV, numbers with nine digits."""
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(self.columns)
        for row in self.rows:
            writer.writerow(v if isinstance(v, str) else f"{v:.{DIGITS}g}" for v in row)


@single_threaded
def predict(
    model: SavedModel | str | Path, data: str | Path, dropout_samples: int = 0, encoding: str = ""
) -> Predictions:
    """The prediction for each row, and where the loss knows them the probability of each class.

    Rows are taken by the names of the columns that the network was trained on. With
    `dropout_samples` the answer is the mean over so many dropout masks, and a column says how far
    it moves: its largest standard deviation over them. Text that is not UTF-8 is read as
    the training rows were, unless `encoding` says otherwise.
    """
    model = model if isinstance(model, SavedModel) else load_model(model)
    dataset = model.read(Path(data), encoding)
    if dropout_samples:
        outputs, spread = model.averaged(dataset.x, dropout_samples)
    else:
        outputs, spread = model.outputs(dataset.x), None
    answers = model.decoded(outputs)
    answers = answers[:, None] if answers.ndim == 1 else answers
    columns = _names(model, answers.shape[1])
    if model.task.kind != "regression" and has_probabilities(model.task):
        columns += tuple(f"p({label})" for label in model.labels)
        values = class_probabilities(model.task, outputs)
        answers = np.column_stack([answers.astype(object), values])
    if spread is not None:
        columns = (*columns, "spread")
        answers = np.column_stack([answers.astype(object), spread.max(axis=1)])
    rows = tuple(tuple(_plain(value) for value in row) for row in answers.tolist())
    return Predictions(columns, rows, dataset.notes)


def _names(model: SavedModel, count: int) -> tuple[str, ...]:
    if count == 1:
        return ("prediction",)
    targets = model.recipe.data.target
    names = model.labels if model.task.kind == "multilabel" else targets
    if not isinstance(names, tuple) or len(names) != count:
        names = tuple(str(number) for number in range(count))
    return tuple(f"prediction {name}" for name in names)


def _plain(value: str | float) -> str | float:
    return value if isinstance(value, str) else float(value)
