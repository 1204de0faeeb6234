"""Which tests are run, over how many processes, each of which computes on one thread."""

import gc
import os

import hypothesis
import pytest

# No test is timed: on a busy machine, or where the first call compiles, an example takes long.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")

# The processes share the cores: where OpenMP's threads wait for one another by spinning, PyTorch's
# part of the tests took twenty times as long. Before anything loads it; a pool of BLAS too.
os.environ.setdefault("OMP_NUM_THREADS", "1")


def pytest_configure(config: pytest.Config) -> None:
    """Files that are named are run with what is marked slow in them."""
    if _names_files(config) and config.option.markexpr == "not slow":
        config.option.markexpr = ""


def pytest_collection_finish() -> None:
    """What thousands of tests are described by is no garbage: nobody looks for any in it again."""
    gc.collect()
    gc.freeze()


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """One for each core, but none beside this one for files that are named.

    Each process imports and collects everything, which takes longer than most files do.
    """
    return 0 if _names_files(config) else None


def _names_files(config: pytest.Config) -> bool:
    paths = (config.invocation_params.dir / path.partition("::")[0] for path in config.args)
    return all(path.is_file() for path in paths)
