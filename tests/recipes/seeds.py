"""Seeds of whole runs: the first at once, the others with the tests that take long."""

import pytest

SEEDS = (0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (1, 2)))
