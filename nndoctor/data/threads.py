"""The same work on many pieces of data, on all processors: NumPy and pandas let go of the GIL."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import chain, islice
from typing import TypeVar

from nndoctor.limits import processors

CELLS = 1 << 18  # worth a thread
T = TypeVar("T")
R = TypeVar("R")


def in_lots(columns: Sequence[T], rows: int) -> Iterator[Sequence[T]]:
    """Columns of so many rows, as many at a time as are worth a thread."""
    lot = max(1, CELLS // max(1, rows))
    return (columns[start : start + lot] for start in range(0, len(columns), lot))


def on_all(work: Callable[[T], object], items: Iterable[T]) -> None:
    """`work` on each item, for what it does, on all processors."""
    deque(in_order(work, items), maxlen=0)


def in_order(work: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
    """`work` on each item, on all processors; few items are taken before they are needed."""
    rest = iter(items)
    first = [*islice(rest, 2)]
    if len(first) < 2:  # as all of a small table
        yield from map(work, first)
        return
    with ThreadPoolExecutor(processors()) as pool:
        waiting: deque[Future[R]] = deque()
        for item in chain(first, rest):
            waiting.append(pool.submit(work, item))
            if len(waiting) > processors():
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
