"""PyTorch's losses and optimizers as tables of a recipe; all names are those of the classes."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ..data import Dataset
from ..errors import UsageError
from .rows import refuse_other_classes

FUNCTIONS = {
    "cross_entropy": "CrossEntropyLoss",
    "mse_loss": "MSELoss",
    "l1_loss": "L1Loss",
    "binary_cross_entropy": "BCELoss",
    "huber_loss": "HuberLoss",
    "binary_cross_entropy_with_logits": "BCEWithLogitsLoss",
    "smooth_l1_loss": "SmoothL1Loss",
    "nll_loss": "NLLLoss",
}
NUMBERS = {"MSELoss": "mse", "L1Loss": "mae", "HuberLoss": "huber", "SmoothL1Loss": "huber"}
BINARY = {"BCEWithLogitsLoss": True, "BCELoss": False}


def loss_table(
    loss: Any, layers: list[dict[str, Any]], dataset: Dataset, dimensions: int, unsaid: list[str]
) -> tuple[str, dict[str, Any], list[str]]:
    """The task's kind, the table [loss] (with what [data] needs), and remarks; for y of so many
    dimensions. A log-softmax before it becomes part of it."""
    is_class = hasattr(loss, "reduction")
    name = type(loss).__name__ if is_class else FUNCTIONS.get(getattr(loss, "__name__", ""), "")
    reduction = loss.reduction if is_class else "mean"
    if reduction not in ("mean", "sum"):
        unsaid.append(f"reduction={reduction!r} of the loss")
    table: dict[str, Any] = {"reduction": reduction if reduction == "sum" else "mean"}
    last, units = layers[-1], layers[-1]["units"]
    logged = last["activation"] == "log_softmax"
    if any(layer["activation"] == "log_softmax" for layer in layers[: len(layers) - 1]):
        unsaid.append("LogSoftmax between layers")
    if logged:  # its own log-softmax leaves log-probabilities as they are
        last["activation"] = "linear"
    if name == "CrossEntropyLoss" or (name == "NLLLoss" and logged):
        return _classes(loss, table, units, dataset, unsaid)
    if logged or name == "NLLLoss":
        unsaid.append(f"{name or loss!r} {'after' if logged else 'without'} LogSoftmax")
        return "regression", table, []
    if name in BINARY:
        if (
            getattr(loss, "pos_weight", None) is not None
            or getattr(loss, "weight", None) is not None
        ):
            unsaid.append(f"weights of {name}")
        table |= {"name": "binary_cross_entropy", "from_logits": BINARY[name]}
        return _yes_or_no(table, units, dataset)
    if name in NUMBERS:
        table["name"] = NUMBERS[name]
        if name == "HuberLoss":
            table["delta"] = float(loss.delta) if is_class else 1.0
        if name == "SmoothL1Loss" and is_class and loss.beta != 1:
            unsaid.append(f"SmoothL1Loss with beta={loss.beta:g}")
        return "regression", table, _broadcast(name, units, dataset, dimensions)
    unsaid.append(f"the loss {loss!r}")
    return "regression", table, []


def _classes(
    loss: Any, table: dict[str, Any], units: int, dataset: Dataset, unsaid: list[str]
) -> tuple[str, dict[str, Any], list[str]]:
    table["name"] = "cross_entropy"
    if getattr(loss, "label_smoothing", 0.0):
        table["label_smoothing"] = float(loss.label_smoothing)
    if getattr(loss, "weight", None) is not None:
        table["class_weights"] = [float(value) for value in loss.weight]
    if (dataset.y == getattr(loss, "ignore_index", -100)).any():
        unsaid.append("rows left out by ignore_index")
    y = dataset.y
    if y.shape[1] == 1 and y.dtype != object:
        refuse_other_classes(y, units)
        table["data"] = {"classes": units} if units > 1 else {}
    return "classification", table, []


def _yes_or_no(
    table: dict[str, Any], units: int, dataset: Dataset
) -> tuple[str, dict[str, Any], list[str]]:
    y = dataset.y
    whole = y.dtype != object and bool(np.isin(y, (0, 1)).all())
    if units == 1 and y.shape[1] == 1 and (whole or y.dtype == object):
        return "classification", table, []
    return "multilabel" if whole and y.shape[1] > 1 else "regression", table, []


def _broadcast(name: str, units: int, dataset: Dataset, dimensions: int) -> list[str]:
    """A trap that no recipe has: [N, 1] against [N] becomes [N, N]."""
    if units == 1 and dimensions == 1 and dataset.y.shape[1] == 1:
        return [
            f"y has one dimension, the outputs have two: {name} in PyTorch compares each output "
            "with each target; here it is row by row, as y.unsqueeze(1) makes it"
        ]
    return []


def optimizer_table(optimizer: Any, model: Any, unsaid: list[str]) -> dict[str, Any]:
    """The table [optimizer]; what it can't say joins `unsaid`."""
    name = type(optimizer).__name__
    groups = getattr(optimizer, "param_groups", None)
    if not groups:
        raise UsageError(
            f"{optimizer!r} is no PyTorch optimizer",
            "torch.optim.Adam(model.parameters(), lr=1e-3)",
        )
    if name not in _TABLES:
        unsaid.append(f"the optimizer {name}")
        return {"name": "sgd"}
    first = {key: value for key, value in groups[0].items() if key != "params"}
    for group in groups[1:]:
        if {key: value for key, value in group.items() if key != "params"} != first:
            unsaid.append("settings that differ between groups of parameters")
            break
    held = {id(one) for group in groups for one in group["params"]}
    missing = [key for key, value in model.named_parameters() if id(value) not in held]
    if missing:
        unsaid.append(f"parameters that the optimizer does not have: {', '.join(missing)}")
    frozen = [key for key, value in model.named_parameters() if not value.requires_grad]
    if frozen:
        unsaid.append(f"frozen parameters: {', '.join(frozen)}")
    if first.get("maximize"):
        unsaid.append("maximize=True")
    if first.get("amsgrad") and name != "Adam":
        unsaid.append(f"amsgrad=True of {name}")
    both = ("lr_decay", "initial_accumulator_value")
    unsaid += [f"{key}={first[key]:g}" for key in both if first.get(key)]
    table = {"learning_rate": float(first["lr"]), **_TABLES[name](first)}
    decay = float(first.get("weight_decay", 0.0))
    if name in ("NAdam", "RAdam", "Adam") and first.get("decoupled_weight_decay") and decay:
        if name == "Adam" and not first.get("amsgrad"):
            table["name"] = "adamw"
        else:
            unsaid.append("decoupled_weight_decay=True")
    if decay or table["name"] == "adamw":
        table["weight_decay"] = decay
    return table


def _velocity(given: dict[str, Any]) -> dict[str, Any]:
    if not given["momentum"]:
        return {"name": "sgd"}
    rest = {"nesterov": bool(given["nesterov"]), "dampening": float(given["dampening"])}
    return {"name": "sgd", "momentum": float(given["momentum"]), **rest}


def _moments(name: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    def table(given: dict[str, Any]) -> dict[str, Any]:
        beta1, beta2 = (float(one) for one in given["betas"])
        kind = "amsgrad" if name == "adam" and given.get("amsgrad") else name
        return {"name": kind, "beta1": beta1, "beta2": beta2, "eps": float(given["eps"])}

    return table


def _rmsprop(given: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": "rmsprop",
        "rho": float(given["alpha"]),
        "eps": float(given["eps"]),
        "momentum": float(given["momentum"]),
        "centered": bool(given["centered"]),
    }


_TABLES: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "SGD": _velocity,
    "Adam": _moments("adam"),
    "AdamW": _moments("adamw"),
    "Adamax": _moments("adamax"),
    "RAdam": _moments("radam"),
    "RMSprop": _rmsprop,
    "NAdam": lambda given: (
        _moments("nadam")(given) | {"momentum_decay": float(given["momentum_decay"])}
    ),
    "Adagrad": lambda given: {"name": "adagrad", "eps": float(given["eps"])},
    "Adadelta": lambda given: {
        "name": "adadelta",
        "rho": float(given["rho"]),
        "eps": float(given["eps"]),
    },
}
