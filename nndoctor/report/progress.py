"""How running work looks on stderr, and what Ctrl-C does to it."""

import contextlib
import signal
import threading
import time
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Any, Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)
from rich.text import Text

from nndoctor.report.cells import number
from nndoctor.report.console import ascii_only
from nndoctor.report.live import LiveView
from nndoctor.visible import visible
from nndoctor.watch import Frame, Watch

STOPPING = "stopping: showing what there is (Ctrl-C again to quit at once)"

_SECONDS_BETWEEN = 0.1


class ProgressWatch(Watch):
    """Draws progress while entered and turns the first Ctrl-C, or SIGTERM, into a wish to stop.

    It interrupts as usual until a stage with a known total begins: what counts its steps
    also asks `cancelled()`, other work would never notice the wish.
    """

    def __init__(self, console: Console, enabled: bool = True, verbosity: int = 0) -> None:
        self._console = console
        self._verbosity = verbosity
        self._lock = threading.Lock()
        self._progress: Progress | None = None
        if enabled and console.is_interactive:
            self._progress = _make_progress(console)
        self._task: TaskID | None = None
        self._text = ""
        self._done = 0
        self._numbers: dict[str, float] = {}
        self._drawn = 0.0
        self._polled = False
        self._enabled = enabled and verbosity >= 0
        self._live: LiveView | None = None
        self._stop = False
        self._previous: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            for one in (signal.SIGINT, signal.SIGTERM):
                self._previous[one] = signal.signal(one, self._interrupt)
        if self._progress is not None:
            self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end_live()
        if self._progress is not None:
            self._progress.stop()
        while self._previous:  # a handler that was not set from Python reads as None
            one, handler = self._previous.popitem()
            signal.signal(one, handler or signal.SIG_DFL)

    def stage(self, text: str, total: int = 0) -> None:
        """A new stretch of work begins; `total` in steps, 0 where unknown."""
        self._polled = self._polled or total > 0
        text = visible(text)
        self._end_live()
        if self._progress is None:
            if self._verbosity > 0:
                self._console.print(text)
            return
        with self._lock:
            if self._task is not None:
                self._progress.remove_task(self._task)
            self._text, self._done, self._numbers, self._drawn = text, 0, {}, 0.0
            self._task = self._progress.add_task(text, total=total or None, numbers="")

    def advance(self, done: int, doing: str = "", /, **numbers: float) -> None:
        """`done` steps of the stage are finished; the most that any thread tells counts."""
        doing = visible(doing)
        if doing and self._progress is None and self._verbosity > 0:
            self._console.print(f"  {doing}")
        if self._progress is None:
            return
        if self._live is not None:
            with self._lock:
                self._live.draw()
            return
        with self._lock:
            self._done = max(self._done, done)
            self._numbers |= numbers
            now = time.monotonic()
            if self._task is not None and doing:  # steps that have names are slow: show each
                self._progress.update(self._task, description=f"{self._text}: {doing}")
            elif self._task is None or now - self._drawn < _SECONDS_BETWEEN:
                return
            self._drawn = now
            shown = "  ".join(f"{name} {number(value)}" for name, value in self._numbers.items())
            self._progress.update(self._task, completed=self._done, numbers=shown)

    def follows(self) -> bool:
        """Unless progress is not wanted, or only the verdicts are."""
        return self._enabled

    def frame(self, make: Callable[[], Frame]) -> None:
        """Drawn in place of the bar, until the next stage begins."""
        if self._progress is None or not self._enabled:
            return
        with self._lock:
            if self._live is None:
                self._progress.stop()
                self._live = LiveView(self._console)
            self._live.newest(make)

    def line(self, text: str) -> None:
        """Printed where nothing moves."""
        if self._progress is None and self._enabled:
            self._console.print(visible(text), soft_wrap=True)

    def wrote(self, place: object) -> None:
        """One line, but for who wants to read only the verdicts."""
        if self._verbosity >= 0:
            self._console.print(f"wrote {visible(str(place))}", soft_wrap=True)

    def cancelled(self) -> bool:
        """Whether Ctrl-C was pressed, or SIGTERM sent."""
        return self._stop

    def _end_live(self) -> None:
        if self._live is not None and self._progress is not None:
            self._live.stop()
            self._live = None
            self._progress.start()

    def _interrupt(self, signum: int, frame: FrameType | None) -> None:
        if self._stop or not self._polled:
            raise KeyboardInterrupt
        self._stop = True
        with contextlib.suppress(RuntimeError):  # it may have come in the middle of a write
            self._console.print(STOPPING)


class _Bar(BarColumn):
    """A bar where the end is known, nothing where only the spinner can turn."""

    def render(self, task: Task) -> Any:
        return Text("") if task.total is None else super().render(task)


class _Count(ProgressColumn):
    """Steps done of those there are."""

    def render(self, task: Task) -> Text:
        text = "" if task.total is None else f"{task.completed:.0f}/{task.total:.0f}"
        return Text(text, "dim")


def _make_progress(console: Console) -> Progress:
    return Progress(
        SpinnerColumn("line" if ascii_only(console) else "dots", style="cyan"),
        TextColumn("{task.description}", markup=False),
        _Bar(bar_width=24),
        _Count(),
        TextColumn("{task.fields[numbers]}", style="cyan", markup=False),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        redirect_stdout=False,  # stdout is the result's, whatever is drawn on stderr
    )
