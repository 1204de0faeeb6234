"""Independent runs side by side: compiled code releases the GIL, so threads are enough."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import TypeVar

from ...watch import Watch

T = TypeVar("T")
R = TypeVar("R")


def run_all(work: Callable[[T], R], items: Iterable[T], jobs: int) -> list[R]:
    """`work` on each item, results in the order of the items whatever `jobs` is."""
    if jobs <= 1:
        return [work(item) for item in items]
    with ThreadPoolExecutor(jobs) as pool:
        return list(pool.map(work, items))


def joint_progress(watch: Watch, count: int) -> Callable[[int], Callable[[int], bool]]:
    """For run 0, 1, ...: what to call with its updates so far; it tells `watch` those of all.

    It answers False once the user wants to stop.
    """
    made, lock = [0] * count, Lock()

    def of_run(number: int) -> Callable[[int], bool]:
        def go_on(done: int) -> bool:
            with lock:
                made[number] = done
                watch.advance(sum(made))
            return not watch.cancelled()

        return go_on

    return of_run
