"""Why a dead unit is dead: its bias, its weights, or nothing that reaches it."""

import numpy as np

from ...trainable import Array, Batch, HasGradients, HasValues

UNKNOWN, BIAS, WEIGHTS, INPUT = "unknown cause", "bias", "weights", "lack of input"


def causes_of_death(model: HasValues, probe: Batch, layer: str, dead: Array) -> dict[str, int]:
    """How many of a layer's `dead` units [n] are so by which cause.

    By bias: without it the unit would fire on some row. By weights: it would not. By lack of
    input: all that the layer gets is zero on every row.
    """
    if not dead.any():
        return {}
    if not isinstance(model, HasGradients):
        return {UNKNOWN: int(dead.sum())}
    values, parameters = model.values(probe), model.parameters()
    names = list(values)
    before = names.index(layer) - 1
    inputs = values[names[before]] if before >= 0 else probe.x
    weights = parameters.get(f"{layer} weights")
    # a norm between weights and activation has its own shift
    if weights is None or f"{layer} gain and shift" in parameters:
        return {UNKNOWN: int(dead.sum())}
    if weights.shape != (inputs.shape[1], len(dead)):
        return {UNKNOWN: int(dead.sum())}
    if not inputs.any():
        return {INPUT: int(dead.sum())}
    with np.errstate(over="ignore", invalid="ignore"):
        fires = (inputs @ weights > 0).any(axis=0)
    return {BIAS: int((dead & fires).sum()), WEIGHTS: int((dead & ~fires).sum())}
