"""The few rows of ND401: which are learned, which stay wrong, which no network can learn."""

import numpy as np

from ...scores import correct, predicted, probabilities, r_squared, true
from ...trainable import Array, Batch, Task


def first_rows(task: Task, y: Array, rows: int) -> Array:
    """Positions of the first rows such that every class is among them, in file order.

    More than `rows` where there are more classes. The last row of a regression is the first whose
    target differs, where otherwise all were equal: a constant has no variance to explain.
    """
    if task.kind != "classification":
        chosen = np.arange(min(rows, len(y)))
        other = np.flatnonzero((y != y[0]).any(axis=1))
        if len(other) and other[0] > chosen[-1]:
            chosen[-1] = other[0]
        return chosen
    firsts = np.unique(true(task, y), return_index=True)[1]
    others = np.setdiff1d(np.arange(len(y)), firsts)[: max(rows - len(firsts), 0)]
    return np.sort(np.concatenate([firsts, others]))


def wrong_rows(task: Task, outputs: Array, y: Array) -> tuple[tuple[int, str, str], ...]:
    """Position, target and prediction of each wrong row; the twenty furthest for regression."""
    if task.kind == "regression":
        outputs = probabilities(task, outputs)
        gap = np.abs(outputs - y).max(axis=1)
        order = np.argsort(-np.nan_to_num(gap, nan=np.inf))
        return tuple((int(i), _shown(y[i]), _shown(outputs[i])) for i in order[:20])
    wrong = np.flatnonzero(~correct(task, outputs, y))
    is_, told = true(task, y), predicted(task, outputs)
    return tuple((int(i), _label(task, is_[i]), _label(task, told[i])) for i in wrong)


def _label(task: Task, value: Array) -> str:
    if task.kind == "multilabel":
        return "".join(str(int(on)) for on in value)
    number = int(value)
    return task.labels[number] if number < len(task.labels) else str(number)


def _shown(values: Array) -> str:
    text = ", ".join(f"{float(value):.4g}" for value in values[:4])
    return text + (", ..." if len(values) > 4 else "")


def conflicts_in(tiny: Batch) -> tuple[tuple[int, int], ...]:
    """Pairs of positions with identical rows and different targets."""
    _, groups = np.unique(tiny.x, axis=0, return_inverse=True)
    groups = groups.reshape(-1)
    return tuple(
        (i, j)
        for i in range(len(tiny))
        for j in range(i + 1, len(tiny))
        if groups[i] == groups[j] and not np.array_equal(tiny.y[i], tiny.y[j])
    )


def ceiling_of(task: Task, tiny: Batch) -> float:
    """The best score on rows of which identical ones get identical outputs."""
    _, groups = np.unique(tiny.x, axis=0, return_inverse=True)
    groups = groups.reshape(-1)
    members = [np.flatnonzero(groups == group) for group in range(groups.max() + 1)]
    if task.kind == "regression":
        best = np.empty(tiny.y.shape)
        for rows in members:
            best[rows] = tiny.y[rows].mean(axis=0)
        return r_squared(best, tiny.y)
    known = true(task, tiny.y).reshape(len(tiny), -1)
    most = [np.unique(known[rows], axis=0, return_counts=True)[1].max() for rows in members]
    return float(sum(most) / len(tiny))
