"""Rows on both sides of a random split, against many random splits."""

import numpy as np
import pytest

from nndoctor.checks.measures.random_split import Spread, shared_by_chance

SPLITS = 4000


def counted(sizes, held):
    rng = np.random.default_rng(0)
    groups = np.repeat(np.arange(len(sizes)), sizes)
    mixed = (rng.permutation(groups) for _ in range(SPLITS))
    return np.array([np.isin(m[:held], m[held:]).sum() for m in mixed])


@pytest.mark.parametrize(
    ("sizes", "held"),
    [
        ([3, 3, 2, 1, 1, 5], 6),
        ([2] * 50, 20),
        ([1] * 30 + [2] * 10 + [7], 10),
        ([2, 2], 3),
        ([4, 1], 1),
        ([1, 1, 40], 30),
    ],
)
def test_mean_and_deviation_are_those_of_random_splits(sizes, held):
    told, seen = shared_by_chance(np.array(sizes), held), counted(sizes, held)
    assert told.mean == pytest.approx(seen.mean(), abs=4 * seen.std() / SPLITS**0.5 + 1e-9)
    assert told.deviation == pytest.approx(seen.std(), rel=0.05, abs=1e-6)


@pytest.mark.parametrize(
    ("sizes", "held", "mean"),
    [([200, 200], 100, 100), ([1] * 9, 4, 0), ([4], 4, 0), ([4], 1, 1), ([1] * 9, 9, 0)],
)
def test_what_is_sure(sizes, held, mean):
    told = shared_by_chance(np.array(sizes), held)
    assert told.mean == pytest.approx(mean, abs=1e-6)
    assert told.deviation == pytest.approx(0.0, abs=1e-3)
    assert told.reaches(mean, 3.0)
    assert not told.reaches(mean + 1, 3.0)


def test_large_tables_lose_no_digits():
    sizes = np.concatenate([np.full(400_000, 1), np.full(100_000, 2)])
    told = shared_by_chance(sizes, 120_000)
    assert told.mean == pytest.approx(2 * 100_000 * 0.2 * 0.8, rel=1e-4)
    assert 0.8 < told.deviation / np.sqrt(100_000 * 0.32 * 0.68) < 1.2


def test_nan_is_no_chance():
    assert not Spread(np.nan, 1.0).reaches(1, 3.0)
