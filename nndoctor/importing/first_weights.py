"""The rule that first weights look drawn by."""

from typing import Any

import numpy as np

from ..trainable import Array

ENOUGH = 20  # numbers, below which a deviation says nothing about the rule
NEAR = 0.3  # of the deviation that the rule gives
BROAD = 2.2  # times its deviation no uniform number is away from the mean, which is 1.73 there


def drawn_like(weight: Array, bias: Array | None) -> dict[str, Any]:
    """`init` and `bias_init` of a layer, for W [D_in, D_out] and b [D_out] as PyTorch made them."""
    bound = 1 / np.sqrt(max(len(weight), 1))
    starts = {"init": _rule(weight, bound)}
    if bias is not None:
        starts["bias_init"] = _rule(bias, bound)
    return starts


def _rule(values: Array, bound: float) -> str:
    """PyTorch's own rule where they may be of it, else the distribution with their moments."""
    v = np.asarray(values, np.float64).ravel()
    if not np.isfinite(v).all():
        return "fan_in_uniform"
    if (v.size > 1 and np.ptp(v) == 0) or (v.size == 1 and v[0] == 0):
        return "zeros" if v[0] == 0 else f"constant({v[0]:.6g})"
    usual = bound / np.sqrt(3)
    within = np.abs(v).max() <= bound * (1 + 1e-6)
    if within and (v.size < ENOUGH or abs(v.std() / usual - 1) < NEAR):
        return "fan_in_uniform"
    mean = 0.0 if abs(v.mean()) < 3 * v.std() / np.sqrt(v.size) else v.mean()
    if v.size >= ENOUGH and np.abs(v - v.mean()).max() <= BROAD * v.std():
        return f"uniform({v.min():.4g}, {v.max():.4g})"
    return f"normal({mean:.4g}, {v.std():.4g})"
