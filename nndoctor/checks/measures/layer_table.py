"""One row a layer: what a run did to it."""

import numpy as np

from ...findings import Cell, Series, Table
from .course import Course
from .update_ratios import medians


def layer_table(seen: Course) -> Table:
    """Updates, gradients and weights of each layer, in the order of the network."""
    ratios = medians(seen) if len(seen.trace.looks) else {}
    gradients, norms = seen.seen("gradient_norm", learning=True), seen.seen("weight_norm")
    rows: list[tuple[Cell, ...]] = []
    for index, layer in enumerate(seen.trace.layers):
        looked = len(norms) > 0
        rows.append(
            (
                layer,
                ratios.get(layer),
                float(np.median(gradients[:, index])) if looked else None,
                float(norms[0, index]) if looked else None,
                float(norms[-1, index]) if looked else None,
                seen.moved.get(layer),
            )
        )
    columns = ("layer", "update / weight", "gradient norm", "weights first", "last", "moved")
    return Table(
        "layers while training",
        columns,
        tuple(rows),
        "medians while the loss falls; about 1e-3 is healthy (CS231n); moved: how far the weights "
        "came, relative to their norm",
    )


def loss_curve(seen: Course) -> Series:
    """The loss of the same rows over epochs."""
    epochs = tuple(float(at) / seen.epoch_updates for at in seen.moments)
    low, high = float(seen.losses.min()), float(seen.losses.max())
    return Series(
        "loss on the same training rows",
        epochs,
        tuple(float(x) for x in seen.losses),
        "epoch",
        "loss",
        log_y=low > 0 and high > 20 * low and np.isfinite(high),
    )
