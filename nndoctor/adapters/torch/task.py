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
COUNTS, LOGARITHM = "PoissonNLLLoss", "exponential"  # its outputs are logarithms of rates
ONE_A_ROW = ("CrossEntropyLoss", "NLLLoss", "MultiLabelSoftMarginLoss")  # whatever the outputs
FUNCTIONS = {
    functional.cross_entropy: "CrossEntropyLoss",
    functional.nll_loss: "NLLLoss",
    functional.binary_cross_entropy_with_logits: "BCEWithLogitsLoss",
    functional.binary_cross_entropy: "BCELoss",
    functional.mse_loss: "MSELoss",
    functional.l1_loss: "L1Loss",
    functional.huber_loss: "HuberLoss",
    functional.smooth_l1_loss: "SmoothL1Loss",
    functional.multi_margin_loss: "MultiMarginLoss",
    functional.soft_margin_loss: "SoftMarginLoss",
    functional.multilabel_soft_margin_loss: "MultiLabelSoftMarginLoss",
    functional.poisson_nll_loss: COUNTS,
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
    name = loss_name(loss)
    if name in ("CrossEntropyLoss", "NLLLoss") and not targets.is_floating_point():
        return int(targets.numel())  # of each place
    return targets.numel() if name in MODULES and name not in ONE_A_ROW else len(targets)


def flat_outputs(out: Any) -> torch.Tensor:
    """The outputs as [B, K]; raises DataError where there is no tensor."""
    tensor = first_tensor(out)
    if tensor is None:
        raise DataError(
            f"the model puts out a {type(out).__name__} without a tensor",
            "forward returns what the loss gets",
        )
    return tensor.reshape(len(tensor), -1) if tensor.dim() else tensor.reshape(1, 1)


def by_place(task: Task, out: Any) -> torch.Tensor:
    """The outputs as [B, K]; where places have classes of their own, those of a place together.

    PyTorch's own losses read them in the second dimension, other ones in the last. Logarithms of
    rates become rates, which are what counts are held against.
    """
    if task.places == 1:
        flat = flat_outputs(out)
        return flat.double().exp() if task.output_activation == LOGARITHM else flat
    tensor = first_tensor(out)
    assert tensor is not None
    axis = 1 if task.loss == "cross_entropy" else -1
    return tensor.movedim(axis, -1).reshape(len(tensor), -1)


def targets_of(loss: Any, targets: torch.Tensor, outputs: torch.Tensor) -> Targets:
    """How the targets are held; one-hot rows of a cross-entropy as class numbers.

    Raises DataError for targets that are no classes, in each row or in each of its places.
    """
    shape, kind = tuple(targets.shape[1:]), targets.dtype
    if MODULES.get(loss_name(loss), ("", True))[0] != "cross_entropy":
        return Targets(shape, kind)
    if outputs.dim() > 2:
        if kind.is_floating_point or shape != tuple(outputs.shape[2:]):
            raise DataError(
                f"outputs of shape {list(outputs.shape)} and targets {list(targets.shape)} under "
                f"{loss_name(loss)}",
                "outputs [B, C, places] and class numbers [B, places]",
            )
        if bool((targets < 0).any()):
            raise DataError(
                f"a class of {int(targets.min())}, as of places that the loss ignores",
                "rows whose places all have a class can be examined",
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
    if (classes := _classes_of_places(known, y, outputs)) > 1:
        names = tuple(str(k) for k in range(classes))
        return Task(
            "multilabel", known, classes, logits, reduction, "class", names, places=y.shape[1]
        )
    if known == "cross_entropy" or (known == "own" and whole and width > int(y.max()) >= 1):
        labels = tuple(str(k) for k in range(width))
        return Task("classification", known, width, logits, reduction, "class", labels)
    binary = bool(np.isin(y, (0, 1)).all())
    if known == "binary_cross_entropy" and y.shape[1] > 1 and binary:
        return Task("multilabel", known, width, logits, reduction)
    if known == "binary_cross_entropy" and binary:
        return Task(
            "classification", known, width, logits, reduction, "numeric", ("0", "1"), (0.0, 1.0)
        )
    if name == COUNTS and _logarithms(loss):
        return Task("regression", known, width, logits, reduction, output_activation=LOGARITHM)
    if known == "own":
        _refuse_unanswered(loss, width, y.shape[1])
    delta = float(getattr(loss, "delta", getattr(loss, "beta", 1.0)))
    return Task("regression", known, width, logits, reduction, delta=delta)


def _refuse_unanswered(loss: Any, width: int, targets: int) -> None:
    """Raises DataError where a loss of the user's own takes outputs that are no answers to the
    targets, as embeddings whose distance it takes: by these no row can be judged."""
    if width not in (1, targets):
        raise DataError(
            f"outputs of {width} numbers a row for targets of {targets}, under {loss_name(loss)}: "
            "nothing says which of them answers a row",
            "a model can be examined whose first output is held against the targets; one of "
            "embeddings by a classifier on top of them",
        )


def _classes_of_places(known: str, y: np.ndarray, outputs: Any) -> int:
    """How many classes each place of a row can have; 0 where rows are answered as a whole."""
    if not isinstance(outputs, torch.Tensor) or outputs.dim() < 3 or y.dtype.kind not in "iu":
        return 0
    shape = outputs.shape
    if known == "cross_entropy":
        return int(shape[1]) if shape[2:].numel() == y.shape[1] else 0
    fits = known == "own" and shape[1:-1].numel() == y.shape[1] and shape[-1] > int(y.max()) >= 1
    return int(shape[-1]) if fits and int(y.min()) >= 0 else 0


def _logarithms(loss: Any) -> bool:
    """Whether a loss of counts reads logarithms, which is its default."""
    settings = loss.keywords if isinstance(loss, functools.partial) else {}
    return bool(settings.get("log_input", getattr(loss, "log_input", True)))
