"""The principal axes of a cloud of rows: in which directions it varies, and by how much."""

from collections.abc import Iterable

import numpy as np

from nndoctor.trainable import Array

# Of the largest variance: what varies less is rounding, also where the data are float32.
EPS = 1e-12


def principal_axes(pieces: Iterable[Array], rows: int, columns: int) -> tuple[Array, Array]:
    """Orthonormal axes [D, K], K = min(N, D), and standard deviations [K], largest first.

    `pieces` are the N rows, less their mean, in float64. Deviations are over N - 1, and each
    axis points where its largest entry is positive, both as scikit-learn has them. A direction
    without variance gets the largest deviation, so that dividing neither blows up rounding nor
    what new rows have there; 1 where all rows are equal.
    """
    if columns <= rows:
        covariance = np.zeros((columns, columns))
        for piece in pieces:
            covariance += piece.T @ piece
        squares, axes = np.linalg.eigh(covariance)
        squares, axes = squares[::-1], axes[:, ::-1]
    else:
        _, singular, directions = np.linalg.svd(np.concatenate(list(pieces)), full_matrices=False)
        squares, axes = singular**2, directions.T
    variance = squares / max(rows - 1, 1)
    largest = variance[0] if variance[0] > 0 else 1.0
    variance = np.where(variance > EPS * largest, variance, largest)
    tops = np.take_along_axis(axes, np.abs(axes).argmax(axis=0)[None], axis=0)
    return axes * np.sign(tops), np.sqrt(variance)
