"""Whether all weights of a unit are pushed the same way, as inputs of one sign make it."""

import numpy as np

from ...trainable import Array, Batch, HasGradients
from .arrays_by_layer import by_layer

ROWS = 20  # one gradient each


def one_signed(model: HasGradients, batch: Batch) -> dict[str, tuple[float, float]]:
    """By layer, the share of units whose weight gradients have one sign: row by row, and together.

    Of units that get a gradient; NaN where none does. One row's gradient is input times the slope
    of the unit, so inputs that are all positive leave a unit's weights no other direction than up
    together or down together, and descent zigzags (CS231n lecture 5). Over many rows signs mix.
    """
    few = batch.sample(ROWS)
    rows = [_weights(model, few.rows(slice(k, k + 1))) for k in range(len(few))]
    together = _weights(model, batch)
    return {
        layer: (_share([row[layer] for row in rows]), _share([whole]))
        for layer, whole in together.items()
    }


def _weights(model: HasGradients, batch: Batch) -> dict[str, Array]:
    arrays = by_layer(model.gradients(batch, regularised=False))
    return {layer: kinds["weights"] for layer, kinds in arrays.items()}


def _share(gradients: list[Array]) -> float:
    """Of all columns that are not zero and have several entries that are not."""
    signs = np.concatenate([np.sign(g) for g in gradients], axis=1)
    moving = (np.count_nonzero(signs, axis=0) > 1) & np.isfinite(signs).all(axis=0)
    if not moving.any():
        return np.nan
    return float((np.abs(signs.sum(axis=0)) == np.count_nonzero(signs, axis=0))[moving].mean())
