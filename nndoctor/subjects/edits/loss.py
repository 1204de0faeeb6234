"""Changes of the loss and of the last layer, which have to fit each other and the target."""

import numpy as np

from ...diagnosis.subject import Refused
from ...setup import Setup
from .editing import Edits, layers_of, output_edits

ERRORS = {"mse", "msle", "mae", "huber", "log_cosh"}
SOFTMAX_LOSSES = {"cross_entropy", "kl_divergence"}
# What each activation can put out, wide open where nothing bounds it.
RANGES = {
    "sigmoid": (0.0, 1.0),
    "hard_sigmoid": (0.0, 1.0),
    "clipped_sigmoid": (0.0, 1.0),
    "softmax": (0.0, 1.0),
    "tanh": (-1.0, 1.0),
    "hard_tanh": (-1.0, 1.0),
    "softsign": (-1.0, 1.0),
    "relu": (0.0, np.inf),
    "softplus": (0.0, np.inf),
    "exponential": (0.0, np.inf),
}
SLACK = 0.02  # of the target's range that may lie outside


def _activation(setup: Setup) -> str:
    return layers_of(setup)[-1].activation.name


def fitting_activation(setup: Setup) -> str:
    """What loss and target ask of the last layer."""
    task = setup.trainable.task
    if task.loss in SOFTMAX_LOSSES:
        return "linear" if task.from_logits else "softmax"
    if task.loss == "binary_cross_entropy":
        return "linear" if task.from_logits else "sigmoid"
    yes_or_no = task.kind == "multilabel" or (task.kind == "classification" and task.outputs == 1)
    return "sigmoid" if yes_or_no and task.loss != "hinge" else "linear"


def _fits(setup: Setup) -> bool:
    """Whether the last layer can say what the loss wants to hear."""
    task, activation = setup.trainable.task, _activation(setup)
    if activation == "softmax" and task.outputs == 1:
        return False
    if activation == fitting_activation(setup):
        return True
    if task.loss in ERRORS and task.kind != "regression":
        return activation in ("linear", "sigmoid", "softmax", "hard_sigmoid", "tanh")
    if task.loss in ERRORS:
        low, high = RANGES.get(activation, (-np.inf, np.inf))
        y = setup.train.y
        room = SLACK * float(np.ptp(y))
        return activation != "softmax" and y.min() >= low - room and y.max() <= high + room
    wants_shares = task.loss == "binary_cross_entropy" and not task.from_logits
    return wants_shares and activation in ("hard_sigmoid", "clipped_sigmoid")


def _mismatch(setup: Setup) -> str:
    """The name of what is wrong with the last activation; "" where nothing is."""
    task, activation = setup.trainable.task, _activation(setup)
    if _fits(setup):
        return ""
    probabilities = task.loss in {*SOFTMAX_LOSSES, "binary_cross_entropy"}
    if probabilities and task.from_logits and activation in ("softmax", "sigmoid"):
        one = activation == "softmax" and task.outputs == 1
        return "wrong_output_activation" if one else "double_softmax"
    if probabilities and not task.from_logits and activation == "linear":
        return "missing_output_activation"
    return "wrong_output_activation"


def fitting_output(setup: Setup, mismatch: str) -> Edits | Refused:
    """The last activation that loss and target ask for, where that is what is wrong with it."""
    found = _mismatch(setup)
    if not found:
        return Refused("the output activation fits loss and target")
    if found != mismatch:
        return Refused(f"the output activation does not fit, but in another way: {found}")
    return output_edits(setup, {"activation": fitting_activation(setup)})


def as_many_units_as_classes(setup: Setup) -> Edits | Refused:
    """For output units that stand for no class."""
    task = setup.trainable.task
    if task.kind != "classification" or task.encoding != "class":
        return Refused("the output units stand for numbers, not for classes")
    if task.outputs <= len(task.labels) or setup.recipe.model.layers is None:
        return Refused("there is one output unit per class")
    return output_edits(setup, {"units": len(task.labels)})


def fitting_loss(setup: Setup) -> Edits | Refused:
    """The loss of the task, with a last layer that suits it."""
    task = setup.trainable.task
    two = task.encoding == "numeric" and task.values == (0.0, 1.0)
    if task.kind == "regression":
        right = "mse"
        wrong = task.loss not in ERRORS
    elif task.kind == "multilabel":
        right = "binary_cross_entropy"
        wrong = task.loss != right
    elif task.outputs == 1:
        right = "binary_cross_entropy"
        wrong = two and task.loss not in (right, "hinge")
    else:
        right = "cross_entropy"
        wrong = task.encoding == "class" and task.loss not in (*SOFTMAX_LOSSES, "hinge")
    if not wrong:
        return Refused(f"{task.loss} suits the task as its targets are encoded")
    return {
        "loss.name": right,
        "loss.from_logits": None,
        "loss.delta": None,
        **output_edits(setup, {"activation": "linear"}),
    }


def mean_loss(setup: Setup) -> Edits | Refused:
    """The mean over the rows of a batch."""
    if setup.recipe.loss.reduction == "mean":
        return Refused("the loss is averaged over the batch already")
    return {"loss.reduction": None}
