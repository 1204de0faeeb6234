"""Which tests are run, over how many processes, each of which computes on one thread."""

import gc
import os
import sys
from functools import cache
from pathlib import Path

import hypothesis
import pytest

# No test is timed: on a busy machine, or where the first call compiles, an example takes long.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")

# The processes share the cores: where OpenMP's threads wait for one another by spinning, PyTorch's
# part of the tests took twenty times as long. Before anything loads it; a pool of BLAS too.
os.environ.setdefault("OMP_NUM_THREADS", "1")


SAMPLES = Path(__file__).resolve().parents[1] / "sample_data"


@pytest.fixture(autouse=True)
def torch_seeded():
    """What a test draws by PyTorch's own generator is the same in whatever order tests run."""
    if "torch" in sys.modules:
        sys.modules["torch"].manual_seed(0)


@pytest.fixture(scope="session", autouse=True)
def samples_read_once():
    """Hundreds of tests begin with one of the sample tables; what is read, nothing changes."""
    from nndoctor.data import loading  # not before the number of threads is set, below

    read, once = loading.read_file, cache(loading.read_file)

    def read_file(path, how, targets=(), least=2):
        kept = path.resolve().parent == SAMPLES
        return (once if kept else read)(path, how, tuple(targets), least)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loading, "read_file", read_file)
        yield


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
