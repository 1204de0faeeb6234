"""Changes of the data: scaling, encoding, order, weights of the classes."""

import numpy as np

from ...diagnosis.subject import Refused
from ...setup import Setup
from .editing import Edits, layers_of, output_edits

TINY = 0.1  # median standard deviation of the columns below which they were scaled twice
UNEVEN = 3.0  # largest class over smallest
BOUNDED = {"sigmoid", "hard_sigmoid", "clipped_sigmoid"}  # outputs in 0..1


def _scaled(setup: Setup) -> Edits | Refused:
    """Standardised inputs, unless they already are as good as that."""
    if setup.recipe.data.preprocess.features in ("standardize", "whiten"):
        return Refused("the inputs are standardised already")
    x = setup.train.x.astype(np.float64)
    mean, std = x.mean(axis=0), x.std(axis=0)
    std = std[std > 0]
    fine = bool(len(std)) and std.min() > 0.5 and std.max() < 2 and np.abs(mean).max() < 0.5
    if fine:
        return Refused("the inputs are near mean 0 and standard deviation 1 as they are")
    way = setup.recipe.data.preprocess
    ways = {"components": way.components, "divisor": way.divisor}
    gone = {f"data.preprocess.{key}": None for key, value in ways.items() if value}
    return {"data.preprocess.features": "standardize", **gone}


def _tiny(setup: Setup) -> bool:
    std = setup.train.x.std(axis=0)
    std = std[std > 0]
    return bool(len(std)) and float(np.median(std)) < TINY and float(std.max()) < 0.5


def standardised_inputs(setup: Setup) -> Edits | Refused:
    """For inputs that were never scaled."""
    if _tiny(setup):
        return Refused("the inputs hardly vary, as if they had been scaled twice")
    return _scaled(setup)


def inputs_scaled_once(setup: Setup) -> Edits | Refused:
    """The same for inputs that hardly vary."""
    if not _tiny(setup):
        return Refused("the inputs vary enough not to have been scaled twice")
    return _scaled(setup)


def scaled_target(setup: Setup) -> Edits | Refused:
    """Standardised, or between 0 and 1 for an output that gives no other numbers."""
    if setup.trainable.task.kind != "regression":
        return Refused("only the target of a regression is scaled")
    if setup.recipe.data.preprocess.target != "none":
        return Refused("the target is scaled already")
    y = setup.train.y.astype(np.float64)
    mean, std = np.abs(y.mean(axis=0)).max(), y.std(axis=0)
    if layers_of(setup)[-1].activation.name in BOUNDED:
        inside = y.min() >= 0 and y.max() <= 1
        if inside:
            return Refused("the target lies between 0 and 1, as the output does")
        return {"data.preprocess.target": "minmax"}
    if std.min() > 0.5 and std.max() < 2 and mean < 1:
        return Refused("the target is near mean 0 and standard deviation 1 as it is")
    return {"data.preprocess.target": "standardize"}


def one_unit_a_class(setup: Setup) -> Edits | Refused:
    """For more than two classes that stand as numbers on one unit."""
    task = setup.trainable.task
    if task.kind != "classification":
        return Refused("the target is not one of several classes")
    if len(task.labels) < 3:
        return Refused("there are only two classes, which one unit can tell apart")
    if task.outputs > 1:
        return Refused("the classes have output units of their own")
    units = {} if setup.recipe.model.layers is None else {"units": len(task.labels)}
    return {
        "data.target_encoding": "class",
        "loss.name": "cross_entropy",
        "loss.from_logits": None,
        "loss.delta": None,
        **output_edits(setup, {**units, "activation": "linear"}),
    }


def balanced_classes(setup: Setup) -> Edits | Refused:
    """Weights that make each class count alike, where their sizes differ."""
    task = setup.trainable.task
    known = task.encoding == "class" or task.values == tuple(range(len(task.values)))
    if task.kind != "classification" or not known:
        return Refused("the targets are not encoded as classes, so none can be weighted")
    if setup.recipe.loss.class_weights is not None:
        return Refused("the classes are weighted already")
    counts = np.bincount(setup.train.y[:, 0].astype(np.int64), minlength=len(task.labels))
    if counts.max() < UNEVEN * max(counts.min(), 1):
        return Refused(f"no class has {UNEVEN:g} times the rows of another")
    return {"loss.class_weights": "balanced"}


def shuffled(setup: Setup) -> Edits | Refused:
    """A new order of the rows each epoch."""
    if setup.recipe.training.shuffle:
        return Refused("the rows are shuffled already")
    return {"training.shuffle": None}
