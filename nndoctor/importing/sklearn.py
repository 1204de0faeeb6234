"""MLPClassifier and MLPRegressor as a recipe, alone or behind a scaler, after scikit-learn 1.9.

Its loss is half the squared error, or the cross-entropy, summed over outputs; `alpha` is divided by
the rows of a batch; Adam's epsilon stands beside the uncorrected root; and without early stopping
it ends once the *training* loss gains less than `tol`.
"""

from typing import Any

import numpy as np

from ..data import Dataset
from ..errors import UsageError
from .described import Described, refuse_unsaid

ACTIVATIONS = {"identity": "linear", "logistic": "sigmoid", "tanh": "tanh", "relu": "relu"}
SEEDS = 2**63


def described(model: Any, dataset: Dataset) -> Described:
    """The estimator, its scaler and its rows."""
    unsaid: list[str] = []
    model, target_step = _behind_target(model, unsaid)
    mlp, features = _behind_scaler(model, unsaid)
    name = type(mlp).__name__
    if not hasattr(mlp, "hidden_layer_sizes"):
        raise UsageError(f"{name} is no network", "MLPClassifier or MLPRegressor, or a Pipeline")
    try:
        mlp._validate_params()
    except ValueError as error:
        raise UsageError(
            f"{name}: {str(error).splitlines()[0]}", "as scikit-learn has it"
        ) from None
    given = mlp.get_params(deep=False)
    kind = _kind(mlp, dataset, name)
    if given.get("loss", "squared_error") not in ("squared_error", "log_loss"):
        unsaid.append(f"loss={given['loss']!r}")
    refuse_unsaid(name, unsaid)
    outputs, rows = _outputs(kind, dataset), _trained_rows(given, len(dataset))
    tables, notes = _training(given, kind, outputs, rows)
    tables["data"] |= {"preprocess": features | target_step} if features | target_step else {}
    tables["training"]["dtype"] = "float32" if dataset.x.dtype == np.float32 else "float64"
    return Described(
        "scikit-learn", name, kind, _layers(given, outputs), tables, notes=tuple(notes)
    )


def _behind_target(model: Any, unsaid: list[str]) -> tuple[Any, dict[str, Any]]:
    """What a TransformedTargetRegressor wraps, and how it prepares the target."""
    if type(model).__name__ != "TransformedTargetRegressor":
        return model, {}
    if model.regressor is None:
        raise UsageError("TransformedTargetRegressor has no regressor", "regressor=MLPRegressor()")
    step = _step(model.transformer) if model.transformer is not None else None
    if model.func is not None or step is None or step["features"] not in ("standardize", "minmax"):
        unsaid.append(f"the target's transformer {model.transformer or model.func!r}")
        return model.regressor, {}
    return model.regressor, {"target": step["features"]}


def _behind_scaler(model: Any, unsaid: list[str]) -> tuple[Any, dict[str, Any]]:
    """The last step of a pipeline, and the one scaler before it."""
    if not hasattr(model, "steps"):
        return model, {}
    steps = [step for _, step in model.steps if step is not None and step != "passthrough"]
    if not steps:
        raise UsageError("the pipeline has no steps", "end it with MLPClassifier or MLPRegressor")
    *before, last = steps
    found = [_step(step) for step in before]
    unsaid += [f"the step {step!r}" for step, one in zip(before, found, strict=True) if not one]
    if len(before) > 1 and all(found):
        unsaid.append(f"{len(before)} steps before the network, one is possible")
    return last, (found[0] or {}) if len(found) == 1 else {}


def _step(step: Any) -> dict[str, Any] | None:
    """A scaler as the table `data.preprocess`; None where a recipe can't say it."""
    name = type(step).__name__
    if name == "StandardScaler" and step.with_mean:
        return {"features": "standardize" if step.with_std else "center"}
    if name == "MinMaxScaler" and tuple(step.feature_range) == (0, 1) and not step.clip:
        return {"features": "minmax"}
    if name == "PCA" and (step.n_components is None or isinstance(step.n_components, int)):
        return {
            "features": "whiten" if step.whiten else "pca",
            "components": step.n_components or 0,
        }
    return None


def _kind(mlp: Any, dataset: Dataset, name: str) -> str:
    from sklearn.base import is_classifier
    from sklearn.utils.multiclass import type_of_target

    if not is_classifier(mlp):
        if dataset.y.dtype == object:
            raise UsageError(f"y is text for {name}", "MLPClassifier learns classes")
        return "regression"
    y = dataset.y if dataset.y.shape[1] > 1 else dataset.y.ravel()
    found = type_of_target(y.astype(str) if y.dtype == object else y)
    kinds = {"binary": "classification", "multiclass": "classification",
             "multilabel-indicator": "multilabel"}  # fmt: skip
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
    batch = rows if full else min(200 if auto else int(given["batch_size"]), rows)
    seed = given["random_state"]
    whole = isinstance(seed, int | np.integer) and 0 <= seed < SEEDS
    training: dict[str, Any] = {
        "epochs": int(given["max_iter"]), "batch_size": batch, "shuffle": bool(given["shuffle"]),
        "seed": int(seed) if whole else 0,
    }  # fmt: skip
    tables: dict[str, dict[str, Any]] = {
        "data": {},
        "loss": _loss(kind, outputs),
        "regularization": {"l2": float(given["alpha"]) / batch},
        "optimizer": {"name": "lbfgs"} if full else _optimizer(given),
        "training": training,
    }
    if full:
        return tables, ["lbfgs ends here by SciPy's own tolerance, not by tol and max_fun"]
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
            "name": "adam", "learning_rate": rate, "beta1": float(given["beta_1"]),
            "beta2": float(given["beta_2"]), "eps": float(given["epsilon"]), "eps_hat": True,
        }  # fmt: skip
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
            "name": "plateau", "factor": 0.2, "patience": int(patience), "min_delta": min(tol, 0.5),
        }  # fmt: skip
        return ["learning_rate='adaptive' as a plateau schedule: tol counts as a share of the loss"]
    if patience < np.inf:
        tables["training"]["early_stopping"] = {
            "watch": rule, "patience": int(patience), "min_delta": least,
        }  # fmt: skip
    return []


def _falling(given: dict[str, Any], rows: int) -> dict[str, Any]:
    """rate / (t + 1)^power_t, t counting the rows seen before an epoch."""
    power, rate = float(given["power_t"]), float(given["learning_rate_init"])
    if power in (0.5, 1.0):
        name = "sqrt" if power == 0.5 else "inverse_time"
        return {"name": name, "decay": float(rows), "per": "epoch"}
    seen = rows * np.arange(int(given["max_iter"])) + 1.0
    return {"name": "manual", "rates": (rate / seen**power).tolist(), "per": "epoch"}
