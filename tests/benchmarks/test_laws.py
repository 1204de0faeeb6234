"""The laws of the population have the moments that their formulas say."""

import numpy as np
import pytest
from laws import LAWS, law
from sources import CLASSES

# mean and variance of the target, by hand
MOMENTS = {
    "plane": (0.0, 1.1),
    "sparse": (0.0, 1.1),
    # E sin(pi a b) and its square by numerical integration
    "friedman": (14.413, 24.8),
    "sine": (0.0, 0.5 + 0.04),
    "saddle": (0.0, 1 / 9 + 0.01),
    "rare": (0.1, 0.09),
    "blobs": (1.0, 2 / 3),
    **dict.fromkeys(("logistic", "crowd", "rings", "moons", "xor"), (0.5, 0.25)),
}
ROWS = 40_000


def rows(name, seed=0):
    table = law(name, np.random.default_rng(seed)).table(ROWS, np.random.default_rng(seed + 1))
    return table.x, table.y[:, 0]


@pytest.mark.parametrize("name", MOMENTS)
def test_targets_have_the_moments_of_their_formula(name):
    mean, variance = MOMENTS[name]
    _, y = rows(name)
    assert y.mean() == pytest.approx(mean, abs=5 * np.sqrt(variance / ROWS))
    assert y.var() == pytest.approx(variance, rel=0.04)


@pytest.mark.parametrize("name", LAWS)
def test_rows_are_finite_and_those_of_one_law_are_alike(name):
    drawn = law(name, np.random.default_rng(3))
    first, second = (drawn.table(ROWS, np.random.default_rng(seed)) for seed in (4, 5))
    assert np.isfinite(first.x).all()
    assert first.y.shape == (ROWS, 1)
    assert not np.array_equal(first.x, second.x)
    spread = first.y.std() * np.sqrt(2 / ROWS)
    assert abs(first.y.mean() - second.y.mean()) < 5 * spread
    assert (LAWS[name][0] == CLASSES) == (set(np.unique(first.y)) <= {0.0, 1.0, 2.0})


def test_a_step_is_where_its_law_puts_it():
    at = np.random.default_rng(0).uniform(-0.3, 0.3)
    x, y = rows("step")
    assert y[x[:, 0] > at].mean() == pytest.approx(1, abs=0.01)
    assert y[x[:, 0] < at].mean() == pytest.approx(-1, abs=0.01)


def test_tails_are_heavy_and_columns_of_noise_say_nothing():
    x, _ = rows("tails")
    assert np.abs(x).max() > 20  # of 200 000 normal numbers none is beyond 6
    x, y = rows("crowd")
    related = np.abs(np.corrcoef(x.T, y)[-1, :-1])
    assert (related > 0.025).sum() <= 3  # five standard errors of nothing


def test_linear_models_see_nothing_of_xor_and_saddles():
    for name in ("xor", "saddle"):
        x, y = rows(name)
        assert np.abs(np.corrcoef(x.T, y)[-1, :-1]).max() < 0.025
