"""Singular values, and how many directions a matrix really uses."""

import numpy as np

from ...trainable import Array


def singular_values(matrix: Array) -> Array:
    """The largest first, in float64; NaN all over where an entry is not finite."""
    if not np.isfinite(matrix).all():
        return np.full(min(matrix.shape), np.nan)
    return np.asarray(np.linalg.svd(matrix.astype(np.float64), compute_uv=False))


def effective_rank(matrix: Array) -> float:
    """exp(entropy) of the singular values' shares, columns centred; 0 where all rows are equal.

    1 for rows on a line, r for r directions of equal strength; NaN where an entry is not finite.
    Source: Roy & Vetterli 2007, The effective rank, eq. 4.
    """
    with np.errstate(invalid="ignore"):
        centred = matrix.astype(np.float64) - matrix.mean(axis=0, dtype=np.float64)
    values = singular_values(centred)
    if np.isnan(values).any():
        return np.nan
    # what rounding in float32 leaves of columns that are constant is no direction
    values = values[values > 1e-6 * np.sqrt(len(matrix)) * np.abs(matrix).max(initial=1e-30)]
    if not len(values):
        return 0.0
    shares = values / values.sum()
    return float(np.exp(-(shares * np.log(shares)).sum()))
