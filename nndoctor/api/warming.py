"""Compiles beforehand what usual runs need."""

import time

from ..recipe import loads
from ..setup import build
from .diagnosing import checkup
from .examining import activations_report, lr_sweep, overfit_tiny

TEXT = '[data]\ngenerator = "spiral"\nn = 30\n[model]\nhidden = [4]\n'


def warm_up() -> float:
    """Answers how many seconds that took."""
    setup = build(loads(TEXT, "warm-up"), "warm-up", TEXT)
    started = time.perf_counter()
    activations_report(setup, after=2)
    overfit_tiny(setup)
    lr_sweep(setup)
    checkup(setup, budget=1.0)
    return time.perf_counter() - started
