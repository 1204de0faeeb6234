"""Changes of the data: scaling, encoding, order, weights of the classes."""

import numpy as np

from ...setup import Setup
from .editing import Edits, Ladder, ladder, layers_of, output_edits

TINY = 0.1  # median standard deviation of the columns below which they were scaled twice
UNEVEN = 3.0  # largest class over smallest
BOUNDED = {"sigmoid", "hard_sigmoid", "clipped_sigmoid"}  # outputs in 0..1


def _scaled(setup: Setup) -> Edits:
    """Standardised inputs, unless they already are as good as that."""
    if setup.recipe.data.preprocess.features in ("standardize", "whiten"):
        return {}
    x = setup.train.x.astype(np.float64)
    mean, std = x.mean(axis=0), x.std(axis=0)
    std = std[std > 0]
    fine = bool(len(std)) and std.min() > 0.5 and std.max() < 2 and np.abs(mean).max() < 0.5
    return {} if fine else {"data.preprocess.features": "standardize"}


def _tiny(setup: Setup) -> bool:
    std = setup.train.x.std(axis=0)
    std = std[std > 0]
    return bool(len(std)) and float(np.median(std)) < TINY and float(std.max()) < 0.5


def standardised_inputs(setup: Setup) -> Ladder:
    """For inputs that were never scaled."""
    return [] if _tiny(setup) else ladder(_scaled(setup))


def inputs_scaled_once(setup: Setup) -> Ladder:
    """The same for inputs that hardly vary."""
    return ladder(_scaled(setup)) if _tiny(setup) else []


def scaled_target(setup: Setup) -> Ladder:
    """Standardised, or between 0 and 1 for an output that gives no other numbers."""
    if setup.trainable.task.kind != "regression" or setup.recipe.data.preprocess.target != "none":
        return []
    y = setup.train.y.astype(np.float64)
    mean, std = np.abs(y.mean(axis=0)).max(), y.std(axis=0)
    if layers_of(setup)[-1].activation.name in BOUNDED:
        inside = y.min() >= 0 and y.max() <= 1
        return [] if inside else [{"data.preprocess.target": "minmax"}]
    fine = std.min() > 0.5 and std.max() < 2 and mean < 1
    return [] if fine else [{"data.preprocess.target": "standardize"}]


def one_unit_a_class(setup: Setup) -> Ladder:
    """For more than two classes that stand as numbers on one unit."""
    task = setup.trainable.task
    if task.kind != "classification" or task.outputs > 1 or len(task.labels) < 3:
        return []
    units = {} if setup.recipe.model.layers is None else {"units": len(task.labels)}
    return [
        {
            "data.target_encoding": "class",
            "loss.name": "cross_entropy",
            "loss.from_logits": None,
            "loss.delta": None,
            **output_edits(setup, {**units, "activation": "linear"}),
        }
    ]


def balanced_classes(setup: Setup) -> Ladder:
    """Weights that make each class count alike, where their sizes differ."""
    task = setup.trainable.task
    known = task.encoding == "class" or task.values == tuple(range(len(task.values)))
    if task.kind != "classification" or not known or setup.recipe.loss.class_weights is not None:
        return []
    counts = np.bincount(setup.train.y[:, 0].astype(np.int64), minlength=len(task.labels))
    uneven = counts.max() >= UNEVEN * max(counts.min(), 1)
    return [{"loss.class_weights": "balanced"}] if uneven else []


def shuffled(setup: Setup) -> Ladder:
    """A new order of the rows each epoch."""
    return [] if setup.recipe.training.shuffle else [{"training.shuffle": None}]
