"""A linear model in closed form: ridge regression whose strength the rows themselves choose."""

from dataclasses import dataclass

import numpy as np

from ...trainable import Array

STRENGTHS = np.logspace(-4, 4, 17)  # of the mean variance


@dataclass(frozen=True)
class Ridge:
    """Least squares with a penalty on z = (x - shift) / scale; `left_out` [N, T] are predictions
    of each row by the fit to all others."""

    shift: Array
    scale: Array
    weights: Array
    mean: Array
    left_out: Array

    def predict(self, x: Array) -> Array:
        """The targets of other rows, [B, T]."""
        z = (x.astype(np.float64) - self.shift) / self.scale
        return np.asarray(z @ self.weights + self.mean)


def fit_ridge(x: Array, t: Array) -> Ridge:
    """Fits targets t [N, T] to x [N, D], in the N-dimensional dual, so that D may be large.

    The strength is that of the smallest squared error of rows left out, which the hat matrix gives
    without fitting again. Source: Hoerl & Kennard 1970, Ridge Regression; Allen 1974, The
    Relationship between Variable Selection and Data Augmentation, for rows left out.
    """
    x, t = x.astype(np.float64), t.astype(np.float64)
    shift, scale, mean = x.mean(axis=0), x.std(axis=0), t.mean(axis=0)
    scale = np.where(scale > 1e-12 * np.abs(x).max(axis=0), scale, np.inf)  # a constant: no weight
    z, centred = (x - shift) / scale, t - mean
    values, vectors = np.linalg.eigh(z @ z.T)
    values = np.maximum(values, 0)
    unit = max(float(values.sum()) / max(x.shape[1], 1), 1e-12)
    inside = vectors.T @ centred
    best: tuple[float, Array, Array] | None = None
    for strength in STRENGTHS * unit:
        kept = values / (values + strength)
        leverage = (vectors**2) @ kept + 1 / len(x)  # the mean is fitted too
        error = (centred - vectors @ (kept[:, None] * inside)) / (1 - leverage)[:, None]
        loss = float((error**2).sum())
        if best is None or loss < best[0]:
            best = loss, error, inside / (values + strength)[:, None]
    assert best is not None
    return Ridge(shift, scale, z.T @ (vectors @ best[2]), mean, t - best[1])
