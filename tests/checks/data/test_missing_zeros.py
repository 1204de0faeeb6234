"""ND120: zeros that stand for missing values are told from zeros that were counted or measured."""

import numpy as np
import pytest
from sklearn.datasets import load_digits

from nndoctor.checks.data.missing_zeros import MissingZeros, Zeros
from nndoctor.checks.data.sentinel_values import SentinelValues
from nndoctor.findings import Status

from .tables import SEEDS, normal, table

OK, NOTE, WARNING = Status.OK, Status.NOTE, Status.WARNING

MEASURED = {
    "pressure": lambda rng, n: np.round(rng.normal(72, 12, n)),
    "body mass": lambda rng, n: np.round(np.exp(rng.normal(3.45, 0.2, n)), 1),
    "insulin": lambda rng, n: np.round(np.exp(rng.normal(4.8, 0.6, n))),
    "year": lambda rng, n: rng.integers(1930, 2010, n),
}
POSSIBLE = {
    "counts": lambda rng, n: rng.poisson(5, n),
    "children": lambda rng, n: rng.poisson(0.7, n),
    "zero-inflated counts": lambda rng, n: rng.poisson(4, n) * (rng.random(n) < 0.6),
    "skewed counts": lambda rng, n: rng.negative_binomial(1, 0.05, n),
    "amounts": lambda rng, n: rng.exponential(300, n) * (rng.random(n) < 0.7),
    "rain": lambda rng, n: np.round(rng.gamma(0.7, 5, n) * (rng.random(n) < 0.5), 1),
    "rare gains": lambda rng, n: np.round(np.exp(rng.normal(8, 1, n)) * (rng.random(n) < 0.08)),
    "wide amounts": lambda rng, n: np.exp(rng.normal(5, 2, n)) * (rng.random(n) < 0.6),
    "hours": lambda rng, n: rng.integers(0, 24, n),
    "per cent": lambda rng, n: np.round(100 * rng.beta(1, 3, n)),
    "clipped": lambda rng, n: np.maximum(rng.normal(size=n), 0),
    "either side": lambda rng, n: rng.normal(10, 30, n) * (rng.random(n) < 0.8),
    "grades": lambda rng, n: rng.choice([0, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16], n),
}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("share", [0.03, 0.3])
@pytest.mark.parametrize("kind", MEASURED)
def test_zeros_among_what_is_never_0_are_found(seed, share, kind):
    rng = np.random.default_rng(seed)
    x, y = normal(seed, 700)
    x[:, 3] = MEASURED[kind](rng, 700)
    x[rng.random(700) < share, 3] = 0.0
    found = MissingZeros().examine(table(x, y))
    assert (found.status, found.where.column) == (NOTE if kind == "insulin" else WARNING, "x3")
    assert found.evidence[0].rows[0][1] == (x[:, 3] == 0).sum()
    assert SentinelValues().examine(table(x, y)).status is OK  # said once


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("n", [200, 2000])
@pytest.mark.parametrize("kind", POSSIBLE)
def test_zeros_that_are_counted_or_measured_are_left_alone(seed, n, kind):
    x, y = normal(seed, n)
    x[:, 3] = POSSIBLE[kind](np.random.default_rng(seed), n)
    assert MissingZeros().examine(table(x, y)).status is OK


def test_pixels_are_left_alone():
    digits = load_digits()
    assert MissingZeros().examine(table(digits.data, digits.target)).status is OK
    assert MissingZeros().examine(table(digits.data * 16 - (digits.data > 0))).status is OK


def test_where_most_are_0_it_may_be_meant():
    rng = np.random.default_rng(0)
    x, y = normal(0, 700)
    x[:, 1] = np.round(rng.normal(72, 12, 700)) * (rng.random(700) < 0.4)
    assert MissingZeros().examine(table(x, y)).status is NOTE
    x[:, 1] = np.round(rng.normal(72, 20, 700)) * (rng.random(700) < 0.1)
    assert MissingZeros().examine(table(x, y)).status is OK


def zeros(count=30, crowd=5, gap=9.0, share_of_median=0.5, ranges=0.5, index=3.0, z=5.0):
    """Of a hundred rows."""
    return Zeros("a", 100, count, crowd, 20.0, gap, share_of_median, ranges, index, z)


@pytest.mark.parametrize(
    ("seen", "status"),
    [
        (zeros(), WARNING),
        (zeros(z=3.4), NOTE),
        (zeros(count=50), NOTE),
        (zeros(count=67), OK),
        (zeros(count=67, ranges=1.0), NOTE),
        (zeros(crowd=30), OK),
        (zeros(gap=4.0), OK),
        (zeros(share_of_median=0.04), OK),
        (zeros(index=1.9), OK),
    ],
)
def test_judging(seen, status):
    assert MissingZeros().judge([seen]).status is status
