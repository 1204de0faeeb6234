"""Which points have a place on the axes of a plot, and what is said of those that have none."""

import math
from collections.abc import Sequence
from enum import Enum, auto

from nndoctor.findings import Scatter, Series
from nndoctor.report.cells import number

Line = Series | Scatter


class Place(Enum):
    """Where a point lies: inside, above what is drawn, at no number, or off a log scale."""

    INSIDE = auto()
    ABOVE = auto()
    NOT_FINITE = auto()
    OFF = auto()


SIGNS = {Place.ABOVE: "^", Place.NOT_FINITE: "x"}  # at the upper edge


def drawable(value: float, log: bool) -> bool:
    """Whether it has a place on such an axis."""
    return math.isfinite(value) and (value > 0 or not log)


def place_of(x: float, y: float, line: Line) -> Place:
    """The one rule; what is above the top is drawn there, and marked."""
    if not drawable(x, line.log_x):
        return Place.OFF
    if not math.isfinite(y):
        return Place.NOT_FINITE
    if not drawable(y, line.log_y):
        return Place.OFF
    top = top_of(line)
    return Place.ABOVE if top is not None and y > top else Place.INSIDE


def top_of(line: Line) -> float | None:
    """Up to where it is drawn; None without such a limit, or where a log scale can't show it."""
    top = line.top if isinstance(line, Series) else None
    return top if top is not None and drawable(top, line.log_y) else None


def points(line: Line) -> list[tuple[float, float]]:
    """Those that are seen: with a place on both axes, the ones above at the top."""
    return [(x, y) for x, y in stretches(line) if math.isfinite(y)]


def stretches(line: Line) -> list[tuple[float, float]]:
    """All that have a place on x; y is NaN where the curve has a gap."""
    top = top_of(line)
    found = []
    for x, y in zip(line.x, line.y, strict=True):
        place = place_of(x, y, line)
        if drawable(x, line.log_x):
            found.append((x, math.nan if place in (Place.NOT_FINITE, Place.OFF) else y))
    return found if top is None else [(x, min(y, top) if y == y else y) for x, y in found]


def marked(line: Line, place: Place) -> list[float]:
    """Each x whose y is there."""
    return [x for x, y in zip(line.x, line.y, strict=True) if place_of(x, y, line) is place]


def words(line: Line, place: Place) -> str:
    """What a mark at the upper edge says."""
    top = top_of(line)
    above = place is Place.ABOVE and top is not None
    return f"above {number(top)}" if above and top is not None else "not finite"


def left_out(lines: Sequence[Line]) -> str:
    """How many values of them a log scale can't show, in words; nothing of none."""
    count = sum(len(marked(line, Place.OFF)) for line in lines)
    if not count:
        return ""
    values, are = ("value", "is") if count == 1 else ("values", "are")
    return f"{count} {values} that a log scale cannot show {are} left out"
