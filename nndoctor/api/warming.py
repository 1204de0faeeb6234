"""Compiles beforehand what usual runs need."""

import time
from collections.abc import Iterator
from itertools import zip_longest

from ..adapters.dense import Dense, Unit
from ..adapters.mlp import MLP
from ..engine.activations import ACTIVATIONS
from ..engine.losses import LOSSES
from ..engine.normalization import NORMALIZATIONS
from ..engine.optimizers import OPTIMIZERS
from ..recipe import loads
from ..setup import build
from ..trainable import Task
from .diagnosing import checkup
from .examining import activations_report, lr_sweep, overfit_tiny
from .gradients import grad_check

TEXT = '[data]\ngenerator = "spiral"\nn = 30\n[model]\nhidden = [4]\n'


def warm_up() -> float:
    """Answers how many seconds that took."""
    setup = build(loads(TEXT, "warm-up"), "warm-up", TEXT)
    started = time.perf_counter()
    activations_report(setup, after=2)
    overfit_tiny(setup)
    lr_sweep(setup)
    grad_check(setup)
    checkup(setup, budget=1.0)
    for network in _of_every_unit():
        network.net()
        network.objective()
        network.rule(network.optimizer.name)
    return time.perf_counter() - started


def _of_every_unit() -> Iterator[MLP]:
    """Networks that have among them every loss, optimizer, activation and normalization."""
    start, norms = Unit("he_normal"), ("", *NORMALIZATIONS)
    layers = tuple(
        Dense(2, Unit(name), start, norm=norms[place % len(norms)])
        for place, name in enumerate(ACTIVATIONS)
    )
    stages = {"clip_value": 1.0, "clip_norm": 1.0, "weight_decay": 1.0, "max_norm": 1.0, "ema": 0.5}
    for loss, optimizer in zip_longest(LOSSES, OPTIMIZERS):
        name, from_logits = loss or ("mse", True)
        task = Task("regression", name, 2, from_logits)
        yield MLP(task, 2, layers, Unit(optimizer or "sgd"), **stages)
