"""Independent runs side by side: compiled code releases the GIL, so threads are enough."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


def run_all(work: Callable[[T], R], items: Iterable[T], jobs: int) -> list[R]:
    """`work` on each item, results in the order of the items whatever `jobs` is."""
    if jobs <= 1:
        return [work(item) for item in items]
    with ThreadPoolExecutor(jobs) as pool:
        return list(pool.map(work, items))
