"""One BLAS thread per model: parallelism is across models, and sums keep their order.

With two BLAS threads on two shared cores a 256x500x500 product was seen to fall from 68 to
4 GFLOP/s. NumPy and SciPy bring an OpenBLAS each; both are held.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

import threadpoolctl


@lru_cache(maxsize=1)
def _controller() -> threadpoolctl.ThreadpoolController:
    import scipy.linalg.cython_blas  # noqa: F401  loads the BLAS that compiled code calls

    return threadpoolctl.ThreadpoolController()


@contextmanager
def one_thread() -> Iterator[None]:
    """Holds every BLAS of this process to one thread, and gives back what was set before."""
    with _controller().limit(limits=1, user_api="blas"):
        yield
