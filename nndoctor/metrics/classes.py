"""Classes given beside true ones; a row without a finite answer is given class -1."""

from dataclasses import dataclass

import numpy as np

from ..trainable import Array

NO_ANSWER = -1


@dataclass(frozen=True)
class ClassScores:
    """Of each class: precision, recall, F1 and rows [C]; 0 where it was never given or never is."""

    precision: Array
    recall: Array
    f1: Array
    rows: Array


def class_scores(true: Array, given: Array, classes: int) -> ClassScores:
    """true and given [B] as class numbers, or [B, C] as labels that are on."""
    from sklearn.metrics import precision_recall_fscore_support

    found = precision_recall_fscore_support(
        true, given, labels=np.arange(classes), average=None, zero_division=0
    )
    return ClassScores(*map(np.asarray, found))


def confusion(true: Array, given: Array, classes: int) -> Array:
    """How often each class [row] was given each class [column], without an answer in the last."""
    answers = np.where(given == NO_ANSWER, classes, given)
    counts = np.zeros((classes, classes + 1), np.int64)
    np.add.at(counts, (true, answers), 1)
    return counts


def correlation(true: Array, given: Array) -> float:
    """Matthews' correlation for any number of classes: 0 for a constant answer, 1 for all right."""
    from sklearn.metrics import matthews_corrcoef

    return float(matthews_corrcoef(true, given))
