"""What a PyTorch loss, the targets and the outputs say of the task."""

import functools
from typing import Any, Literal

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from ...errors import DataError
from ...trainable import Task
from .modules import first_tensor
from .rows import Targets

# The loss by the name the checks know; what it reads are logits, or probabilities.
MODULES: dict[str, tuple[str, bool]] = {
    "CrossEntropyLoss": ("cross_entropy", True),
    "NLLLoss": ("cross_entropy", True),  # log-probabilities are logits too
    "BCEWithLogitsLoss": ("binary_cross_entropy", True),
    "MultiLabelSoftMarginLoss": ("binary_cross_entropy", True),
    "BCELoss": ("binary_cross_entropy", False),
    "MSELoss": ("mse", True),
    "L1Loss": ("mae", True),
    "HuberLoss": ("huber", True),
    "SmoothL1Loss": ("huber", True),
}
FUNCTIONS = {
    functional.cross_entropy: "CrossEntropyLoss",
    functional.nll_loss: "NLLLoss",
    functional.binary_cross_entropy_with_logits: "BCEWithLogitsLoss",
    functional.binary_cross_entropy: "BCELoss",
    functional.mse_loss: "MSELoss",
    functional.l1_loss: "L1Loss",
    functional.huber_loss: "HuberLoss",
    functional.smooth_l1_loss: "SmoothL1Loss",
}
Kind = Literal["classification", "multilabel", "regression"]


def loss_name(loss: Any) -> str:
    """What the loss is called in PyTorch, or the name of the user's own."""
    if isinstance(loss, functools.partial):
        loss = loss.func
    if isinstance(loss, nn.Module):
        known = [c.__name__ for c in type(loss).__mro__ if c.__name__ in MODULES]
        return known[0] if known else type(loss).__name__
    return FUNCTIONS.get(loss, getattr(loss, "__name__", type(loss).__name__))


def adds_up(loss: Any) -> bool:
    """Whether it is a sum over the rows and not their mean."""
    if isinstance(loss, functools.partial):
        given = loss.keywords.get("reduction")
        return adds_up(loss.func) if given is None else bool(given == "sum")
    return bool(getattr(loss, "reduction", "mean") == "sum")


def averaged(loss: Any) -> Any:
    """The same loss as a mean, where it adds up: over rows, and outputs where there are several."""
    if not adds_up(loss):
        return loss

    def mean(outputs: Any, targets: torch.Tensor) -> torch.Tensor:
        return loss(outputs, targets) / terms(loss, targets)

    return mean


def terms(loss: Any, targets: torch.Tensor) -> int:
    """Over how many numbers PyTorch's mean of this loss would be: rows, or rows and outputs."""
    known = MODULES.get(loss_name(loss), ("own", True))[0]
    return len(targets) if known in ("cross_entropy", "own") else targets.numel()


def flat_outputs(out: Any) -> torch.Tensor:
    """The outputs as [B, K]; raises DataError where there is no tensor."""
    tensor = first_tensor(out)
    if tensor is None:
        raise DataError(
            f"the model puts out a {type(out).__name__} without a tensor",
            "forward returns what the loss gets",
        )
    return tensor.reshape(len(tensor), -1) if tensor.dim() else tensor.reshape(1, 1)


def targets_of(loss: Any, targets: torch.Tensor, outputs: torch.Tensor) -> Targets:
    """How the targets are held; one-hot rows of a cross-entropy as class numbers.

    Raises DataError for targets that are classes of several places at once.
    """
    shape, kind = tuple(targets.shape[1:]), targets.dtype
    if MODULES.get(loss_name(loss), ("", True))[0] != "cross_entropy":
        return Targets(shape, kind)
    if outputs.dim() > 2:
        raise DataError(
            f"outputs of shape {list(outputs.shape)} under {loss_name(loss)}: one class a place",
            "one class a row can be examined: outputs [B, C], targets [B]",
        )
    if kind.is_floating_point and len(shape) == 1:
        if not bool(((targets == 0) | (targets == 1)).all() and (targets.sum(dim=1) == 1).all()):
            raise DataError(
                "targets that are probabilities of classes",
                "class numbers, or rows with a single one, can be examined",
            )
        return Targets(shape, kind, classes=shape[0])
    return Targets(shape, kind)


def task_of(loss: Any, y: np.ndarray, outputs: torch.Tensor) -> Task:
    """The task of targets y as a batch holds them and of one batch's outputs as the model gives."""
    name = loss_name(loss)
    known, logits = MODULES.get(name, ("own", True))
    width = flat_outputs(outputs).shape[1]
    reduction: Literal["mean", "sum"] = "sum" if adds_up(loss) else "mean"
    whole = y.dtype.kind in "iu" and y.shape[1] == 1
    if known == "cross_entropy" or (known == "own" and whole and width > int(y.max()) >= 1):
        labels = tuple(str(k) for k in range(width))
        return Task("classification", known, width, logits, reduction, "class", labels)
    binary = bool(np.isin(y, (0, 1)).all())
    if known == "binary_cross_entropy" and y.shape[1] > 1:
        return Task("multilabel", known, width, logits, reduction)
    if known == "binary_cross_entropy" and binary:
        return Task(
            "classification", known, width, logits, reduction, "numeric", ("0", "1"), (0.0, 1.0)
        )
    delta = float(getattr(loss, "delta", getattr(loss, "beta", 1.0)))
    return Task("regression", known, width, logits, reduction, delta=delta)
