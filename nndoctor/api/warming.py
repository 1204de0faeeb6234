"""Compiles beforehand what usual runs need; what is shipped with a wheel is compiled by this."""

import time

from ..engine import cores
from ..recipe import loads
from ..setup import Setup, build
from ..trainable import Plan
from .diagnosing import checkup
from .examining import activations_report, lr_sweep, overfit_tiny
from .gradients import grad_check

TEXT = '[data]\ngenerator = "spiral"\nn = 30\n[model]\nhidden = [4]\n'

# Units that our recipes name and a checkup tries; rarer ones take a fraction of a second each.
UNITS = (
    """
[data]
generator = "spiral"
n = 30
[[model.layers]]
units = 2
activation = "tanh"
batch_norm = true
[[model.layers]]
units = 2
activation = "leaky_relu"
layer_norm = true
[[model.layers]]
units = 3
activation = "softmax"
[loss]
name = "cross_entropy"
from_logits = false
[optimizer]
name = "adamw"
clip_norm = 1.0
""",
    """
[data]
generator = "moons"
n = 30
[[model.layers]]
units = 2
activation = "sigmoid"
[[model.layers]]
units = 1
[optimizer]
name = "sgd"
weight_decay = 0.01
""",
    """
[data]
generator = "sine"
n = 30
[[model.layers]]
units = 2
activation = "clipped_sigmoid"
[[model.layers]]
units = 2
activation = "exponential"
[[model.layers]]
units = 1
[optimizer]
name = "rmsprop"
""",
    """
[data]
generator = "moons"
n = 30
[[model.layers]]
units = 1
activation = "sigmoid"
[loss]
name = "binary_cross_entropy"
from_logits = false
[training]
ema = 0.9
""",
)


def warm_up(*parts: str) -> float:
    """Compiles all parts or those that are named; answers how many seconds that took."""
    started = time.perf_counter()
    for part in parts or PARTS:
        PARTS[part](_made(TEXT))
    return time.perf_counter() - started


def _single_precision(setup: Setup) -> None:
    activations_report(setup, after=2)
    overfit_tiny(setup)
    lr_sweep(setup)
    checkup(setup, budget=1.0)
    for text in UNITS:
        one = _made(text)
        net = one.trainable.fresh(0)
        net.loss(one.train)  # a batch norm that has seen nothing is looked at in its own way
        net.train(one.train, Plan(1))
    wide = _made(TEXT.replace("[4]", "[1600, 1600]"))
    with cores.allowed(2):  # its products are large, and helped with
        wide.trainable.fresh(0).train(wide.train, Plan(1))


def _double_precision(setup: Setup) -> None:
    grad_check(setup)


# They share next to no function, so that two processes take half the time.
PARTS = {"float32": _single_precision, "float64": _double_precision}


def _made(text: str) -> Setup:
    return build(loads(text, "warm-up"), "warm-up", text)
