"""A training run on the terminal while it goes on: one graph, its layers, what happened."""

import time
from collections.abc import Callable, Sequence

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.segment import Segments
from rich.table import Table as Grid
from rich.text import Text

from nndoctor.report.console import ascii_only, to_ascii
from nndoctor.report.tables import draw_table
from nndoctor.report.two_scales import draw_two_scales
from nndoctor.visible import all_visible
from nndoctor.watch import Frame

BETWEEN = 0.1  # seconds between two drawings, at least
SHARE = 20  # drawings take one part in so many of the time
LEAST = 8  # lines of a graph
EVENTS = 3  # the latest


class LiveView:
    """Draws the newest frame, seldom enough to cost the run next to nothing."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._live = Live(
            console=console, auto_refresh=False, transient=True, redirect_stdout=False
        )
        self._live.start()
        self._due = 0.0
        self._make: Callable[[], Frame] | None = None

    def newest(self, make: Callable[[], Frame]) -> None:
        """What to draw next."""
        self._make = make
        self.draw()

    def draw(self) -> None:
        """Draws what is newest if it is time."""
        if self._make is None or time.monotonic() < self._due:
            return
        begun = time.monotonic()
        made, self._make = self._make, None
        frame = all_visible(made())
        self._live.update(_drawn(frame, self._console), refresh=True)
        self._due = time.monotonic() + max(BETWEEN, SHARE * (time.monotonic() - begun))

    def stop(self) -> None:
        """Leaves the terminal as it was."""
        self._live.stop()


def _drawn(frame: Frame, console: Console) -> RenderableType:
    width = console.width - 1
    head = Grid.grid(padding=(0, 2, 0, 0))
    head.add_row(ProgressBar(total=frame.total, completed=frame.done, width=20), frame.facts)
    events = frame.events[-EVENTS:]
    told = [Text(one, "yellow", no_wrap=True, overflow="ellipsis") for one in events]
    room = console.height - 2 - len(told)
    layers: list[RenderableType] = []
    if frame.layers is not None:
        shown = frame.layers.rows[: max(1, room - LEAST - 5)]
        left_out = len(frame.layers.rows) - len(shown)
        name = frame.layers.name + f", {left_out} more" * (left_out > 0)
        layers = [*draw_table(type(frame.layers)(name, frame.layers.columns, shown), width)]
        room -= len(shown) + 3
    graph = draw_two_scales(
        frame.left, frame.right, width, max(LEAST, min(room - 3, 20)), console.color_system is None
    )
    parts: list[RenderableType] = [head, *graph, *layers, *told]
    return _plain(parts, console) if ascii_only(console) else Group(*parts)


def _plain(parts: Sequence[RenderableType], console: Console) -> Segments:
    """In ASCII; not by printing, as a console with a live view prints that along with it."""
    drawn = console.render(Group(*parts))
    return Segments([one._replace(text=to_ascii(one.text)) for one in drawn])
