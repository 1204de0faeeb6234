"""What stands around a network in scikit-learn: searches, pipelines, scalers of the target."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..errors import UsageError
from .described import refuse_unsaid

LOSSES = ("squared_error", "log_loss")
TARGET_STEPS = ("standardize", "minmax")


@dataclass(frozen=True)
class Unwrapped:
    """The network itself, and the table `data.preprocess` of the steps around it.

    `first`: steps of a pipeline that no recipe has, which the rows go through before the others;
    `behind`: these as code, "" where there are none.
    """

    network: Any
    steps: Mapping[str, Any]
    first: tuple[Any, ...] = ()
    behind: str = ""


def unwrapped(model: Any, from_weights: bool = False) -> Unwrapped:
    """Out of a fitted search, a pipeline and a TransformedTargetRegressor, in either order.

    Raises UsageError with all that a recipe can't say; the rows were not looked at then.
    """
    unsaid: list[str] = []
    inner, target = _behind_target(_best(model), unsaid, from_weights)
    pipeline, (inner, features, first) = inner, _behind_steps(inner, unsaid)
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
    refuse_unsaid(name, unsaid, "change or leave these out")
    behind = f"pipeline[:{_end(pipeline, first[-1])}]" if first else ""
    return Unwrapped(inner, features | target | more, first, behind)


def _end(pipeline: Any, step: Any) -> int:
    """How many of the pipeline's steps go up to this one."""
    return 1 + [one is step for _, one in pipeline.steps].index(True)


def prepared(first: Sequence[Any], X: Any, y: Any) -> tuple[Any, tuple[str, ...]]:
    """The rows as copies of these steps, fitted to them, make them, and the names of their columns.

    Raises UsageError where a step refuses them.
    """
    from sklearn.base import clone
    from sklearn.pipeline import make_pipeline

    steps = make_pipeline(*map(clone, first))
    try:
        rows = steps.fit_transform(X, y)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise UsageError(
            f"{told_steps(first)} can't prepare these rows: {str(error).splitlines()[0]}",
            "the pipeline's own fit refuses them, too",
        ) from error
    try:
        names = [*map(str, steps.get_feature_names_out())]
    except (ValueError, AttributeError, NotImplementedError):  # not every step has names
        names = []
    return rows, tuple(names)


def told_steps(first: Sequence[Any]) -> str:
    """Steps by their kinds."""
    return ", then ".join(type(step).__name__ for step in first)


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


def _behind_steps(model: Any, unsaid: list[str]) -> tuple[Any, dict[str, Any], tuple[Any, ...]]:
    """The last step of a pipeline, the scaler next to it, and the steps before that."""
    if not hasattr(model, "steps"):
        return model, {}, ()
    steps = [step for _, step in model.steps if step is not None and step != "passthrough"]
    if not steps:
        raise UsageError("the pipeline has no steps", "end it with MLPClassifier or MLPRegressor")
    *first, last = steps
    scaler = (_step(first[-1]) if first else None) or {}
    first = first[:-1] if scaler else first
    # such as the samplers of imbalanced-learn, which make other rows
    unsaid += [f"the step {type(one).__name__}" for one in first if not hasattr(one, "transform")]
    return last, scaler, tuple(first)


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
