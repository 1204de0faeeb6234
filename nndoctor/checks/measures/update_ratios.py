"""How large updates are beside the weights they change."""

import numpy as np

from ...trainable import Array
from .course import Course

HEALTHY = 1e-3  # CS231n notes, neural-networks-3


def ratios_of(seen: Course, learning: bool = False) -> Array:
    """Update norm over weight norm [R, L]: NaN where the weights are zero, else never NaN."""
    update, weight = seen.seen("update_norm", learning), seen.seen("weight_norm", learning)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        ratio = update / weight
    return np.where(weight == 0, np.nan, np.where(np.isnan(ratio), np.inf, ratio))


def medians(seen: Course) -> dict[str, float]:
    """By layer, over the looks while it learns; layers without weights or frozen are left out."""
    ratios = ratios_of(seen, learning=True)
    return {
        name: float(np.nanmedian(column))
        for name, column in zip(seen.trace.layers, ratios.T, strict=True)
        if not np.isnan(column).all() and name not in seen.frozen
    }
