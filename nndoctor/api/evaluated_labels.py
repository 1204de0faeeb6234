"""The tables that say how good a network is that switches labels on."""

from collections.abc import Iterator

import numpy as np

from ..findings import Cell, Table
from ..metrics.calibration import Bin, expected_error, reliability
from ..metrics.classes import class_scores
from ..metrics.intervals import wilson
from ..scores import has_probabilities, predicted, probabilities, true
from ..setup import Answered, SavedModel
from ..trainable import Array
from .evaluated_classes import CONSTANT, HEADS, WILSON, calibration_table, class_table


def label_tables(model: SavedModel, rows: Answered, outputs: Array) -> Iterator[Table]:
    """Scores, each label, calibration of all labels together."""
    task, count = model.task, len(rows.y)
    sound: Array = np.asarray(np.isfinite(outputs).all(axis=1))
    truth: Array = np.asarray(true(task, rows.y), bool)
    given: Array = np.where(
        sound[:, None], predicted(task, outputs), ~truth
    )  # all wrong if not finite
    agree = given == truth
    whole = int(agree.all(axis=1).sum())
    often = truth.mean(axis=0) > 0.5
    each = class_scores(truth, given, truth.shape[1])
    body: list[tuple[Cell, ...]] = [
        (
            "accuracy, all labels right",
            whole / count,
            *wilson(whole, count),
            float((truth == often).all(axis=1).mean()),
        ),
        ("share of labels right", float(agree.mean()), None, None, float((truth == often).mean())),
        ("F1, mean over labels", float(each.f1.mean()), None, None, None),
    ]
    bins: tuple[Bin, ...] = ()
    if has_probabilities(task) and sound.any():
        values = probabilities(task, outputs)
        bins = reliability(values[sound].ravel(), truth[sound].ravel())
        shares = truth.mean(axis=0)
        squares = float(((values - truth) ** 2).mean())
        body.append(("Brier score", squares, None, None, float((shares * (1 - shares)).mean())))
        body.append(("expected calibration error", expected_error(bins), None, None, None))
    yield Table("scores", HEADS, tuple(body), f"{WILSON}; {CONSTANT}")
    yield class_table("label", model.labels, each)
    if bins:
        yield calibration_table(bins, "each label being on")
