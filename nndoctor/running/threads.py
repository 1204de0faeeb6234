"""Independent runs side by side: compiled code releases the GIL, so threads are enough."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from ..engine.cores import at_work
from ..watch import Watch
from .crew import Submit

T = TypeVar("T")
R = TypeVar("R")


def run_all(work: Callable[[T], R], items: Iterable[T], jobs: int) -> list[R]:
    """`work` on each item, always on this machine; results in the order of the items."""
    if jobs <= 1:
        return [work(item) for item in items]
    with ThreadPoolExecutor(jobs) as pool:
        return list(pool.map(at_work()(work), items))


@dataclass(frozen=True)
class Threads:
    """A crew of as many threads; one alone is the caller's own, so nothing runs beside it."""

    jobs: int

    @contextmanager
    def busy(self, work: Callable[[T, Watch], R], watch: Watch) -> Iterator[Submit[T, R]]:
        """Answers what takes one run after the other."""
        if self.jobs <= 1:
            yield lambda item, own: _at_once(work, item, own)
            return
        with ThreadPoolExecutor(self.jobs) as pool:
            try:
                yield lambda item, own: pool.submit(at_work()(work), item, own)
            finally:
                pool.shutdown(wait=True, cancel_futures=True)


def _at_once(work: Callable[[T, Watch], R], item: T, own: Watch) -> Future[R]:
    future: Future[R] = Future()
    future.set_result(work(item, own))
    return future
