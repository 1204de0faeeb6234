"""Sound set-ups as nested tables, and changes of them; the data come from sources.py."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from sources import CLASSES, Table, source

Tables = dict[str, Any]


def changed(tables: Mapping[str, Any], changes: Mapping[str, Any]) -> Tables:
    """A copy with dotted keys set, such as `{"optimizer.learning_rate": 0.1}`."""
    copy = deepcopy(dict(tables))
    for dotted, value in changes.items():
        *path, key = dotted.split(".")
        inner = copy
        for name in path:
            inner = inner.setdefault(name, {})
        inner[key] = value
    return copy


def outputs(tables: Mapping[str, Any], table: Table) -> int:
    """Units of the output layer."""
    numeric = tables.get("data", {}).get("target_encoding") == "numeric"
    if table.task == CLASSES and not numeric:
        return 1 if tables["loss"]["name"] == "binary_cross_entropy" else table.classes
    return table.y.shape[1]


def long_form(tables: Mapping[str, Any], table: Table) -> Tables:
    """The same network as [[model.layers]]."""
    model = dict(tables["model"])
    if "layers" in model:
        return dict(tables)
    hidden = model.pop("hidden")
    last = {
        "units": outputs(tables, table),
        "activation": model.pop("output_activation", "linear"),
        "init": model.pop("output_init", "glorot_uniform"),
    }
    over_all = {k: model.pop(k) for k in ("input_batch_norm",) if k in model}
    layers = [*({"units": units, **model} for units in hidden), last]
    return changed(tables, {"model": over_all | {"layers": layers}})


def _base(
    loss: str,
    hidden: list[int],
    activation: str,
    optimizer: str,
    rate: float,
    epochs: int,
    **changes: Any,
) -> Tables:
    tables: Tables = {
        "model": {"hidden": hidden, "activation": activation},
        "loss": {"name": loss},
        "optimizer": {"name": optimizer, "learning_rate": rate},
        "training": {"epochs": epochs},
    }
    return changed(tables, {key.replace("__", "."): value for key, value in changes.items()})


SCALED = {"data__preprocess__features": "standardize"}
BOTH = SCALED | {"data__preprocess__target": "standardize"}
CE, BCE, MSE = "cross_entropy", "binary_cross_entropy", "mse"

# Healthy set-ups that faults are put into, by the source of their rows; LONG are written in the
# long form of a model.
BASES: dict[str, Tables] = {
    "spiral": _base(CE, [64], "relu", "adam", 1e-2, 150),
    "blobs": _base(CE, [16], "tanh", "momentum", 0.02, 40, **SCALED),
    "digits": _base(CE, [64, 32], "relu", "adam", 1e-3, 25, **SCALED),
    "breast": _base(
        BCE, [16], "relu", "adam", 3e-3, 40, **SCALED,
        model__output_activation="sigmoid", loss__from_logits=False,
        data__target_encoding="numeric",
    ),
    "diabetes": _base(MSE, [16], "tanh", "sgd", 0.02, 40, **BOTH),
    "sine": _base(MSE, [32, 32], "tanh", "adam", 5e-3, 120),
    "flowers": _base(CE, [16], "elu", "sgd", 0.1, 80, **SCALED),
    "moons": _base(CE, [32, 16], "relu", "rmsprop", 3e-3, 80, **SCALED),
    "friedman": _base(MSE, [32], "relu", "adam", 1e-2, 60, **BOTH),
    "noisy": _base(CE, [32, 16], "relu", "rmsprop", 3e-3, 40, **SCALED),
}  # fmt: skip
LONG = ("blobs", "breast", "sine", "moons")


def table_of(name: str) -> Table:
    """The rows of a set-up, whose name begins with that of its source."""
    return source(name.partition("-")[0])
