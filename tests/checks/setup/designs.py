"""Designs of sound set-ups, to be made sick one fact at a time."""

from dataclasses import replace

from nndoctor.checks.measures.design import Design, Inputs, Targets
from nndoctor.checks.setup import SETUP_CHECKS
from nndoctor.findings import Status
from nndoctor.trainable import Blueprint, LayerPlan, Task

NAN = float("nan")
THREE = Task("classification", "cross_entropy", 3, encoding="class", labels=("a", "b", "c"))
TWO = Task("classification", "binary_cross_entropy", 1, labels=("no", "yes"), values=(0.0, 1.0))
LABELS = Task("multilabel", "binary_cross_entropy", 4, labels=("a", "b", "c", "d"))
NUMBERS = Task("regression", "mse", 1)
STANDARDISED = Targets(-3.0, 3.0, -2.3, 2.3, False, (-3.0, 3.0))
MANY = Targets(0.0, 1.0, 0.0, 1.0, True, (0.0, 3.0))


def layer(units=32, inputs=32, activation="relu", name="layer 1", **changed):
    sound = {"init": "he_normal", "bias": True, "dropout": 0.0, "norm": "", "is_output": False}
    return LayerPlan(name, inputs, units, activation, **{**sound, **changed})


def output(units=3, inputs=32, **changed):
    return layer(
        units, inputs, **{"activation": "linear", "name": "output", **changed}, is_output=True
    )


def stack(*hidden, **changed):
    """Hidden layers with their names and an output layer."""
    named = [replace(plan, name=f"layer {i}") for i, plan in enumerate(hidden, 1)]
    return (*named, output(**changed))


PLAN = Blueprint(
    layers=stack(layer(), layer()),
    parameters=2000,
    optimizer="adam",
    rate=1e-3,
    settings={"beta1": 0.9, "beta2": 0.999, "eps": 1e-8, "bias_correction": 1.0},
    schedule="constant",
    factors=(1.0,) * 10,
    batch_size=32,
    updates=1000,
    epochs=20,
    shuffle=True,
    l1=0.0,
    decay=1e-4,
    rows=1600,
    validation_rows=400,
)


def sound(task=THREE, targets=None, inputs=None, **changed):
    """A design in which nothing is wrong but what is told."""
    plan = replace(PLAN, **changed)
    if targets is None:
        targets = STANDARDISED if task.kind == "regression" else Targets()
    return Design(plan, task, targets, inputs or Inputs(32.0, 4.0))


def plain(rate=0.01, momentum=0.0, **changed):
    """The same under gradient descent."""
    settings = {"momentum": momentum, "nesterov": 0.0, "dampening": 0.0}
    return sound(optimizer="sgd", rate=rate, settings=settings, **changed)


def examined(code, design):
    """The finding of one check, with its usual settings."""
    return next(check for check in SETUP_CHECKS if check.code == code).examine(design)


def status(code, design):
    return examined(code, design).status


def task(base, **changed):
    return replace(base, **changed)


OK, NOTE, WARNING, ERROR, SKIP = Status.OK, Status.NOTE, Status.WARNING, Status.ERROR, Status.SKIP
