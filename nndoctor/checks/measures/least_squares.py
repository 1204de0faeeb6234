"""A small model that needs no training loop: least squares over columns and their squares."""

from collections.abc import Iterator

import numpy as np

from ...trainable import Array

FOLDS = 5
CLIP = 4.0  # standard deviations: one wild value must not decide the fit
RIDGE = 0.01  # of the mean variance, at least; more where there are few rows for the columns
MOST_COLUMNS = 300  # of wider tables, drawn from the seed


def inputs(x: Array, seed: int = 0) -> Array:
    """Standardised columns of x [N, D] and their squares, without constants [N, F]."""
    if x.shape[1] > MOST_COLUMNS:
        rng = np.random.default_rng(np.random.SeedSequence([seed, x.shape[1]]))
        x = x[:, np.sort(rng.choice(x.shape[1], MOST_COLUMNS, replace=False))]
    z = _standardised(x.astype(np.float64))
    return np.asarray(np.hstack([z, _standardised(z**2)]))


def class_probabilities(z: Array, classes: Array, count: int, seed: int = 0) -> Array:
    """Out-of-fold probabilities [N, C] by linear discriminants: normal classes of one covariance.

    Source: Fisher 1936, The Use of Multiple Measurements in Taxonomic Problems; the covariance is
    shrunk towards a multiple of the identity (Friedman 1989, Regularized Discriminant Analysis).
    """
    member = np.asarray(classes[:, None] == np.arange(count), np.float64)
    probabilities = np.empty((len(z), count))
    for rows, held in _folds(len(z), seed):
        own, known = z[rows], member[rows]
        sizes = known.sum(axis=0)
        means = (known.T @ own) / np.maximum(sizes, 1)[:, None]
        scatter = own.T @ own - (means * sizes[:, None]).T @ means
        weights = np.linalg.solve(_shrunk(scatter / len(own), len(own)), means.T)
        with np.errstate(divide="ignore"):  # a class without rows here: never predicted
            priors = np.log(sizes / len(own))
        scores = z[held] @ weights - 0.5 * (means * weights.T).sum(axis=1) + priors
        scores = np.exp(scores - scores.max(axis=1, keepdims=True))
        probabilities[held] = scores / scores.sum(axis=1, keepdims=True)
    return probabilities


def predictions(z: Array, y: Array, seed: int = 0) -> Array:
    """Out-of-fold predictions of y [N] by ridge regression [N]."""
    predicted = np.empty(len(z))
    for rows, held in _folds(len(z), seed):
        own, centre, mean = z[rows], z[rows].mean(axis=0), y[rows].mean()
        covariance = (own - centre).T @ (own - centre) / len(own)
        weights = np.linalg.solve(
            _shrunk(covariance, len(own)), (own - centre).T @ (y[rows] - mean) / len(own)
        )
        predicted[held] = mean + (z[held] - centre) @ weights
    return predicted


def filled(x: Array) -> Array:
    """Missing and infinite values replaced by the median of their column; 0 where all are."""
    full = x.astype(np.float64)
    for column in full.T:
        known = np.isfinite(column)
        column[~known] = np.median(column[known]) if known.any() else 0.0
    return full


def unit(x: Array) -> Array:
    """Columns divided by their largest magnitude, so that squares neither overflow nor vanish."""
    span = np.abs(x).max(axis=0)
    return np.asarray(x / np.where(span > 0, span, 1.0))


def _standardised(x: Array) -> Array:
    """Columns of mean 0 and deviation 1, cut off at `CLIP`; constants are left out."""
    x = unit(x)
    deviation = x.std(axis=0)
    x, deviation = x[:, deviation > 1e-12], deviation[deviation > 1e-12]
    return np.asarray(np.clip((x - x.mean(axis=0)) / deviation, -CLIP, CLIP))


def _shrunk(covariance: Array, rows: int) -> Array:
    size = len(covariance)
    share = min(max(RIDGE, size / rows / 10), 1.0)
    return np.asarray(covariance + share * max(np.trace(covariance) / size, 1e-12) * np.eye(size))


def _folds(n: int, seed: int) -> Iterator[tuple[Array, Array]]:
    """Rows to fit on and rows held out, each row held out once."""
    order = np.random.default_rng(np.random.SeedSequence([seed, n])).permutation(n)
    for k in range(FOLDS):
        held = np.sort(order[k::FOLDS])
        yield np.setdiff1d(order, held, assume_unique=True), held
