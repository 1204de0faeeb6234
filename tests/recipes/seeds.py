"""Seeds that a result holds for: the first at once, the others with the tests that take long."""

import pytest


def seeds(count: int) -> tuple:
    return (0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(1, count)))


SEEDS = seeds(3)
