"""How long work tells what it is doing, and how it learns that the user wants it to stop."""

from collections.abc import Callable
from dataclasses import dataclass

from .findings import Series, Table


class Interrupted(Exception):
    """The user wants to stop: whoever knows something already catches it and tells that."""


@dataclass(frozen=True)
class Frame:
    """A run at one moment: curves on two scales over one x, its layers, what happened in it.

    `done` of `total` steps are made; `facts` stand beside the bar.
    """

    done: int
    total: int
    facts: str
    left: tuple[Series, ...]
    right: tuple[Series, ...]
    layers: Table | None = None
    events: tuple[str, ...] = ()


class Watch:
    """Nobody is watching: says nothing, never cancels. The command line overrides it."""

    def stage(self, text: str, total: int = 0) -> None:
        """A new stretch of work begins; `total` in steps, 0 where unknown."""

    def advance(self, done: int, doing: str = "", /, **numbers: float) -> None:
        """`done` steps of the stage are finished; `doing` and `numbers` are shown beside it."""

    def follows(self) -> bool:
        """Whether anybody sees `frame` or `line`: what is for them alone can be left out."""
        return False

    def frame(self, make: Callable[[], Frame]) -> None:
        """A run can be looked at anew; `make` is called where and when it is drawn."""

    def line(self, text: str) -> None:
        """A line for those who see no frame."""

    def wrote(self, place: object) -> None:
        """A file that was asked for lies there now."""

    def cancelled(self) -> bool:
        """Whether to stop at the next opportunity and report what there is."""
        return False

    def go_on(self, done: int) -> bool:
        """`advance`, and whether to go on: what training asks now and then."""
        self.advance(done)
        return not self.cancelled()

    def heed(self) -> None:
        """Raises Interrupted where the user wants to stop."""
        if self.cancelled():
            raise Interrupted


class Unseen(Watch):
    """Shows nothing, but stops where another one is told to."""

    def __init__(self, other: Watch) -> None:
        self._other = other

    def cancelled(self) -> bool:
        """As the other one says."""
        return self._other.cancelled()
