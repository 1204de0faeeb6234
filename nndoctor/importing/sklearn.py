"""MLPClassifier and MLPRegressor as a recipe, after scikit-learn 1.9.

Its loss is half the squared error, or the cross-entropy, summed over outputs; `alpha` is divided by
the rows of a batch; Adam's epsilon stands beside the uncorrected root; and without early stopping
it ends once the *training* loss gains less than `tol`.
"""

from inspect import signature
from typing import Any

import numpy as np

from ..data import Dataset
from ..errors import UsageError
from ..trainable import Array
from .described import Described
from .own_weights import by_name
from .sklearn_wrappers import Unwrapped, told_steps
from .wording_sklearn import LARGEST_BATCH

ACTIVATIONS = {"identity": "linear", "logistic": "sigmoid", "tanh": "tanh", "relu": "relu"}
SEEDS = 2**63
PLAIN = (bool, int, float, str, tuple, list, type(None))  # what can be written down again
MOST_PATIENT = 10**9
ADAPTIVE = "learning_rate='adaptive' as a plateau schedule: tol counts as a share of the loss"


def described(unwrapped: Unwrapped, dataset: Dataset, from_weights: bool = False) -> Described:
    """The estimator, its scaler and its rows."""
    mlp, name = unwrapped.network, type(unwrapped.network).__name__
    given = mlp.get_params(deep=False)
    kind = _kind(mlp, dataset, name)
    outputs, rows = _outputs(kind, dataset), _trained_rows(given, len(dataset))
    tables, notes = _training(given, kind, outputs, rows)
    if unwrapped.steps:
        tables["data"]["preprocess"] = dict(unwrapped.steps)
    if unwrapped.first:
        notes.append(f"rows as {told_steps(unwrapped.first)} made them, fitted to all of them")
    tables["training"]["dtype"] = "float32" if dataset.x.dtype == np.float32 else "float64"
    return Described(
        "scikit-learn",
        name,
        kind,
        _layers(given, outputs),
        tables,
        notes=tuple(notes),
        weights=_own_weights(mlp, name) if from_weights else {},
        own=_stated(mlp),
        behind=unwrapped.behind,
    )


def _stated(mlp: Any) -> dict[str, Any]:
    """What is not as it is by default, in the order of the signature, as far as it can be written
    down: a generator of random numbers can't."""
    given, usual = mlp.get_params(deep=False), type(mlp)().get_params(deep=False)
    order = [name for name in signature(type(mlp)).parameters if name in given]
    return {
        name: given[name]
        for name in order
        if isinstance(given[name], PLAIN) and given[name] != usual[name]
    }


def _own_weights(mlp: Any, name: str) -> dict[str, Array]:
    if not hasattr(mlp, "coefs_"):
        raise UsageError(f"{name} is not fitted: it has no weights to start from", "fit it first")
    return by_name(list(zip(mlp.coefs_, mlp.intercepts_, strict=True)))


def _kind(mlp: Any, dataset: Dataset, name: str) -> str:
    from sklearn.base import is_classifier
    from sklearn.utils.multiclass import type_of_target

    if not is_classifier(mlp):
        if dataset.y.dtype == object:
            raise UsageError(f"y is text for {name}", "MLPClassifier learns classes")
        return "regression"
    y = dataset.y if dataset.y.shape[1] > 1 else dataset.y.ravel()
    found = type_of_target(y.astype(str) if y.dtype == object else y)
    kinds = {
        "binary": "classification",
        "multiclass": "classification",
        "multilabel-indicator": "multilabel",
    }
    if found not in kinds:
        raise UsageError(f"y is {found} for {name}", "classes are expected: text or whole numbers")
    return kinds[found]


def _outputs(kind: str, dataset: Dataset) -> int:
    if kind != "classification":
        return int(dataset.y.shape[1])
    classes = len(np.unique(dataset.y.astype(str) if dataset.y.dtype == object else dataset.y))
    return classes if classes > 2 else 1


def _trained_rows(given: dict[str, Any], rows: int) -> int:
    held = given["early_stopping"] and given["solver"] != "lbfgs"
    return rows - int(np.ceil(given["validation_fraction"] * rows)) if held else rows


def _layers(given: dict[str, Any], outputs: int) -> tuple[dict[str, Any], ...]:
    """Weights and biases alike within sqrt(6 / (n_in + n_out)), or sqrt(2 / ...) for logistic."""
    sizes = given["hidden_layer_sizes"]
    widths = [int(n) for n in (sizes if np.iterable(sizes) else [sizes])]
    if any(width < 1 for width in widths):
        raise UsageError(f"hidden_layer_sizes={sizes!r}", "each layer has at least one unit")
    logistic = given["activation"] == "logistic"
    drawn = "glorot_uniform_logistic" if logistic else "glorot_uniform"
    starts = {"init": drawn, "bias_init": drawn}
    hidden = [
        {"units": n, "activation": ACTIVATIONS[given["activation"]], **starts} for n in widths
    ]
    return (*hidden, {"units": outputs, "activation": "linear", **starts})


def _training(
    given: dict[str, Any], kind: str, outputs: int, rows: int
) -> tuple[dict[str, dict[str, Any]], list[str]]:
    """All tables but the model's; notes where a recipe only comes near."""
    full = given["solver"] == "lbfgs"
    auto = given["batch_size"] == "auto"
    batch = rows if full else min(LARGEST_BATCH if auto else int(given["batch_size"]), rows)
    seed = given["random_state"]
    whole = isinstance(seed, int | np.integer) and 0 <= seed < SEEDS
    training: dict[str, Any] = {
        "epochs": int(given["max_iter"]),
        "batch_size": batch,
        "shuffle": bool(given["shuffle"]),
        "seed": int(seed) if whole else 0,
    }
    tables: dict[str, dict[str, Any]] = {
        "data": {},
        "loss": _loss(kind, outputs),
        "regularization": {"l2": float(given["alpha"]) / batch},
        "optimizer": {"name": "lbfgs"} if full else _optimizer(given),
        "training": training,
    }
    if full:
        notes = ["lbfgs ends here by SciPy's own tolerance, not by tol and max_fun"]
        if kind == "regression" and outputs > 1:
            notes.append(
                "lbfgs with several outputs follows half the squared error summed over them; "
                "scikit-learn steps by its gradient, but judges a step by the mean (its issue 8349)"
            )
        return tables, notes
    notes = _stopping(given, tables, outputs, kind)
    if given["solver"] == "sgd" and given["learning_rate"] == "invscaling":
        tables["schedule"] = _falling(given, rows)
    return tables, notes


def _loss(kind: str, outputs: int) -> dict[str, Any]:
    """Our losses are means over outputs, its gradients are sums over them."""
    if kind == "classification":
        return {"name": "cross_entropy" if outputs > 1 else "binary_cross_entropy"}
    if kind == "multilabel":
        return {"name": "binary_cross_entropy", "scale": float(outputs)}
    return {"name": "mse", "scale": outputs / 2}


def _optimizer(given: dict[str, Any]) -> dict[str, Any]:
    rate = float(given["learning_rate_init"])
    if given["solver"] == "adam":
        return {
            "name": "adam",
            "learning_rate": rate,
            "beta1": float(given["beta_1"]),
            "beta2": float(given["beta_2"]),
            "eps": float(given["epsilon"]),
            "eps_hat": True,
        }
    momentum = float(given["momentum"])
    if momentum == 0:
        return {"name": "sgd", "learning_rate": rate}
    name = "nesterov" if given["nesterovs_momentum"] else "momentum"
    moving = {"rate_inside": True} if given["learning_rate"] != "constant" else {}
    return {"name": name, "learning_rate": rate, "momentum": momentum, **moving}


def _stopping(
    given: dict[str, Any], tables: dict[str, dict[str, Any]], outputs: int, kind: str
) -> list[str]:
    """When it ends; `tol` is of its own loss, which is half, or so many times, ours."""
    patience, tol = given["n_iter_no_change"], float(given["tol"])
    if given["early_stopping"]:
        tables["data"]["validation"] = float(given["validation_fraction"])
        rule, least = "validation_score", tol
    else:
        times = {"regression": 2.0, "multilabel": 1.0 / outputs}
        rule, least = "training_loss", tol * times.get(kind, 1.0)
    if given["solver"] == "sgd" and given["learning_rate"] == "adaptive" and patience < np.inf:
        tables["schedule"] = {
            "name": "plateau",
            "factor": 0.2,
            "patience": min(int(patience), MOST_PATIENT),
            "min_delta": min(tol, 0.5),
        }
        notes = [ADAPTIVE]
        if given["early_stopping"]:
            notes.append("early_stopping beside it: here it goes back to no best epoch")
        return notes
    if patience < np.inf:
        tables["training"]["early_stopping"] = {
            "watch": rule,
            "patience": min(int(patience), MOST_PATIENT),
            "min_delta": least,
        }
    return []


def _falling(given: dict[str, Any], rows: int) -> dict[str, Any]:
    """rate / (t + 1)^power_t, t counting the rows seen before an epoch."""
    power, rate = float(given["power_t"]), float(given["learning_rate_init"])
    if power in (0.5, 1.0):
        name = "sqrt" if power == 0.5 else "inverse_time"
        return {"name": name, "decay": float(rows), "per": "epoch"}
    seen = rows * np.arange(int(given["max_iter"])) + 1.0
    return {"name": "manual", "rates": (rate / seen**power).tolist(), "per": "epoch"}
