"""What is to be learned: guessed from the target, and the target as numbers."""

from dataclasses import dataclass

import numpy as np

from nndoctor.errors import DataError
from nndoctor.trainable import Array

from .dataset import Dataset

MOST_CLASSES = 20
ROWS_PER_CLASS = 4
BY_LOT = 1e-3  # how often codes, which are given in any order, may pass as counts
SCALE = (1, 10)  # what people rate on, where high marks may well be rare


@dataclass(frozen=True)
class Target:
    """Targets y [N, T]; `labels` and `values` as a `Task` has them."""

    y: Array
    labels: tuple[str, ...] = ()
    values: tuple[float, ...] = ()


def guess_task(dataset: Dataset) -> tuple[str, str]:
    """The kind of task and, in words, why."""
    y = dataset.y
    name = dataset.targets[0]
    if y.shape[1] > 1:
        if y.dtype != object and np.isin(y, (0, 1)).all():
            if (y.sum(axis=1) == 1).all():
                return "classification", f"each row has one 1 among its {y.shape[1]} targets"
            return "multilabel", f"all {y.shape[1]} targets are 0 or 1"
        return "regression", f"there are {y.shape[1]} targets and they are not all 0 or 1"
    if y.dtype == object:
        return "classification", f"target '{name}' is text"
    if y.dtype == bool:
        return "classification", f"target '{name}' is true or false"
    values, rows = np.unique(y, return_counts=True)
    distinct, counts = len(values), _whole(values) and _look_like_counts(values, rows)
    if _looks_like_classes(y, distinct) and not counts:
        return "classification", f"target '{name}' has {distinct} distinct whole numbers"
    whole = "whole numbers" if _whole(y) else "numbers, not all whole,"
    if counts:
        whole += ", the larger the rarer as counts are,"
    return "regression", f"target '{name}' has {distinct} distinct {whole} in {len(y)} rows"


def _looks_like_classes(y: Array, distinct: int) -> bool:
    """Whole numbers, and either two of them or at most 20 that each stand on 4 rows on average.

    The rows keep a short table of counts from passing as classes; two values are a yes or no
    however short the table (XOR has four rows).
    """
    enough = distinct <= MOST_CLASSES and distinct * ROWS_PER_CLASS <= len(y)
    return _whole(y) and (enough or distinct == 2 < len(y))


def _look_like_counts(values: Array, rows: Array) -> bool:
    """Whether the few whole numbers [K] that so many rows [K] have are the rarer the larger.

    Of codes neither is the first the most frequent nor the last the rarest, but by lot: of each two
    the larger is as often the rarer as not, and how many of K (K - 1) / 2 pairs rise has the exact
    chance of Kendall's rank correlation (Kendall 1938). It takes seven numbers to be that sure.
    """
    if not 2 < len(values) <= MOST_CLASSES:
        return False
    rated = values[0] >= SCALE[0] and values[-1] <= SCALE[1]
    if values[0] < 0 or rated:
        return False
    later = np.sign(rows[None, :] - rows[:, None])[np.triu_indices(len(rows), 1)]
    rising = int(np.ceil((later > 0).sum() + (later == 0).sum() / 2))
    ways = np.ones(1)  # the share of all orders of so many numbers with 0, 1, ... rising pairs
    for size in range(2, len(values) + 1):
        ways = np.convolve(ways, np.full(size, 1 / size))
    return bool(ways[: rising + 1].sum() < BY_LOT)


def encode_target(dataset: Dataset, kind: str, encoding: str, classes: int | None = None) -> Target:
    """The target as a loss wants it.

    "class": class numbers 0..C-1 [N, 1]. "numeric": the label values themselves [N, 1], for text
    the class numbers. `classes` is for labels that do not all occur; labels are then 0..classes-1.
    Regression and multilabel: floats [N, T].
    """
    if kind == "classification":
        return _encode_classes(dataset, encoding, classes)
    y = dataset.y
    if y.dtype == object:
        value = next(label for label in y.ravel() if label is not None)
        raise DataError(
            f"target '{dataset.targets[0]}' is text, such as {value!r}, unfit for {kind}",
            'set data.task = "classification", or name a target of numbers',
        )
    if kind == "multilabel":
        outside = np.argwhere(~np.isin(y, (0, 1)))
        if len(outside):
            row, column = outside[0]
            raise DataError(
                f"target '{dataset.targets[column]}' has {y[row, column]} in row {row + 1}",
                "targets of a multilabel task are 0 or 1",
            )
    if y.shape[1] == 1:
        _refuse_constant(y[:, 0], dataset.targets[0])
    labels = dataset.targets if kind == "multilabel" else ()
    return Target(y.astype(np.float64), labels)


def _encode_classes(dataset: Dataset, encoding: str, classes: int | None) -> Target:
    y, names = _single(dataset)
    distinct, numbers = _distinct(y)
    if classes is None:  # else it can be run, and what that leads to is for the checks to say
        _refuse_constant(y, dataset.targets[0])
    is_text = y.dtype == object
    labels = names or tuple(label_of(value) for value in distinct)
    values = np.arange(len(labels)) if is_text or names else distinct
    if classes is not None:
        if is_text or names:
            if len(labels) > classes:
                raise DataError(
                    f"target '{dataset.targets[0]}' has {len(labels)} labels, classes = {classes}",
                    f"set data.classes = {len(labels)} or leave it out",
                )
            labels += tuple(str(i) for i in range(len(labels), classes))
        else:
            _refuse_outside(y, dataset.targets[0], classes)
            numbers = y.astype(np.int64)
            labels = tuple(str(i) for i in range(classes))
        values = np.arange(classes)
    numbers = numbers.reshape(-1, 1).astype(np.int64)
    if encoding == "class":
        return Target(numbers, labels)
    meant = numbers if is_text or names else y.reshape(-1, 1)
    return Target(meant.astype(np.float64), labels, tuple(float(value) for value in values))


def _single(dataset: Dataset) -> tuple[Array, tuple[str, ...]]:
    """The one target [N]; columns that are one-hot become class numbers with names."""
    y = dataset.y
    if y.shape[1] == 1:
        return y[:, 0], ()
    if y.dtype != object and np.isin(y, (0, 1)).all() and (y.sum(axis=1) == 1).all():
        return y.argmax(axis=1), dataset.targets
    raise DataError(
        f"classification needs one target, got {y.shape[1]}",
        'name one of them, or set data.task = "multilabel" or "regression"',
    )


def _distinct(y: Array) -> tuple[Array, Array]:
    """The values there are, sorted, and for each row the number of its own [N]."""
    if y.dtype != object:
        return np.unique(y, return_inverse=True)
    from pandas import factorize  # many times as fast for text

    numbers, distinct = factorize(y, sort=True)
    return np.asarray(distinct, object), numbers


def _refuse_constant(y: Array, name: str) -> None:
    if (y == y[0]).all():
        raise DataError(
            f"target '{name}' has one value, {label_of(y[0])!r}, in all {len(y)} rows",
            "there is nothing to learn; is it the right column?",
        )


def _refuse_outside(y: Array, name: str, classes: int) -> None:
    bad = np.flatnonzero((y < 0) | (y >= classes) | (y != np.floor(y)))
    if len(bad):
        raise DataError(
            f"target '{name}' has the label {label_of(y[bad[0]])} in row {bad[0] + 1}, "
            f"outside 0 to {classes - 1}",
            f"with classes = {classes}, labels are whole numbers from 0 to {classes - 1}",
        )


def label_of(value: object) -> str:
    """A class as a text: whole numbers without a point."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _whole(y: Array) -> bool:
    return y.dtype.kind in "biu" or bool((y == np.floor(y)).all())
