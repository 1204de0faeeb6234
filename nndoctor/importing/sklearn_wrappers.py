"""What stands around a network in scikit-learn: searches, pipelines, scalers of the target."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import UsageError
from .described import refuse_unsaid

LOSSES = ("squared_error", "log_loss")
TARGET_STEPS = ("standardize", "minmax")


@dataclass(frozen=True)
class Unwrapped:
    """The network itself, and the table `data.preprocess` of the steps around it."""

    network: Any
    steps: Mapping[str, Any]


def unwrapped(model: Any, from_weights: bool = False) -> Unwrapped:
    """Out of a fitted search, a pipeline and a TransformedTargetRegressor, in either order.

    Raises UsageError with all that a recipe can't say; the rows were not looked at then.
    """
    unsaid: list[str] = []
    inner, target = _behind_target(_best(model), unsaid, from_weights)
    inner, features = _behind_scaler(inner, unsaid)
    inner, more = _behind_target(inner, unsaid, from_weights)
    name = type(inner).__name__
    if not hasattr(inner, "hidden_layer_sizes"):
        raise UsageError(f"{name} is no network", "MLPClassifier or MLPRegressor, or a Pipeline")
    try:
        inner._validate_params()
    except ValueError as error:
        raise UsageError(
            f"{name}: {str(error).splitlines()[0]}",
            f"its own fit refuses it: help(sklearn.neural_network.{name}) lists what it takes",
        ) from None
    given = inner.get_params(deep=False)
    if given.get("loss", LOSSES[0]) not in LOSSES:
        unsaid.append(f"loss={given['loss']!r}")
    if given["warm_start"] and hasattr(inner, "coefs_") and not from_weights:
        unsaid.append("warm_start=True of a fitted network, unless from_weights=True is given")
    hint = "prepare the rows first: checkup(model[-1], model[:-1].fit_transform(X), y)"
    hint = hint if hasattr(model, "steps") else "change or leave these out"
    refuse_unsaid(name, unsaid, hint)
    return Unwrapped(inner, features | target | more)


def _best(model: Any) -> Any:
    """What a search found."""
    if not type(model).__name__.endswith("SearchCV"):
        return model
    if not hasattr(model, "best_estimator_"):
        raise UsageError(
            f"{type(model).__name__} has no best estimator yet", "fit it first, with refit=True"
        )
    return model.best_estimator_


def _behind_target(model: Any, unsaid: list[str], fitted: bool) -> tuple[Any, dict[str, Any]]:
    """What a TransformedTargetRegressor wraps, and how it prepares the target.

    `fitted`: that is the copy that its fit has trained, where there is one.
    """
    if type(model).__name__ != "TransformedTargetRegressor":
        return model, {}
    if model.regressor is None:
        raise UsageError("TransformedTargetRegressor has no regressor", "regressor=MLPRegressor()")
    inner = getattr(model, "regressor_", model.regressor) if fitted else model.regressor
    if model.transformer is None and model.func is None:
        return inner, {}  # the target as it is
    step = _step(model.transformer) if model.transformer is not None else None
    if model.func is not None or step is None or step["features"] not in TARGET_STEPS:
        unsaid.append(f"the target's transformer {model.transformer or model.func!r}")
        return inner, {}
    return inner, {"target": step["features"]}


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
