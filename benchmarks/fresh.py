"""The truth about a recipe: trained on its table, scored on fresh rows of the table's law."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from plain import correlation, trained
from sources import REGRESSION, Table

from nndoctor.adapters.network import Network
from nndoctor.engine.blas import one_thread
from nndoctor.errors import NNDoctorError
from nndoctor.recipe import loads
from nndoctor.scores import predicted, probabilities, r_squared
from nndoctor.setup import Setup
from nndoctor.trainable import Array, Batch

SEEDS = (1001, 1002, 1003, 1004, 1005)  # which no diagnosis uses
ROWS = 20_000
Scores = tuple[float, ...]  # by seed
EXACT = 1e-6  # of the largest number, that a change of units may be off


def fresh_scores(text: str, folder: Path, rows: Table, seeds: Sequence[int] = SEEDS) -> Scores:
    """Of the recipe in that folder, by seed; 0 where it can't be run."""
    try:
        recipe = loads(text, "a recipe")
        return tuple(_score(*trained(recipe, folder, seed), rows) for seed in seeds)
    except NNDoctorError:
        return (0.0,) * len(seeds)


def _score(setup: Setup, network: Network, rows: Table) -> float:
    """Matthews correlation or R^2 in the data's units, below 0 as 0."""
    task = setup.trainable.task
    dtype = np.dtype(setup.recipe.training.dtype)
    with one_thread(), np.errstate(all="ignore"):
        x = setup.features.apply(rows.x, dtype)
        outputs = network.outputs(Batch(x, np.zeros((len(x), 1))))
    if not np.isfinite(outputs).all():
        return 0.0
    if rows.task == REGRESSION:
        return max(r_squared(setup.target.invert(probabilities(task, outputs)), rows.y), 0.0)
    return correlation(predicted(task, outputs), rows.y[:, 0])


def in_units_of(after: Table, before: Table, rows: Table) -> Table:
    """Fresh rows as a fault would have written them, where it changed units of `before`.

    Where it changed its rows instead (their order, say), fresh ones stay as they are.
    """
    return replace(
        rows,
        x=_rescaled(rows.x, before.x, after.x),
        y=_rescaled(rows.y, before.y, after.y),
    )


def _rescaled(values: Array, before: Array, after: Array) -> Array:
    """By the same factor and shift in each column, if there are such."""
    if before.shape != after.shape or np.array_equal(before, after):
        return values
    center, middle = before.mean(axis=0), after.mean(axis=0)
    moved = before - center
    slope = (moved * after).sum(axis=0) / np.maximum((moved**2).sum(axis=0), np.finfo(float).tiny)
    off = np.abs(after - middle - moved * slope).max(axis=0)
    if (off > EXACT * np.abs(after).max(axis=0)).any():
        return values
    return np.asarray((values - center) * slope + middle)


def gain(high: Scores, low: Scores) -> float:
    """What one recipe scores above another, the mean over the seeds."""
    return float(np.mean(np.subtract(high, low)))
