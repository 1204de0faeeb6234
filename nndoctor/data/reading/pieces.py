"""A text in pieces that can be parsed at the same time, each of whole lines."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from nndoctor.limits import processors

T = TypeVar("T")
R = TypeVar("R")

PIECE = 1 << 24  # bytes; many to keep all processors busy, few to parse most of the time


def pieces(blocks: Iterable[bytes], quote: bytes) -> Iterator[list[bytes]]:
    """Blocks of text, many at a time, cut where a line ends outside of quotes.

    Quotes are only counted: a stray one may lead to a cut inside of a text, whose piece then ends
    in an open quote.
    """
    held: list[bytes] = []
    size = quotes = 0
    for block in blocks:
        end = block.rfind(b"\n") + 1 if size + len(block) >= PIECE else 0
        if end and (quotes + block.count(quote, 0, end)) % 2 == 0:
            yield [*held, block[:end]]
            held, size, quotes, block = [], 0, 0, block[end:]
        held.append(block)
        size, quotes = size + len(block), quotes + block.count(quote)
    yield held


def in_order(work: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
    """`work` on each item, on all processors; few items are taken before they are needed."""
    with ThreadPoolExecutor(processors()) as pool:
        waiting: deque[Future[R]] = deque()
        for item in items:
            waiting.append(pool.submit(work, item))
            if len(waiting) > processors():
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
