"""How many cores this process may use, how many are at work, and which are at leisure.

Each of several runs side by side keeps one busy (`at_work`); a model alone needs to say nothing.
What is left over goes to whoever asks first (`borrowed`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock


class _Cores:
    """Counts them, for all threads of the process."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.allowed: list[int] = []  # by functions that may call one another
        self.at_work = self.borrowed = 0


_CORES = _Cores()


@contextmanager
def allowed(count: int) -> Iterator[None]:
    """Inside, so many cores may be used; one, where nobody says."""
    with _CORES.lock:
        _CORES.allowed.append(count)
    try:
        yield
    finally:
        with _CORES.lock:
            _CORES.allowed.remove(count)


@contextmanager
def at_work() -> Iterator[None]:
    """Inside, this thread is one of several that keep a core busy each."""
    with _CORES.lock:
        _CORES.at_work += 1
    try:
        yield
    finally:
        with _CORES.lock:
            _CORES.at_work -= 1


@contextmanager
def borrowed(most: int) -> Iterator[int]:
    """Inside, nobody else has the cores at leisure that are lent here: so many, or none."""
    with _CORES.lock:
        left = max(_CORES.allowed, default=1) - max(_CORES.at_work, 1) - _CORES.borrowed
        count = max(0, min(left, most))
        _CORES.borrowed += count
    try:
        yield count
    finally:
        with _CORES.lock:
            _CORES.borrowed -= count
