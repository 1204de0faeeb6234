"""Keras's losses, metrics and optimizers as tables of a recipe."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from ..data import Dataset
from ..errors import UsageError
from ..recipe.names import METRICS, NAME_ALIASES
from .keras_chain import is_its_own
from .keras_fit import Fitting
from .keras_rates import rates_of
from .rows import refuse_other_classes

LOSSES = {
    "mse": "mse",
    "mean_squared_error": "mse",
    "mae": "mae",
    "mean_absolute_error": "mae",
    "msle": "msle",
    "mean_squared_logarithmic_error": "msle",
    "huber": "huber",
    "log_cosh": "log_cosh",
    "logcosh": "log_cosh",
    "binary_crossentropy": "binary_cross_entropy",
    "bce": "binary_cross_entropy",
    "categorical_crossentropy": "cross_entropy",
    "sparse_categorical_crossentropy": "cross_entropy",
    "kl_divergence": "kl_divergence",
    "kld": "kl_divergence",
}
MEANS = ("sum_over_batch_size", "auto", "mean")


def loss_table(
    model: Any, dataset: Dataset, units: int, unsaid: list[str]
) -> tuple[str, dict[str, Any]]:
    """The task's kind and the table [loss], with what [data] needs; a name stands for
    probabilities, not logits."""
    loss = _single(model.loss)
    # Huber's configuration leaves out its delta
    config: dict[str, Any] = dict(getattr(loss, "_fn_kwargs", {}))
    config |= loss.get_config() if hasattr(loss, "get_config") else {}
    given = loss if isinstance(loss, str) else getattr(loss, "__name__", type(loss).__name__)
    # MeanSquaredError is mean_squared_error, and mse is itself
    plain = _snake(str(given))
    name = LOSSES.get(plain) if isinstance(loss, str) or is_its_own(loss) else None
    if name is None:
        own = "" if isinstance(loss, str) or is_its_own(loss) else ", which is your own"
        unsaid.append(f"the loss {given!r}{own}")
        return "regression", {}
    table: dict[str, Any] = {"name": name}
    if name in ("cross_entropy", "binary_cross_entropy"):
        table["from_logits"] = bool(config.get("from_logits", False))
        if config.get("label_smoothing"):
            table["label_smoothing"] = float(config["label_smoothing"])
    if name == "kl_divergence":
        table["from_logits"] = False
    if name == "huber":
        table["delta"] = float(config.get("delta", 1.0))
    if config.get("reduction", "sum_over_batch_size") not in MEANS:
        unsaid.append(f"reduction={config['reduction']!r} of the loss")
    if config.get("ignore_class") is not None:
        unsaid.append("ignore_class of the loss")
    weight = _single(_compiled(model).get("loss_weights"))
    if weight is not None:
        table["scale"] = float(weight)
    if name == "cross_entropy":
        table |= _classes(plain.startswith("sparse"), dataset, units)
    return _kind(name, dataset), table


def _compiled(model: Any) -> Mapping[str, Any]:
    given: Mapping[str, Any] = getattr(model, "get_compile_config", dict)() or {}
    return given


def _single(given: Any) -> Any:
    """Of a list or a dict of one, as for the only output."""
    if isinstance(given, list | tuple | dict) and len(given) == 1:
        return next(iter(given.values() if isinstance(given, dict) else given))
    return given


def _classes(sparse: bool, dataset: Dataset, units: int) -> dict[str, Any]:
    """Raises UsageError where the targets are of the other one of both losses, as Keras does."""
    y = dataset.y
    if y.dtype == object:
        raise UsageError(
            "y is text, Keras takes numbers", "y = np.unique(y, return_inverse=True)[1]"
        )
    if sparse and y.shape[1] > 1:
        raise UsageError(
            f"sparse_categorical_crossentropy takes class numbers, y has {y.shape[1]} columns",
            "loss='categorical_crossentropy', or y = y.argmax(axis=1)",
        )
    if not sparse and y.shape[1] != units:
        raise UsageError(
            f"categorical_crossentropy takes {units} columns, one a class, y has {y.shape[1]}",
            "loss='sparse_categorical_crossentropy'; or "
            f"y = keras.utils.to_categorical(y, {units})",
        )
    if not sparse:
        return {}
    refuse_other_classes(y, units)
    return {"data": {"classes": units}} if units > 1 else {}


def metrics_table(model: Any) -> dict[str, Any]:
    """Those of its compiled metrics that a recipe has a name for; others are its own functions."""
    given = _compiled(model)
    named = []
    for word in map(_snake, _names(given.get("metrics"))):
        name = NAME_ALIASES.get(word, word)
        named += [name] * (name in METRICS.names)
    return {"metrics": list(dict.fromkeys(named))} if named else {}


def _names(metrics: Any) -> Iterator[str]:
    """Keras takes one, a list, a list for each output, or either by the output's name."""
    if isinstance(metrics, str):
        yield metrics
    elif isinstance(metrics, Mapping) and "class_name" in metrics:
        yield str(metrics["class_name"])
    elif metrics is not None:
        for one in metrics.values() if isinstance(metrics, Mapping) else metrics:
            yield from _names(one)


def _snake(word: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", word).lower()


def _kind(name: str, dataset: Dataset) -> str:
    if name == "cross_entropy":
        return "classification"
    whole = dataset.y.dtype != object and bool(np.isin(dataset.y, (0, 1)).all())
    if name == "binary_cross_entropy" and whole:
        return "classification" if dataset.y.shape[1] == 1 else "multilabel"
    return "regression"


def optimizer_tables(optimizer: Any, fitting: Fitting, unsaid: list[str]) -> dict[str, Any]:
    """[optimizer] and [schedule]; what they can't say joins `unsaid`."""
    name, given = type(optimizer).__name__, optimizer.get_config()
    if not is_its_own(optimizer):
        unsaid.append(f"the optimizer {name}, which is your own")
        return {}
    rate, schedule = rates_of(optimizer, given, fitting, unsaid)
    if given.get("clipnorm"):
        unsaid.append("clipnorm of the optimizer, which is of each array alone (global_clipnorm)")
    if given.get("use_ema"):
        unsaid.append("use_ema of the optimizer")
    if any(
        getattr(optimizer, f"_exclude_from_weight_decay{end}", None) for end in ("", "_pattern")
    ):
        unsaid.append("exclude_from_weight_decay of the optimizer")
    if steps := given.get("gradient_accumulation_steps"):
        fitting.training["accumulate"] = int(steps)
    table = {"learning_rate": float(rate), **_settings(name, given, unsaid)}
    if given.get("global_clipnorm"):
        table["clip_norm"] = float(given["global_clipnorm"])
    if given.get("clipvalue"):
        table["clip_value"] = float(given["clipvalue"])
    if schedule and (table.get("momentum") and name == "RMSprop"):
        fitting.notes.append(
            "RMSprop's velocity keeps the rates of its steps, here it has the last"
        )
    return {"optimizer": table, **({"schedule": schedule} if schedule else {})}


def _settings(name: str, given: Mapping[str, Any], unsaid: list[str]) -> dict[str, Any]:
    decay = float(given.get("weight_decay") or 0.0)
    means = {"beta1": float(given.get("beta_1", 0.9)), "beta2": float(given.get("beta_2", 0.999))}
    eps = float(given.get("epsilon", 1e-7))
    if name in ("Adam", "AdamW") and not given.get("amsgrad"):
        table = {"name": "adam", **means, "eps": eps, "eps_hat": True}
        return table | {"name": "adamw", "weight_decay": decay} if decay else table
    if name == "Lion":
        return {"name": "lion", **means, "weight_decay": decay}
    if name == "SGD" and not given.get("momentum"):
        return {"name": "sgd", "weight_decay": decay}  # without momentum both kinds are one
    if decay:
        unsaid.append(f"weight_decay of {name}, which is decoupled in Keras")
    if name == "SGD":
        kind = "nesterov" if given.get("nesterov") else "momentum"
        return {"name": kind, "momentum": float(given["momentum"]), "rate_inside": True}
    if name == "Adam":
        return {"name": "amsgrad", **means, "eps": eps, "eps_hat": True}
    if name == "Nadam":
        return {"name": "nadam", **means, "eps": eps, "momentum_decay": 1.0}
    if name == "Adamax":
        return {"name": "adamax", **means, "eps": eps}
    if name == "Adadelta":
        return {"name": "adadelta", "rho": float(given["rho"]), "eps": eps}
    if name == "Adagrad":  # its sum starts at a number of its own
        begun = float(given["initial_accumulator_value"])
        return {"name": "adagrad", "eps": begun + eps, "eps_inside": True}
    if name == "RMSprop":
        return {
            "name": "rmsprop",
            "rho": float(given["rho"]),
            "eps": eps,
            "eps_inside": True,
            "momentum": float(given["momentum"]),
            "centered": bool(given["centered"]),
        }
    unsaid.append(f"the optimizer {name}" + " with amsgrad" * bool(given.get("amsgrad")))
    return {"name": "sgd"}
