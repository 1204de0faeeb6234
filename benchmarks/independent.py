"""What scikit-learn's models make of the same rows: a bar that shares nothing with nndoctor.

Neither its networks and optimizers nor its references and limits: only the rows are the same.
"""

import warnings
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import matthews_corrcoef, r2_score
from sklearn.model_selection import KFold, StratifiedKFold
from sklearn.multioutput import MultiOutputClassifier
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sources import CLASSES, LABELS, REGRESSION, Table
from threadpoolctl import threadpool_limits

from nndoctor.trainable import Array

FOLDS = 5  # so that a model learns from four fifths of the rows, as a recipe's default does
TOLERANCE = 0.05  # of the best network's score, that a sound set-up may stay below it
# scikit-learn's defaults, and two that train to the end where those stop early
NETWORKS: dict[str, dict[str, Any]] = {
    "network": {},
    "network, longer": {"hidden_layer_sizes": (64, 64), "max_iter": 1000},
    "network, lbfgs": {"hidden_layer_sizes": (32,), "solver": "lbfgs", "alpha": 0.1},
}


def sound(own: float, bar: float) -> bool:
    """Whether a mean score is not below the best network's by more than the tolerance."""
    return own >= (1 - TOLERANCE) * bar


def bar(scores: Mapping[str, float]) -> float:
    """The best network's score."""
    return max(scores[name] for name in NETWORKS)


def cross_validated(table: Table) -> dict[str, float]:
    """Mean score over the folds of each model: Matthews correlation, or R^2, below 0 as 0."""
    folds = StratifiedKFold if table.task == CLASSES else KFold
    parts = list(folds(FOLDS, shuffle=True, random_state=0).split(table.x, table.y))
    return {
        name: float(
            np.mean([_score(make, table.rows(seen), table.rows(rest)) for seen, rest in parts])
        )
        for name, make in _models(table.task).items()
    }


def on_fresh_rows(table: Table, fresh: Table) -> dict[str, float]:
    """The same of models that learn the first four fifths of a table, on other rows of its law."""
    seen = table.rows(np.arange(len(table.x) * (FOLDS - 1) // FOLDS))
    return {name: _score(make, seen, fresh) for name, make in _models(table.task).items()}


def _score(make: Callable[[], Any], seen: Table, fresh: Table) -> float:
    model = make_pipeline(StandardScaler(), make())
    center, scale = 0.0, 1.0
    if seen.task == REGRESSION:  # a network's rates suit targets of one size
        center, scale = float(seen.y.mean()), float(seen.y.std()) or 1.0
    y = (seen.y - center) / scale
    with threadpool_limits(1), warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(seen.x, y if seen.task == LABELS else y[:, 0])
        said = np.asarray(model.predict(fresh.x)).reshape(len(fresh.x), -1) * scale + center
    return max(_agreement(fresh, said), 0.0)


def _agreement(table: Table, said: Array) -> float:
    if table.task == REGRESSION:
        return float(r2_score(table.y, said))
    pairs = zip(table.y.T, said.T, strict=True)
    return float(np.mean([matthews_corrcoef(truth, guess) for truth, guess in pairs]))


def _models(task: str) -> dict[str, Callable[[], Any]]:
    network = MLPRegressor if task == REGRESSION else MLPClassifier
    models: dict[str, Callable[[], Any]] = {
        name: partial(network, random_state=0, **keys) for name, keys in NETWORKS.items()
    }
    if task == REGRESSION:
        return models | {"linear": Ridge, "boosting": HistGradientBoostingRegressor}
    linear, boosting = partial(LogisticRegression, max_iter=2000), HistGradientBoostingClassifier
    if task == LABELS:
        return models | {
            "linear": lambda: MultiOutputClassifier(linear()),
            "boosting": lambda: MultiOutputClassifier(boosting()),
        }
    return models | {"linear": linear, "boosting": boosting}
