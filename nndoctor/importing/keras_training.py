"""Keras's losses and optimizers as tables of a recipe."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from ..data import Dataset
from ..recipe.names import METRICS, NAME_ALIASES

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
    "categorical_crossentropy": "cross_entropy",
    "sparse_categorical_crossentropy": "cross_entropy",
    "kl_divergence": "kl_divergence",
}


def loss_table(loss: Any, dataset: Dataset, unsaid: list[str]) -> tuple[str, dict[str, Any]]:
    """The task's kind and the table [loss]; a name stands for probabilities, not logits."""
    config: Mapping[str, Any] = loss.get_config() if hasattr(loss, "get_config") else {}
    given = loss if isinstance(loss, str) else getattr(loss, "__name__", type(loss).__name__)
    # MeanSquaredError is mean_squared_error, and mse is itself
    plain = _snake(str(given))
    name = LOSSES.get(plain)
    if name is None:
        unsaid.append(f"the loss {given!r}")
        return "regression", {}
    table: dict[str, Any] = {"name": name}
    if name in ("cross_entropy", "binary_cross_entropy"):
        table["from_logits"] = bool(config.get("from_logits", False))
        if config.get("label_smoothing"):
            table["label_smoothing"] = float(config["label_smoothing"])
    if name == "huber":
        table["delta"] = float(config.get("delta", 1.0))
    if config.get("reduction", "sum_over_batch_size") not in (
        "sum_over_batch_size",
        "auto",
        "mean",
    ):
        unsaid.append(f"reduction={config['reduction']!r} of the loss")
    return _kind(name, dataset), table


def metrics_table(model: Any) -> dict[str, Any]:
    """Those of its compiled metrics that a recipe has a name for; others are its own functions."""
    given: Mapping[str, Any] = getattr(model, "get_compile_config", dict)() or {}
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


def optimizer_table(optimizer: Any, unsaid: list[str]) -> dict[str, Any]:
    """The table [optimizer]; what it can't say joins `unsaid`."""
    name, given = type(optimizer).__name__, optimizer.get_config()
    rate = given["learning_rate"]
    if not isinstance(rate, float | int | np.floating):
        unsaid.append("a schedule as learning_rate")
        rate = 0.001
    for key in ("clipvalue", "clipnorm", "ema_momentum"):
        on = given.get(key) if key != "ema_momentum" else given.get("use_ema")
        if on and key != "clipvalue":
            unsaid.append(f"{key} of the optimizer")
    if given.get("weight_decay") and name != "AdamW":
        unsaid.append(f"weight_decay of {name}, which is decoupled in Keras")
    table = {"learning_rate": float(rate), **_settings(name, given, unsaid)}
    if given.get("global_clipnorm"):
        table["clip_norm"] = float(given["global_clipnorm"])
    if given.get("clipvalue"):
        table["clip_value"] = float(given["clipvalue"])
    return table


def _settings(name: str, given: Mapping[str, Any], unsaid: list[str]) -> dict[str, Any]:
    if name == "SGD":
        momentum = float(given.get("momentum", 0.0))
        if not momentum:
            return {"name": "sgd"}
        kind = "nesterov" if given.get("nesterov") else "momentum"
        return {"name": kind, "momentum": momentum, "rate_inside": True}
    means = {"beta1": float(given.get("beta_1", 0.9)), "beta2": float(given.get("beta_2", 0.999))}
    eps = float(given.get("epsilon", 1e-7))
    if name in ("Adam", "AdamW") and not given.get("amsgrad"):
        decay = {"weight_decay": float(given.get("weight_decay") or 0.0)}
        decay = decay if name == "AdamW" else {}
        return {"name": name.lower(), **means, "eps": eps, "eps_hat": True, **decay}
    if name == "RMSprop":  # epsilon inside the root acts like its own root outside
        return {
            "name": "rmsprop",
            "rho": float(given["rho"]),
            "eps": eps**0.5,
            "momentum": float(given["momentum"]),
            "centered": bool(given["centered"]),
        }
    unsaid.append(f"the optimizer {name}" + " with amsgrad" * bool(given.get("amsgrad")))
    return {"name": "sgd"}
