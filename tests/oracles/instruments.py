"""What a look at a layer should see."""

import numpy as np

from . import activations

STEEPEST = {"tanh": 1.0, "sigmoid": 0.25, "softsign": 1.0, "hard_sigmoid": 1 / 6, "hard_tanh": 1.0}

SETTINGS = {"prelu": 0.25}


def look(name, z, share):
    """Mean, std, share of zeros, share of entries whose slope is under `share` of the largest."""
    a = activations.value(name, z, SETTINGS.get(name, 0.0))
    flat = 0.0
    if name in STEEPEST:
        flat = (activations.SLOPES[name](z, 0.0) < share * STEEPEST[name]).mean()
    return a.mean(), a.std(), (a == 0).mean(), flat


def norm(matrix):
    return np.sqrt((np.asarray(matrix, float) ** 2).sum())
