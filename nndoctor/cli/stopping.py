"""What Ctrl-C and SIGTERM do: end quietly, or unwind what has to be cleared away.

Nothing slow is imported here: until the first of these is called, Ctrl-C shows a traceback.
"""

from __future__ import annotations

import os
import signal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType
    from typing import NoReturn, TypeAlias

    Handler: TypeAlias = Callable[[int, FrameType | None], object] | int | None

STOPPED = 130  # for SIGTERM too: it tells that the result was cut short, not who asked for it


def quit_quietly() -> None:
    """From now on they end the process at once: while importing, an exception could get lost."""
    _handle(_quit)


class Stoppable:
    """While entered they raise KeyboardInterrupt, so that no half of a file is left."""

    def __enter__(self) -> None:
        self._before = _handle(signal.default_int_handler)

    def __exit__(self, *trouble: object) -> None:
        for one, handler in self._before.items():
            signal.signal(one, handler)


def _handle(handler: Handler) -> dict[signal.Signals, Handler]:
    return {one: signal.signal(one, handler) for one in (signal.SIGINT, signal.SIGTERM)}


def _quit(signum: int, frame: FrameType | None) -> NoReturn:
    os._exit(STOPPED)
