"""What Keras's fit is given beside rows, epochs and batches, as a recipe has it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ..data import Dataset
from ..errors import UsageError
from .rows import dataset_of

# which watch or write down, and change nothing
IDLE = (
    "ModelCheckpoint", "TensorBoard", "CSVLogger", "History", "ProgbarLogger", "TerminateOnNaN",
    "BackupAndRestore", "RemoteMonitor", "CallbackList", "TqdmCallback", "WandbMetricsLogger",
)  # fmt: skip
REFUSED = {
    "sample_weight": "sample_weight of fit",
    "steps_per_epoch": "steps_per_epoch of fit",
}


@dataclass
class Fitting:
    """`dataset`: with the rows of validation_data behind the others. `held` and `training`: parts
    of the tables [data] and [training]. `near`: what is told of the plateau. `scheduler`: of a
    LearningRateScheduler. `words`: arguments of fit as they would be written again; `callbacks` of
    them, by what they do.
    """

    dataset: Dataset
    rows: int
    epochs: int
    batch: int
    first_epoch: int = 0
    held: dict[str, Any] = field(default_factory=dict)
    training: dict[str, Any] = field(default_factory=dict)
    plateau: dict[str, Any] = field(default_factory=dict)
    near: str = ""
    scheduler: Any = None
    words: list[str] = field(default_factory=list)
    callbacks: dict[str, list[str]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    unsaid: list[str] = field(default_factory=list)

    @property
    def updates(self) -> int:
        """Of the whole training."""
        return self.epochs * math.ceil(self.rows / self.batch)


def fitting_of(
    given: Mapping[str, Any], dataset: Dataset, validation: float, training: Mapping[str, Any]
) -> Fitting:
    """What `given` says; a callback that is left out is a note."""
    made = Fitting(dataset, len(dataset.x), int(training["epochs"]), int(training["batch_size"]))
    if given.get("validation_data") is not None:
        _held_beside(made, given["validation_data"])
    elif validation:
        made.held = {"validation": float(validation), "split": "last"}
        made.rows = int(made.rows * (1.0 - validation))
        made.words.append(f"validation_split={validation:g}")
    if first := int(given.get("initial_epoch") or 0):
        made.first_epoch, made.epochs = first, max(made.epochs - first, 1)
        made.training["epochs"] = made.epochs
    if isinstance(given.get("class_weight"), Mapping):
        weights = {int(label): float(weight) for label, weight in given["class_weight"].items()}
        made.words.append(f"class_weight={weights}")
    made.unsaid += [said for key, said in REFUSED.items() if given.get(key) is not None]
    callbacks = given.get("callbacks") or ()
    for one in callbacks if isinstance(callbacks, list | tuple) else [callbacks]:
        _called_back(made, one)
    return made


def _held_beside(made: Fitting, given: Any) -> None:
    """Rows of their own to validate on, as the last ones of all."""
    if not isinstance(given, list | tuple) or len(given) not in (2, 3):
        made.notes.append("its validation_data are left out: they are no pair of arrays")
        return
    if len(given) == 3 and given[2] is not None:
        made.notes.append("its validation_data are taken without their sample weights")
    x, y = made.dataset.x, made.dataset.y
    other = dataset_of(given[0], given[1])
    if other.x.shape[1] != x.shape[1] or other.y.shape[1] != y.shape[1]:
        raise UsageError(
            f"validation_data has {other.x.shape[1]} inputs and {other.y.shape[1]} targets, "
            f"X and y have {x.shape[1]} and {y.shape[1]}",
            "prepare them as X and y are prepared",
        )
    rows = made.rows + len(other.x)
    made.dataset = replace(
        made.dataset, x=np.concatenate([x, other.x]), y=np.concatenate([y, other.y])
    )
    # half a row less, so that rounding ends before the first of them
    made.held = {"validation": (len(other.x) - 0.5) / rows, "split": "last"}
    made.words.append("validation_data=(X_val, y_val)")
    made.notes.append("these are its validation_data")


def loss_weights(given: Mapping[str, Any], kind: str, units: int) -> dict[str, Any]:
    """Of class_weight, the keys of [loss]; a class that it leaves out weighs 1."""
    weights = given.get("class_weight")
    if weights is None:
        return {}
    if kind != "classification" or not isinstance(weights, Mapping):
        raise UsageError(
            f"class_weight={weights!r} for a {kind}", "a weight for each class: {0: 1.0, 1: 5.0}"
        )
    known = {int(label): float(weight) for label, weight in weights.items()}
    classes = range(max(units, 2))
    return {"class_weights": [known.get(one, 1.0) for one in classes], "weighted_mean": "rows"}


def _called_back(made: Fitting, one: Any) -> None:
    name = type(one).__name__
    held = bool(made.held)
    monitor = str(getattr(one, "monitor", ""))
    known = {"val_loss": held, "loss": True, "val_accuracy": held, "val_acc": held}
    if name in IDLE:
        return
    if name == "LearningRateScheduler":
        made.scheduler = one.schedule
        made.callbacks["schedule"] = ["keras.callbacks.LearningRateScheduler(schedule)"]
    elif name == "EarlyStopping" and known.get(monitor) and _plain(one):
        _early(made, one, monitor)
    elif name == "ReduceLROnPlateau" and monitor == ("val_loss" if held else "loss"):
        _plateau(made, one)
    elif name in ("EarlyStopping", "ReduceLROnPlateau"):
        made.notes.append(f"its {name} by {monitor!r} is left out")
    else:
        made.notes.append(f"its callback {name} is left out")


def _plain(stopping: Any) -> bool:
    """Without a baseline, from the first epoch on."""
    return getattr(stopping, "baseline", None) is None and not getattr(
        stopping, "start_from_epoch", 0
    )


def _early(made: Fitting, one: Any, monitor: str) -> None:
    by_loss = monitor == "val_loss"
    # scikit-learn's way, which the other two follow, bears one epoch more
    patience = int(one.patience) - (not by_loss)
    watch = {"val_loss": "validation_loss", "loss": "training_loss"}
    made.training["early_stopping"] = {
        "watch": watch.get(monitor, "validation_score"),
        "patience": max(patience, 1),
        "min_delta": abs(float(one.min_delta)),
    }
    if monitor != "loss" and not getattr(one, "restore_best_weights", False):
        made.notes.append(
            "its EarlyStopping goes back to the best epoch here, in Keras only with "
            "restore_best_weights=True"
        )
    best = ", restore_best_weights=True" * bool(getattr(one, "restore_best_weights", False))
    told = f"{monitor!r}, patience={one.patience}, min_delta={abs(float(one.min_delta)):g}{best}"
    made.callbacks["stopping"] = [f"keras.callbacks.EarlyStopping({told})"]


def _plateau(made: Fitting, one: Any) -> None:
    made.plateau = {
        "name": "plateau",
        "factor": float(one.factor),
        "patience": max(int(one.patience) - 1, 0),
        "min_delta": 0.0,
    }
    told = f"{one.monitor!r}, factor={one.factor:g}, patience={one.patience}"
    made.callbacks["schedule"] = [f"keras.callbacks.ReduceLROnPlateau({told})"]
    left = [key for key in ("cooldown", "min_lr") if getattr(one, key, 0)]
    least = f"any gain is progress, in Keras one of {one.min_delta:g}"
    without = f"; without its {' and '.join(left)}" if left else ""
    made.near = f"its ReduceLROnPlateau comes near: {least}{without}"
    made.notes.append(made.near)
