"""One BLAS thread per model: parallelism is across models, and sums keep their order.

With two BLAS threads on two shared cores a 256x500x500 product was seen to fall from 68 to
4 GFLOP/s. NumPy and SciPy bring an OpenBLAS each; both are held. A pool's size is the whole
process's, so threads that overlap share one limit.
"""

import threading
from contextlib import AbstractContextManager
from functools import lru_cache
from typing import Any

import threadpoolctl


@lru_cache(maxsize=1)
def _controller() -> threadpoolctl.ThreadpoolController:
    import scipy.linalg.cython_blas  # noqa: F401  loads the BLAS that compiled code calls

    return threadpoolctl.ThreadpoolController()


def _limited() -> Any:
    return _controller().limit(limits=1, user_api="blas")


def _let_go() -> None:
    """Lets any thread set the pools: newer threadpoolctl ignores all but the first that did."""
    if let_go := getattr(threadpoolctl.OpenBLASController, "clear_controlling_thread", None):
        let_go(force=True)


class _OneThread:
    """Counts who is inside: the first sets the limit, the last gives back what was set before."""

    def __init__(self) -> None:
        self.lock, self.inside = threading.Lock(), 0
        self.limit: Any = None

    def __enter__(self) -> None:
        with self.lock:
            if self.inside == 0:
                _let_go()
                self.limit = _limited()
            else:
                _limited()  # a BLAS over OpenMP has a limit for each thread
            self.inside += 1

    def __exit__(self, *error: object) -> None:
        with self.lock:
            self.inside -= 1
            if self.inside == 0:
                _let_go()
                self.limit.restore_original_limits()
                _let_go()


_ONE_THREAD = _OneThread()


def one_thread() -> AbstractContextManager[None]:
    """Holds every BLAS of this process to one thread until nobody needs it any more."""
    return _ONE_THREAD
