"""What matrices of weights do to lengths: histograms, singular values, eigenvalues, products."""

from collections.abc import Mapping

import numpy as np

from ..checks.measures.singular_values import effective_rank, singular_values
from ..findings import Cell, Curves, Histogram, Series, Table
from ..trainable import Array

BINS = 60


def histograms(weights: Mapping[str, Array]) -> Table:
    """One row a layer, all over the same range."""
    finite = {name: w[np.isfinite(w)].astype(np.float64) for name, w in weights.items()}
    every = np.concatenate([np.zeros(0), *finite.values()])
    low, high = (float(every.min()), float(every.max())) if every.size else (0.0, 0.0)
    room = 0.0 if high > low else abs(low) * 1e-3 or 1e-3
    span = low - room, high + room
    rows: list[tuple[Cell, ...]] = [
        (
            name,
            " x ".join(map(str, weights[name].shape)),
            float(w.mean()) if w.size else None,
            float(w.std()) if w.size else None,
            1 - w.size / weights[name].size,
            Histogram(tuple(np.histogram(w, BINS, span)[0].tolist()), *span),
        )
        for name, w in finite.items()
    ]
    columns = ("layer", "shape", "mean", "std", "not finite", "histogram")
    return Table(
        "weights by layer", columns, tuple(rows), "inputs x units; one axis for all layers"
    )


def spectra(weights: Mapping[str, Array]) -> Table:
    """Of each matrix, and of the products from the first one on."""
    rows = [_row(name, w) for name, w in weights.items()]
    names = list(weights)
    product = weights[names[0]].astype(np.float64)
    with np.errstate(all="ignore"):
        for name in names[1:]:
            if product.shape[1] != weights[name].shape[0]:
                break  # maxout, whose pieces are more than its units
            product = product @ weights[name].astype(np.float64)
            rows.append(_row(f"{names[0]} to {name}", product))
    return Table(
        "stretch of each matrix and of products",
        ("matrix", "largest", "smallest", "condition", "effective rank", "|eigenvalue|"),
        tuple(rows),
        "singular values: how much a length grows at most and at least; products are of the "
        "weights alone, as if all layers were linear; |eigenvalue|: the largest of a square matrix",
    )


def values_by_size(weights: Mapping[str, Array]) -> Curves:
    """All singular values, largest first."""
    lines = []
    for name, w in weights.items():
        found = singular_values(w)
        lines.append(
            Series(
                name,
                tuple(float(i) for i in range(1, len(found) + 1)),
                tuple(map(float, found)),
                "number",
                "singular value",
                log_y=True,
            )
        )
    return Curves("singular values", tuple(lines))


def _row(name: str, matrix: Array) -> tuple[Cell, ...]:
    found = singular_values(matrix)
    largest, smallest = float(found[0]), float(found[-1])
    with np.errstate(all="ignore"):
        condition = float(np.divide(largest, smallest))
    square = matrix.shape[0] == matrix.shape[1] and bool(np.isfinite(matrix).all())
    eigen = float(np.abs(np.linalg.eigvals(matrix.astype(np.float64))).max()) if square else None
    return name, largest, smallest, condition, effective_rank(matrix), eigen
