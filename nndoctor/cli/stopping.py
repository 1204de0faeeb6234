"""What Ctrl-C and SIGTERM do: end quietly, or unwind what has to be cleared away."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

STOPPED = 130  # for SIGTERM too: it tells that the result was cut short, not who asked for it

Handler = Callable[[int, FrameType | None], object] | int | None


def quit_quietly() -> None:
    """From now on they end the process at once: while importing, an exception could get lost."""
    _handle(_quit)


@contextmanager
def stoppable() -> Iterator[None]:
    """While entered they raise KeyboardInterrupt, so that no half of a file is left."""
    before = _handle(signal.default_int_handler)
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def _handle(handler: Handler) -> dict[signal.Signals, Handler]:
    return {one: signal.signal(one, handler) for one in (signal.SIGINT, signal.SIGTERM)}


def _quit(signum: int, frame: FrameType | None) -> NoReturn:
    os._exit(STOPPED)
