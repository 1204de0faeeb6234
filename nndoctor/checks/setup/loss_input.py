"""ND202: does the last layer give the loss what it reads: logits, probabilities, scores?"""

from dataclasses import dataclass

import numpy as np

from ...findings import Finding, Status
from ...trainable import Task
from ..measures.activation_range import reach
from ..measures.design import ROUNDED, Design, Targets
from ..measures.unit_kinds import BINARY, OVER_CLASSES
from .setup_check import Fault, SetupCheck

LINEAR = 'activation = "linear" in the last layer: the loss applies {} itself'
WRONG = ("wrong_output_activation",)


@dataclass(frozen=True)
class LossInput(SetupCheck):
    """## What it does
    Compares the last activation with what the loss reads. A loss of logits applies softmax or
    sigmoid itself and needs a linear layer before it; a loss of probabilities needs softmax over
    classes or a sigmoid for each label; a hinge needs scores of both signs. Where logits are
    bounded, it gives the probabilities that remain possible and the lowest loss.

    ## Why it matters
    With two activations in a row, an output can never be confident: sigmoid before a sigmoid leaves
    0.5 to 0.73. With none, an output outside 0 to 1 is clipped and passes no gradient, or is
    divided by a sum near 0.

    ## What to do
    loss.from_logits = true with a linear last layer, the default, is exact and stable. With
    from_logits = false: softmax for one class of several, sigmoid for yes or no and for labels.

    ## Source
    Bishop 2006, section 4.3: each loss with its canonical activation. Clipping to [1e-7, 1 - 1e-7]
    and dividing by the sum over classes: Keras, and the engine's losses.
    """

    code: str = "ND202"
    name: str = "loss-input"

    def measure(self, design: Design) -> tuple[Task, Targets]:
        """The task and its targets."""
        return design.task, design.targets

    def judge(self, seen: tuple[Task, Targets]) -> Finding:
        """By what the loss reads."""
        task, targets = seen
        if task.loss == "hinge":
            faults = _scores(task)
        elif task.loss == BINARY:
            faults = _yes_or_no_logits(task) if task.from_logits else _yes_or_no(task, targets)
        elif task.loss in OVER_CLASSES:
            faults = _class_logits(task) if task.from_logits else _class_shares(task)
        else:
            faults = []
        kind = "scores" if task.loss == "hinge" else "logits" if task.from_logits else "shares"
        reads = kind if task.loss in (*OVER_CLASSES, BINARY, "hinge") else "values as they are"
        return self.answer(
            faults,
            f"{task.loss} reads {reads}, the last layer is {task.output_activation}",
            threshold="logits: linear; shares of classes: softmax; yes or no: sigmoid",
            source="Bishop 2006, section 4.3",
        )


def _confined(activation: str) -> bool:
    return not np.isinf(reach(activation)).all()


def _class_logits(task: Task) -> list[Fault]:
    """Softmax over confined logits: the best there is are the ends of the range."""
    activation, (low, high) = task.output_activation, reach(task.output_activation)
    if task.outputs == 1 or not _confined(activation):
        return []
    suggests = ("double_softmax", *WRONG) if activation == "softmax" else WRONG
    advice = LINEAR.format("softmax")
    if np.isinf(high):  # the others have a slope on both sides, relu's units can die
        status = Status.WARNING if activation == "relu" else Status.NOTE
        told = f"{activation} before the softmax of {task.loss}: logits below {low:g} are cut off"
    else:
        status = Status.WARNING
        best = 1 / (1 + (task.outputs - 1) * np.exp(low - high))
        twice = "softmax twice" if activation == "softmax" else f"{activation}, then softmax"
        told = f"{twice}: no class gets a probability above {best:.2g}, the loss stays above "
        told += f"{-np.log(best):.3g}"
    return [Fault(status, told, suggests, advice, "output")]


def _yes_or_no_logits(task: Task) -> list[Fault]:
    activation, (low, high) = task.output_activation, reach(task.output_activation)
    if not _confined(activation) or (activation == "softmax" and task.outputs == 1):
        return []
    least, most = (1 / (1 + np.exp(-end)) for end in (low, high))
    told = (
        f"{activation}, then the sigmoid of {task.loss}: probabilities from {least:.2g} to "
        f"{most:.2g}"
    )
    never = not least < 0.5
    told += ", so the answer is never no" * never
    suggests = ("double_softmax", *WRONG) if activation in ("sigmoid", "softmax") else WRONG
    status = Status.ERROR if never else Status.WARNING
    return [Fault(status, told, suggests, LINEAR.format("sigmoid"), "output")]


def _class_shares(task: Task) -> list[Fault]:
    """Outputs are divided by their sum: harmless where none is negative and the sum is not 0."""
    activation = task.output_activation
    if task.outputs == 1 or activation in ("softmax", "exponential"):
        return []
    advice = 'activation = "softmax" in the last layer, or loss.from_logits = true with "linear"'
    if activation == "relu":
        told = f"{task.loss} divides relu outputs by their sum, which is 0 when all are off"
        return [Fault(Status.WARNING, told, WRONG, advice, "output")]
    if reach(activation)[0] >= 0:
        told = f"{activation} for mutually exclusive classes: {task.loss} divides by their sum"
        return [Fault(Status.NOTE, told, WRONG, advice, "output")]
    told = f"{task.loss} reads the {activation} outputs as probabilities, but they can be negative"
    missing = ("missing_output_activation",) if activation == "linear" else WRONG
    return [Fault(Status.ERROR, told, missing, advice, "output")]


def _yes_or_no(task: Task, targets: Targets) -> list[Fault]:
    activation, (low, high) = task.output_activation, reach(task.output_activation)
    if activation == "softmax":
        return _softmax_for_labels(task, targets)
    if low >= 0 and high <= 1:
        return []
    missing = ("missing_output_activation",) if activation == "linear" else WRONG
    told = f"{task.loss} reads the {activation} outputs as probabilities: outside 0 to 1 they are "
    told += "clipped and pass no gradient"
    advice = 'activation = "sigmoid" in the last layer, or loss.from_logits = true with "linear"'
    return [Fault(Status.ERROR, told, missing, advice, "output")]


def _softmax_for_labels(task: Task, targets: Targets) -> list[Fault]:
    if task.outputs == 1:  # ND201 tells it
        return []
    advice = 'activation = "sigmoid" in the last layer: a yes or no for each label'
    if task.kind == "classification":
        told = "softmax under binary_cross_entropy counts each class twice; cross_entropy fits it"
        return [Fault(Status.NOTE, told, ("wrong_loss",), 'loss.name = "cross_entropy"', "output")]
    least, most = targets.row_sums
    told = f"softmax outputs sum to 1, but rows have {least:.4g} to {most:.4g} labels"
    status = Status.ERROR if not most <= 1 + ROUNDED else Status.WARNING
    return [Fault(status, told, WRONG, advice, "output")]


def _scores(task: Task) -> list[Fault]:
    """A hinge wants the right score 1 above the others, or 1 beyond 0 on the right side."""
    activation, (low, high) = task.output_activation, reach(task.output_activation)
    several = task.encoding == "class" and task.outputs > 1
    if high - low > 1 if several else low <= -1 and high >= 1:
        return []
    advice = 'activation = "linear" in the last layer; softmax goes with cross_entropy'
    told = f"{activation} confines the scores to {low:g} to {high:g}, "
    told += "so the margin of 1 of the hinge loss is never reached"
    suggests = (*WRONG, "wrong_loss")
    if not several and low >= 0:
        told = f"{activation} has no negative scores: hinge reads every row as yes"
        return [Fault(Status.ERROR, told, suggests, advice, "output")]
    return [Fault(Status.WARNING, told, suggests, advice, "output")]
