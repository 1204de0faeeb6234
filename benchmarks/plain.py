"""Plain training of a recipe and what it scores.

Nothing here asks the diagnosis: labels, cures and claims are judged by outcomes alone.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.metrics import matthews_corrcoef

from nndoctor.adapters.network import Network
from nndoctor.engine.blas import one_thread
from nndoctor.recipe import Recipe, override
from nndoctor.scores import predicted, probabilities, r_squared, true
from nndoctor.setup import Setup, build
from nndoctor.trainable import Array, Batch
from nndoctor.training import fit


@dataclass(frozen=True)
class Score:
    """Matthews correlation, or R^2 cut to 0..1, on held-out and on training rows.

    `rows`: how many are held out; `held` is 0 without any.
    """

    held: float
    train: float
    rows: int


def beyond_spread(gaps: Array) -> bool:
    """Whether the mean of paired differences is above two of its standard errors."""
    return bool(gaps.mean() > 2 * gaps.std(ddof=1) / np.sqrt(len(gaps)))


def opened(recipe: Recipe, folder: Path, seed: int) -> Setup:
    """The set-up under this seed."""
    return build(override(recipe, [f"training.seed={seed}"]), "recipe", "", folder)


def trained(recipe: Recipe, folder: Path, seed: int) -> tuple[Setup, Network]:
    """A whole run as the recipe says."""
    setup = opened(recipe, folder, seed)
    network = setup.trainable.fresh(seed)
    with one_thread(), np.errstate(all="ignore"):
        fit(network, setup.train, setup.validation, setup.course())
    return setup, network


def train(recipe: Recipe, folder: Path, seed: int) -> Score:
    """What a whole run scores."""
    setup, network = trained(recipe, folder, seed)
    with one_thread(), np.errstate(all="ignore"):
        return score_on(setup, network.outputs)


def score_on(setup: Setup, outputs: Callable[[Batch], Array]) -> Score:
    """Of anything that answers rows as the set-up's network would."""
    held = setup.validation
    return Score(
        0.0 if held is None else agreement(setup, outputs(held), held),
        agreement(setup, outputs(setup.train), setup.train),
        0 if held is None else len(held),
    )


def agreement(setup: Setup, outputs: Array, batch: Batch) -> float:
    """0 for a constant answer and for one that is not finite, whatever the loss."""
    if not np.isfinite(outputs).all():
        return 0.0
    task = setup.trainable.task
    if task.kind == "regression":
        said, truth = probabilities(task, outputs), batch.y
        r2 = r_squared(setup.target.invert(said), setup.target.invert(truth))
        return max(r2, 0.0)
    return correlation(predicted(task, outputs), true(task, batch.y))


def correlation(said: Array, truth: Array) -> float:
    """The mean over labels, where there are several; 0 for a constant answer."""
    columns = zip(np.atleast_2d(said.T), np.atleast_2d(truth.T), strict=True)
    each = (max(matthews_corrcoef(b, a), 0.0) if np.ptp(1 * a) else 0.0 for a, b in columns)
    return float(np.mean(list(each)))
