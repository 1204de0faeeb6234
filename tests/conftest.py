"""Over how many processes the tests are spread, each of which computes on one thread."""

import os

import pytest

# The processes share the cores: where OpenMP's threads wait for one another by spinning, PyTorch's
# part of the tests took twenty times as long. Before anything loads it; a pool of BLAS too.
os.environ.setdefault("OMP_NUM_THREADS", "1")


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """One for each core, but none beside this one for files that are named.

    Each process imports and collects everything, which takes longer than most files do.
    """
    named = (config.invocation_params.dir / path.partition("::")[0] for path in config.args)
    return 0 if all(path.is_file() for path in named) else None
