"""Threads on cores at leisure, which help a model with its large products.

They live as long as one call of compiled code, a tenth of a second: starting one takes less than a
thousandth of that, nothing is left to a fork or to the end of the process, and the cores are soon
given to others.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Thread
from typing import Any

from numpy.typing import NDArray

from .cores import borrowed
from .panels import COUNTS, MOST, OVER, help_with

LOOKS = 3000  # for work, a millisecond, before a helper sleeps: longer than between two products
NAP = 5e-5  # seconds


@contextmanager
def helped(board: NDArray[Any], wanted: bool = True) -> Iterator[None]:
    """Inside, cores at leisure take part in the products on this board, where that is wanted.

    After an error the board is of no more use.
    """
    if not wanted:
        yield
        return
    with borrowed(MOST - 1) as count:
        threads = [Thread(target=_help, args=(board,), daemon=True) for _ in range(count)]
        try:
            with suppress(RuntimeError):  # the system has no more threads: it goes without
                for one in threads:
                    one.start()
            yield
        finally:
            board[COUNTS] = OVER
            for one in threads:
                if one.is_alive():
                    one.join()
    board[COUNTS] = 0


def _help(board: NDArray[Any]) -> None:
    while not help_with(board, LOOKS):
        time.sleep(NAP)
