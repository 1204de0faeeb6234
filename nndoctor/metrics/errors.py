"""Errors of numbers: how large, in the units of the data."""

from dataclasses import dataclass

import numpy as np

from ..trainable import Array


@dataclass(frozen=True)
class Errors:
    """Of one target: R^2, mean absolute error, root mean square, mean (the bias), largest."""

    r_squared: float
    absolute: float
    root_square: float
    bias: float
    largest: float


def errors(true: Array, given: Array) -> Errors:
    """Of one target column [B]; infinite where an answer is not finite."""
    from sklearn.metrics import mean_absolute_error, r2_score, root_mean_squared_error

    if not np.isfinite(given).all():
        return Errors(-np.inf, np.inf, np.inf, np.nan, np.inf)
    varies = bool((true != true[0]).any())
    return Errors(
        float(r2_score(true, given)) if varies else -np.inf,
        float(mean_absolute_error(true, given)),
        float(root_mean_squared_error(true, given)),
        float((given - true).mean()),
        float(np.abs(given - true).max()),
    )
