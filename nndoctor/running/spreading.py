"""Spreads runs over whoever does them."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import TypeVar

from ..watch import Watch
from .crew import crew_or
from .shares import Shares
from .threads import Threads

T = TypeVar("T")
R = TypeVar("R")


def spread(
    work: Callable[[T, Watch], R], items: Sequence[T], jobs: int, watch: Watch, each: int = 1
) -> list[R]:
    """`work` on each item, results in the order of the items whoever does them.

    On `jobs` threads, or on a cluster inside `cluster`; then `work` and the items have to be
    picklable. `work` gets a watch of its own, that it tells its steps and asks whether to stop; a
    run that is done counts for `each` steps of the stage. A run told to stop answers at once, as if
    there were little or nothing to do: all items are answered, whenever the user breaks off.
    """
    shares = Shares(watch, len(items), each)
    with crew_or(Threads(jobs)).busy(work, watch) as submit:
        futures: list[Future[R]] = []
        for number, item in enumerate(items):
            future = submit(item, shares.of(number))
            future.add_done_callback(shares.ended(number))
            futures.append(future)
        return [future.result() for future in futures]
