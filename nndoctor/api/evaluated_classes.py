"""The tables that say how good a classifier is."""

from collections.abc import Iterator

import numpy as np

from ..findings import Cell, Table
from ..metrics.calibration import BINS, Bin, brier, expected_error, reliability
from ..metrics.classes import NO_ANSWER, ClassScores, class_scores, confusion, correlation
from ..metrics.intervals import wilson
from ..scores import class_probabilities, has_probabilities, predicted, true
from ..setup import Answered, SavedModel
from ..trainable import Array, Task

MATRIX = 20  # classes that a matrix can still be read of; beyond, the commonest mistakes
WORST = 10  # rows
HEADS = ("metric", "value", "low", "high", "constant prediction")
WILSON = "low, high: the interval of 95 % for other rows of the same kind (Wilson 1927)"
CONSTANT = "constant prediction: without a network, the class shares of these rows"


def class_tables(model: SavedModel, rows: Answered, outputs: Array) -> Iterator[Table]:
    """Scores, each class, what is mistaken for what, calibration, the worst rows."""
    task, classes = model.task, len(model.labels)
    truth, given = answered(task, rows.y, outputs)
    sound = given != NO_ANSWER
    values = None
    if has_probabilities(task):
        values = class_probabilities(task, outputs)
    bins: tuple[Bin, ...] = ()
    if values is not None and sound.any():
        right = given[sound] == truth[sound]
        bins = reliability(values[sound].max(axis=1), right)
    yield _scores(truth, given, values, classes, bins)
    yield class_table("class", model.labels, class_scores(truth, given, classes))
    yield _mistaken(model.labels, confusion(truth, given, classes))
    if bins:
        yield calibration_table(bins, "the most probable class")
    yield from _worst(model.labels, rows.numbers, truth, given, values)


def answered(task: Task, y: Array, outputs: Array) -> tuple[Array, Array]:
    """True and given class numbers [B]; rows whose outputs are not finite have no answer."""
    sound = np.isfinite(outputs).all(axis=1)
    return true(task, y), np.where(sound, predicted(task, outputs), NO_ANSWER)


def class_table(noun: str, names: tuple[str, ...], each: ClassScores) -> Table:
    """Precision, recall and F1 of each class or label."""
    numbers = zip(each.precision, each.recall, each.f1, each.rows, strict=True)
    body = tuple(
        (name, float(precision), float(recall), float(f1), int(rows))
        for name, (precision, recall, f1, rows) in zip(names, numbers, strict=True)
    )
    caption = (
        f"precision: the share of right ones among the answers of this {noun}; recall: among its "
        "rows; F1: their harmonic mean"
    )
    return Table(f"each {noun}", (noun, "precision", "recall", "F1", "rows"), body, caption)


def calibration_table(bins: tuple[Bin, ...], what: str) -> Table:
    """What was claimed beside what came true."""
    body = tuple(
        (f"{b.low:.2f} to {b.high:.2f}", b.count, b.claimed, b.right, b.claimed - b.right)
        for b in bins
    )
    columns = ("probability", "answers", "mean probability", "share right", "too sure by")
    caption = (
        f"of {what}, in {BINS} bins of equal width; expected calibration error "
        f"{expected_error(bins):.4g}, the mean gap over all answers (Guo et al. 2017)"
    )
    return Table("calibration", columns, body, caption)


def _scores(
    truth: Array, given: Array, values: Array | None, classes: int, bins: tuple[Bin, ...]
) -> Table:
    rows, right = len(truth), int((truth == given).sum())
    counts = np.bincount(truth, minlength=classes)
    shares, there = counts / rows, int((counts > 0).sum())
    each = class_scores(truth, given, classes)
    recalls, f1 = each.recall[counts > 0].mean(), each.f1[counts > 0].mean()
    body: list[tuple[Cell, ...]] = [
        ("accuracy", right / rows, *wilson(right, rows), float(shares.max())),
        ("balanced accuracy", float(recalls), None, None, 1 / there),
        ("F1, mean over classes", float(f1), None, None, None),
        ("MCC", correlation(truth, given), None, None, 0.0),
    ]
    if values is not None:
        hot = truth[:, None] == np.arange(values.shape[1])
        known = shares[shares > 0]
        entropy = float(-(known * np.log(known)).sum())
        gini = float(1 - (shares**2).sum())
        body += [
            ("log loss", _log_loss(values, hot), None, None, entropy),
            ("Brier score", brier(values, hot), None, None, gini),
            ("expected calibration error", expected_error(bins), None, None, None),
        ]
    return Table("scores", HEADS, tuple(body), f"{WILSON}; {CONSTANT}")


def _log_loss(values: Array, hot: Array) -> float:
    with np.errstate(divide="ignore"):
        return float(-np.log(values[hot].astype(np.float64)).mean())


def _mistaken(labels: tuple[str, ...], counts: Array) -> Table:
    """The matrix where it can be read, else the commonest mistakes."""
    if len(labels) <= MATRIX:
        none = bool(counts[:, -1].any())
        columns = ("true \\ given", *labels, *("no answer",) * none)
        wide = len(labels) + none
        body: tuple[tuple[Cell, ...], ...] = tuple(
            (label, *map(int, row[:wide])) for label, row in zip(labels, counts, strict=True)
        )
        return Table(
            "confusion matrix",
            columns,
            body,
            "a line for each true class, a column for each answer",
        )
    names, wrong = (*labels, "no answer"), counts.copy()
    np.fill_diagonal(wrong, 0)
    order = np.argsort(-wrong, axis=None, kind="stable")[:MATRIX]
    pairs = [divmod(int(at), len(names)) for at in order]
    mistakes = tuple((labels[t], names[g], int(wrong[t, g])) for t, g in pairs if wrong[t, g])
    caption = f"the {len(mistakes)} commonest of {int(wrong.sum())} mistakes"
    return Table("mistaken", ("true", "given", "rows"), mistakes, caption)


def _worst(
    labels: tuple[str, ...], numbers: Array, truth: Array, given: Array, values: Array | None
) -> Iterator[Table]:
    """The wrong rows that the network was surest of."""
    wrong = np.flatnonzero(truth != given)
    if values is None or not len(wrong):
        return
    sure = values.max(axis=1)
    order = wrong[np.argsort(-np.nan_to_num(sure[wrong], nan=np.inf), kind="stable")][:WORST]
    names = (*labels, "no answer")  # NO_ANSWER is the last
    body: tuple[tuple[Cell, ...], ...] = tuple(
        (
            int(numbers[at]),
            labels[truth[at]],
            names[given[at]],
            float(sure[at]),
            float(values[at, truth[at]]),
        )
        for at in order
    )
    columns = ("row", "true", "given", "its probability", "that of the true class")
    caption = f"the surest of {len(wrong)} wrong answers; rows count from 1, without the header"
    yield Table("worst rows", columns, body, caption)
