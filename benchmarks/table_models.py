"""What the default recipe scores on a table, and scikit-learn's models on the same rows."""

import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import mean
from typing import Any

import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.exceptions import ConvergenceWarning
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sources import REGRESSION
from table_sources import CLASS, NUMBER, Known
from threadpoolctl import threadpool_limits

from nndoctor import api
from nndoctor.engine.blas import one_thread
from nndoctor.scores import correct, probabilities, r_squared
from nndoctor.setup import Setup
from nndoctor.trainable import Array
from nndoctor.training import fit

SEEDS = (0, 1, 2)  # of the split, and of all that is random
MOST_CLASSES = 20  # inputs made of one text column, the last one for all rarer values
FEWEST = 100  # rows below which a fifth of them is too few to tell two networks apart
OURS, NETWORK, BOOSTING, LINEAR = "nndoctor", "network", "boosting", "linear"

Scores = dict[str, float]


def scores(known: Known, path: Path) -> Scores:
    """Accuracy or R^2 on held-out rows of each model, the mean over the splits.

    Empty where dates are all there is, of which scikit-learn makes nothing.
    """
    frame = known.frame()
    if not (known.inputs(frame, NUMBER) or known.inputs(frame, CLASS)):
        return {}
    each = [_on_one_split(known, path, frame, seed) for seed in SEEDS]
    return {name: mean(one[name] for one in each) for name in each[0]}


def _on_one_split(known: Known, path: Path, frame: pd.DataFrame, seed: int) -> Scores:
    """The split is the one that nndoctor makes under this seed."""
    setup = api.load_setup(path, known.asked_target, seed=seed)
    train = np.asarray(setup.rows) - 1
    held = np.setdiff1d(np.arange(known.rows), train)
    assert setup.validation is not None
    if len(held) != len(setup.validation):
        raise ValueError(f"{len(held) - len(setup.validation)} rows are in neither part")
    found = {OURS: score_of_ours(setup)}
    for name, make in models(known.task, seed).items():
        model = make_pipeline(_prepared(known, frame), make())
        found[name] = score_of(model, frame, frame[known.target], train, held)
    return found


def score_of_ours(setup: Setup) -> float:
    """Of a whole run as the recipe says, on its validation rows; R^2 below 0 as 0."""
    held, task = setup.validation, setup.trainable.task
    assert held is not None
    network = setup.trainable.fresh(setup.recipe.training.seed)
    with one_thread(), np.errstate(all="ignore"):
        fit(network, setup.train, held, setup.course())
        outputs = network.outputs(held)
    if task.kind == REGRESSION:
        return max(r_squared(probabilities(task, outputs), held.y), 0.0)
    return float(correct(task, outputs, held.y).mean())


def score_of(model: Any, x: pd.DataFrame, y: pd.Series, train: Array, held: Array) -> float:
    """Of one of scikit-learn's models, by its own measure: accuracy or R^2, below 0 as 0."""
    with threadpool_limits(1), warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        warnings.simplefilter("ignore", UserWarning)  # of classes that only held-out rows have
        model.fit(x.iloc[train], y.iloc[train])
        return max(float(model.score(x.iloc[held], y.iloc[held])), 0.0)


def _prepared(known: Known, frame: pd.DataFrame) -> ColumnTransformer:
    """Gaps filled, classes as switches, numbers of one scale; all else is left out."""
    switches = OneHotEncoder(max_categories=MOST_CLASSES, handle_unknown="infrequent_if_exist")
    numbers = make_pipeline(SimpleImputer(strategy="median"), StandardScaler())
    classes = make_pipeline(SimpleImputer(strategy="most_frequent"), switches)
    return ColumnTransformer(
        [
            ("numbers", numbers, known.inputs(frame, NUMBER)),
            ("classes", classes, known.inputs(frame, CLASS)),
        ],
        sparse_threshold=0,
    )


def models(task: str, seed: int) -> dict[str, Callable[[], Any]]:
    """By name; networks as they come, but for the epochs and a target of one scale."""
    if task == REGRESSION:
        scaled = partial(TransformedTargetRegressor, transformer=StandardScaler())
        return {
            NETWORK: lambda: scaled(MLPRegressor(max_iter=500, random_state=seed)),
            BOOSTING: partial(HistGradientBoostingRegressor, random_state=seed),
            LINEAR: Ridge,
        }
    return {
        NETWORK: partial(MLPClassifier, max_iter=500, random_state=seed),
        BOOSTING: partial(HistGradientBoostingClassifier, random_state=seed),
        LINEAR: partial(LogisticRegression, max_iter=2000),
    }
