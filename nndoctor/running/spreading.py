"""Spreads runs over whoever does them."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from queue import SimpleQueue
from typing import TypeVar

from ..watch import Watch
from .crew import crew_or
from .shares import Shares
from .threads import Threads

T = TypeVar("T")
R = TypeVar("R")


def spread(
    work: Callable[[T, Watch], R],
    items: Sequence[T],
    jobs: int,
    watch: Watch,
    each: int = 1,
    heard: Callable[[int, R], None] | None = None,
    meanwhile: Callable[[], None] | None = None,
) -> list[R]:
    """`work` on each item, results in the order of the items whoever does them.

    On `jobs` threads, or on a cluster inside `cluster`; then `work` and the items have to be
    picklable. `work` gets a watch of its own, that it tells its steps and asks whether to stop; a
    run that is done counts for `each` steps of the stage. A run told to stop answers at once, as if
    there were little or nothing to do: all items are answered, whenever the user breaks off.
    `heard` gets the number of an item and its result as soon as it is there, on the thread that
    called, where `meanwhile` is called once all are under way; what a run or one of these raises is
    raised here, and the other runs are given up.
    """
    shares = Shares(watch, len(items), each)
    over: SimpleQueue[tuple[int, Future[R]]] = SimpleQueue()
    found: dict[int, R] = {}

    def hear() -> None:
        number, future = over.get()
        found[number] = future.result()
        if heard is not None:
            heard(number, found[number])

    with crew_or(Threads(jobs)).busy(work, watch) as submit:
        for number, item in enumerate(items):
            future = submit(item, shares.of(number))
            future.add_done_callback(shares.ended(number))
            future.add_done_callback(lambda one, number=number: over.put((number, one)))  # type: ignore[misc]
            while not over.empty():
                hear()
        if meanwhile is not None:
            meanwhile()
        while len(found) < len(items):
            hear()
    return [found[number] for number in range(len(items))]
