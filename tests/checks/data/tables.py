"""Tables from a few arrays, as a sound set-up would hand them to the checks."""

import numpy as np

from nndoctor.checks.measures.raw_table import RawTable, Rows
from nndoctor.trainable import Batch, Task

SEEDS = range(3)
REGRESSION = Task("regression", "mse", 1)


def rows(x, y=None, first=1):
    """Numbered rows; without a target its classes take turns."""
    x = np.asarray(x)
    y = np.arange(len(x)) % 2 if y is None else np.asarray(y)
    y = y.reshape(len(x), -1).astype(np.float64)
    return Rows(x, y, np.arange(first, first + len(x)))


def table(x, y=None, kind="classification", labels=None, **changed):
    """A table whose features and targets reach the network as they are."""
    train = rows(x, y)
    count = int(np.nanmax(train.y)) + 1 if kind == "classification" else 0
    labels = tuple(map(str, range(count))) if labels is None else labels
    task = REGRESSION
    if kind == "classification":
        task = Task(kind, "cross_entropy", count, encoding="class", labels=labels)
    if kind == "multilabel":
        task = Task(kind, "binary_cross_entropy", train.y.shape[1])
    columns = tuple(f"x{i}" for i in range(train.x.shape[1]))
    targets = tuple(f"y{i}" for i in range(train.y.shape[1]))
    usual = {"prepared": Batch(train.x, train.y), "task": task, "parameters": 10}
    return RawTable(columns, targets, kind, train, labels, **{**usual, **changed})


def normal(seed, n=300, d=5, apart=0.0):
    """Two normal classes that take turns, as x [N, D] and y [N]."""
    rng = np.random.default_rng(seed)
    y = np.arange(n) % 2
    return rng.normal(size=(n, d)) + apart * (y[:, None] - 0.5), y
