"""Rows with their true answers for a saved network, as its loss and its reader want them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .. import data
from ..errors import DataError
from ..trainable import Array
from .saved import SavedModel


@dataclass(frozen=True)
class Answered:
    """Inputs x [B, D], targets y as the network's task has them, numbers in the data's units, and
    the numbers of the rows in their file, from 1 [B]; `words` are what a reader should know."""

    x: Array
    y: Array
    numbers: Array
    words: tuple[str, ...]


def answered_rows(model: SavedModel, path: Path, encoding: str = "") -> Answered:
    """The rows of a file that have a target. Raises DataError where none has, or one is unknown."""
    targets = model.plan.targets if model.plan else _named(model.recipe.data.target)
    found = data.load_answered(
        path, data.HowToRead(encoding=encoding), model.plan, model.columns, targets
    )
    there = np.flatnonzero(data.answered(found))
    if not len(there):
        raise DataError(f"{path}: no row has a target", "nndoctor predict needs none")
    left, words = len(found) - len(there), list(found.notes)
    if left:
        words.append(f"{left} of {len(found)} rows are left out: they have no target")
    found = found.rows(there)
    numbers = there + 1
    return Answered(found.x.astype(np.float64), _targets(model, found, numbers), numbers, (*words,))


def _named(target: str | Sequence[str] | None) -> tuple[str, ...]:
    return (target,) if isinstance(target, str) else tuple(target or ())


def _targets(model: SavedModel, found: data.Dataset, numbers: Array) -> Array:
    task = model.task
    if task.kind == "classification":
        classes = _classes(model, found, numbers)
        return classes if task.encoding == "class" else np.array(task.values)[classes]
    if found.y.dtype == object:
        value = next(iter(found.y.ravel()))
        raise DataError(
            f"target '{found.targets[0]}' is text, such as {value!r}",
            "the network was trained on numbers",
        )
    y = found.y.astype(np.float64)
    bad = np.argwhere(~np.isin(y, (0, 1))) if task.kind == "multilabel" else y[:0]
    if len(bad):
        row, column = bad[0]
        raise DataError(
            f"target '{found.targets[column]}' has {y[row, column]:g} in row {numbers[row]}",
            "targets of a multilabel task are 0 or 1",
        )
    return y


def _classes(model: SavedModel, found: data.Dataset, numbers: Array) -> Array:
    """Class numbers [B, 1]; columns that are one-hot have one 1 in each row."""
    if found.y.shape[1] > 1:
        return np.asarray(found.y.argmax(axis=1)[:, None], np.int64)
    distinct, at = np.unique(found.y[:, 0], return_inverse=True)
    known = {label: number for number, label in enumerate(model.labels)}
    numbered = np.array([known.get(data.label_of(value), -1) for value in distinct])
    classes = numbered[at.ravel()]
    unknown = np.flatnonzero(classes < 0)
    if len(unknown):
        row = unknown[0]
        raise DataError(
            f"target '{found.targets[0]}' is {data.label_of(found.y[row, 0])!r} in row "
            f"{numbers[row]}, a class that the network was not trained on",
            f"it knows {data.listed(model.labels)}",
        )
    return classes[:, None]
