"""Changes of the loss and of what comes before it."""

import copy
import functools
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from ...adapters.torch.activations import without_last
from ...adapters.torch.task import adds_up
from ...checks.own_code.activation_before_loss import APPLIED, SQUEEZING
from ...diagnosis.subject import Refused
from ...trainable import Task
from .answers import ONE_HOT, SWITCHES, TWO
from .edit import Answer, Edit
from .look import Look

CROSS_ENTROPY, BINARY = "nn.CrossEntropyLoss()", "nn.BCEWithLogitsLoss()"
LOSSES = {CROSS_ENTROPY: nn.CrossEntropyLoss, BINARY: nn.BCEWithLogitsLoss}
A_LOSS = "the loss"  # of the user's own
LABELS = ("BCELoss", "BCEWithLogitsLoss", "MultiLabelSoftMarginLoss")
ERRORS = ("MSELoss", "L1Loss", "HuberLoss", "SmoothL1Loss")
BOUNDED = {
    "sigmoid": (0.0, 1.0),
    "softmax": (0.0, 1.0),
    "tanh": (-1.0, 1.0),
    "relu": (0.0, np.inf),
    "hard_sigmoid": (0.0, 1.0),
    "hard_tanh": (-1.0, 1.0),
    "softplus": (0.0, np.inf),
}
SLACK = 0.02  # of the target's range that may lie outside
UNEVEN = 3.0  # largest class over smallest


def fitting_loss(look: Look) -> Answer:
    """The loss of the task, on logits."""
    form, kind = look.answers.form, look.answers.kind
    if look.loss == "NLLLoss" and look.calls.last and bool((look.outputs > 0).any()):
        return (_loss(look, CROSS_ENTROPY), *_without_last(look, CROSS_ENTROPY, ("softmax",)))
    own = look.setup.task.loss == "own"
    if own and look.output_shape is None:
        return Refused(f"{look.loss} reads outputs that are not one tensor")
    if own and look.setup.task.places > 1:
        return Refused(f"{look.loss} reads a class of each place")
    unfit = look.loss in ERRORS or own
    unfit |= form == ONE_HOT and look.loss in LABELS
    if look.counts:
        return Refused(f"{look.loss} suits counts")
    if kind == "regression":
        if not own:
            return Refused(f"{look.loss} suits numbers")
        if look.outputs.shape[1] != look.train.y.shape[1]:
            return Refused(f"{look.loss} reads other than one output for each target")
        return (_replaced("nn.MSELoss()", nn.MSELoss(), replace(look.setup.task, loss="mse")),)
    if not unfit:
        return Refused(f"{look.loss} suits the task as its targets are encoded")
    alike = look.outputs.shape[1] == look.train.y.shape[1]
    if (form == SWITCHES and alike) or (form == TWO and look.answers.low == 0 and alike):
        return (_loss(look, BINARY), *_without_last(look, BINARY, BOUNDED))
    if form == ONE_HOT or look.setup.task.encoding == "class":
        return (_loss(look, CROSS_ENTROPY), *_without_last(look, CROSS_ENTROPY, BOUNDED))
    return Refused("its targets fit no other loss as they are")


def fitting_output(look: Look, mismatch: str) -> Answer:
    """The outputs that the loss expects, where that is what is wrong with them."""
    last, loss = look.calls.last, look.loss
    logits = f"nn.{loss}()" if loss in APPLIED else ""
    if mismatch == "double_softmax":
        if logits and last in SQUEEZING:
            return _without_last(look, logits, (last,))
        return Refused(f"{loss} is given no softmax or sigmoid")
    if mismatch == "missing_output_activation":
        outside = bool(((look.outputs < 0) | (look.outputs > 1)).any())
        if loss == "BCELoss" and outside:
            return (_loss(look, BINARY),)
        if loss == "NLLLoss" and not last and bool((look.outputs > 0).any()):
            return (_loss(look, CROSS_ENTROPY),)
        return Refused(f"{loss} is given what it expects")
    if last == "softmax" and look.outputs.shape[1] == 1:  # always 1
        return _without_one_softmax(look)
    if logits and last in ("relu", "tanh", "hard_tanh", "leaky_relu"):
        return _without_last(look, logits, (last,))
    if look.loss == "BCELoss" and look.answers.kind == "multilabel" and last == "softmax":
        return (_loss(look, BINARY), *_without_last(look, BINARY, (last,)))
    if look.setup.task.loss == "own" and last in SQUEEZING and look.answers.kind != "regression":
        return _without_last(look, "the loss, if that reads scores", SQUEEZING)
    if look.answers.kind == "regression" and last in BOUNDED:
        (low, high), (least, most) = BOUNDED[last], look.bounds()
        room = SLACK * (most - least)
        if last == "softmax" or least < low - room or most > high + room:
            return _without_last(look, _told(look), (last,))
    return Refused("the outputs fit loss and target")


def _without_one_softmax(look: Look) -> Answer:
    """A sigmoid in its place where the loss reads a probability."""
    if look.loss == "BCELoss":
        return (_loss(look, BINARY), *_without_last(look, BINARY, ("softmax",)))
    return _without_last(look, _told(look), ("softmax",))


def mean_loss(look: Look) -> Answer:
    """The mean over the rows of a batch."""
    given = look.criterion
    if not adds_up(given):
        return Refused("the loss is averaged over the batch already")
    loss: Any = copy.copy(given)
    if isinstance(given, functools.partial):
        loss = functools.partial(given, reduction="mean")
    else:
        loss.reduction = "mean"
    own = look.loss if _told(look) == A_LOSS else f"nn.{look.loss}"
    line, task = f"{own}(reduction='mean')", replace(look.setup.task, reduction="mean")
    return (_replaced(line, loss, task),)


def fitting_shape(look: Look) -> Answer:
    """Targets in the shape of the outputs, where a loss would broadcast them."""
    out, target = look.output_shape, look.setup.targets.shape
    if out is None:
        return Refused("the outputs are not one tensor, which targets could have the shape of")
    if look.setup.task.loss in ("cross_entropy",) or look.setup.targets.classes:
        return Refused("the loss takes class numbers")
    if out == target or int(np.prod(out)) != int(np.prod(target)):
        return Refused(
            "targets and outputs have one shape"
            if out == target
            else f"outputs {list(out)} can't be made of targets {list(target)}"
        )
    words = f"targets.reshape({', '.join(['-1', *map(str, out)])})"
    return (Edit("shape", "output", "targets", words),)


def balanced_classes(look: Look) -> Answer:
    """Weights that make each class count alike, where their sizes differ."""
    given = look.criterion
    one = look.answers.kind == "classification" and look.outputs.shape[1] == 1
    if one and isinstance(given, nn.BCELoss | nn.BCEWithLogitsLoss):
        return _balanced_two(look, given)
    settings = given.keywords if isinstance(given, functools.partial) else {}
    function = getattr(given, "func", given) is functional.cross_entropy
    if not function and not isinstance(given, nn.CrossEntropyLoss):
        return Refused(f"{look.loss} has no weights of classes that could be set")
    if (settings.get("weight") if function else given.weight) is not None:
        return Refused("the classes are weighted already")
    counts = np.bincount(
        look.answers.truth(look.train.y).ravel(), minlength=look.setup.task.outputs
    )
    if counts.max() < UNEVEN * max(counts.min(), 1):
        return Refused(f"no class has {UNEVEN:g} times the rows of another")
    weights = torch.tensor(
        counts.sum() / (len(counts) * np.maximum(counts, 1)), dtype=torch.float32
    )
    told = f"torch.tensor({[round(float(w), 3) for w in weights]})"
    weights = weights.to(look.model.device)
    if function:
        line = f"functools.partial(loss, weight={told})"
        return (_replaced(line, functools.partial(given, weight=weights), look.setup.task),)
    loss = copy.deepcopy(given)
    loss.weight = weights
    settings = {"loss": loss, "task": look.setup.task}
    return (Edit("loss", "output", "loss.weight", told, settings=settings),)


def _balanced_two(look: Look, given: Any) -> Answer:
    """The same of two classes and one output, which a sigmoid may stand before."""
    if getattr(given, "pos_weight", None) is not None:
        return Refused("the classes are weighted already")
    if isinstance(given, nn.BCELoss) and look.calls.last != "sigmoid":
        return Refused("nn.BCELoss has no weights of classes that could be set")
    off, on = np.bincount(look.answers.truth(look.train.y).ravel(), minlength=2)
    if max(off, on) < UNEVEN * max(min(off, on), 1):
        return Refused(f"no class has {UNEVEN:g} times the rows of another")
    weight = float(f"{off / max(on, 1):.3g}")
    loss = nn.BCEWithLogitsLoss(pos_weight=torch.tensor([weight], device=look.model.device))
    line = f"nn.BCEWithLogitsLoss(pos_weight=torch.tensor([{weight:g}]))"
    edit = replace(_loss(look, BINARY), value=line)
    edit = replace(edit, settings={**edit.settings, "loss": loss})
    own = ("sigmoid",) if isinstance(given, nn.BCELoss) else ()  # else it is a fault of its own
    return (edit, *_without_last(look, "nn.BCEWithLogitsLoss", own))


def _told(look: Look) -> str:
    """The loss in a line: by its name where it is one of PyTorch's."""
    return f"nn.{look.loss}()" if hasattr(nn, look.loss) else A_LOSS


def _loss(look: Look, line: str) -> Edit:
    task = look.setup.task
    binary, several = line == BINARY, look.answers.kind == "multilabel"
    told = Task(
        "multilabel" if several else "classification",
        "binary_cross_entropy" if binary else "cross_entropy",
        task.outputs,
        True,
        "mean",
        task.encoding,
        task.labels or (("0", "1") if binary and not several else ()),
        (0.0, 1.0) if binary and not several else (),
        places=task.places,
    )
    return _replaced(line, LOSSES[line](), told)


def _replaced(line: str, loss: Any, task: Task) -> Edit:
    return Edit("loss", "output", "loss", line, settings={"loss": loss, "task": task})


def _without_last(look: Look, loss: str, which: Any) -> tuple[Edit, ...]:
    """No activation before the loss, where it is one of these."""
    if look.calls.last not in which:
        return ()
    line = f"remove the last {look.calls.last} before {loss}"
    return (Edit("last activation", "output", line, change=without_last(look.calls)),)
