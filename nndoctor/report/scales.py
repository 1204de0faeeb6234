"""What lies on the axes of a plot, what is said of what has no place there, and their ticks."""

import math
from collections.abc import Iterator, Sequence
from enum import Enum, auto

from nndoctor.findings import Scatter, Series
from nndoctor.report.cells import number

Line = Series | Scatter
EQUAL = "dotted: both are equal"
MOST_DOTS = 60  # values of a curve up to which each has one


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


def equal(scatter: Scatter) -> list[float]:
    """Both ends of the line on which x and y are equal; nothing where none is wanted or seen."""
    shown = [x for x, _ in points(scatter)]
    return [min(shown), max(shown)] if scatter.identity and shown else []


def said_of(scatter: Scatter) -> str:
    """What that line is, and how many of the points have no place."""
    lost = len(scatter.x) - len(points(scatter))
    told = f"{lost} points that are not finite, or have no place here, are left out" * bool(lost)
    return "; ".join(filter(None, (EQUAL * bool(equal(scatter)), told)))


def runs(points: Sequence[tuple[float, float]]) -> Iterator[list[tuple[float, float]]]:
    """The stretches between the gaps, where y is NaN."""
    run: list[tuple[float, float]] = []
    for x, y in points:
        if math.isfinite(y):
            run.append((x, y))
        elif run:
            yield run
            run = []
    if run:
        yield run


def span(values: Sequence[float]) -> tuple[float, float]:
    """The range of an axis; a constant gets some room around it."""
    low, high = min(values), max(values)
    if high - low > 1e-9 * max(abs(low), abs(high)):
        return low, high
    room = abs(low) * 0.1 or 1.0
    return low - room, high + room


def ticks(low: float, high: float, log: bool, most: int) -> tuple[list[float], list[str]]:
    """Places on an axis and their labels; on a log axis the places are exponents of ten."""
    if log and high - low < 1.5:
        decades = range(math.floor(low), math.ceil(high) + 1)
        values = [digit * 10.0**decade for decade in decades for digit in (1, 2, 5)]
        places = [place for place in map(math.log10, values) if low <= place <= high]
        if len(places) > 1:
            return places, [number(float(f"{10**place:.1g}")) for place in places]
        thirds = [low + (high - low) * third / 3 for third in range(4)]  # no round number lies here
        return thirds, [number(float(f"{10**place:.2g}")) for place in thirds]
    step = _step(high - low, most)
    if log:
        step = max(1.0, math.ceil(step))
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    places = [index * step for index in range(first, last + 1)]
    if not log:
        return places, [number(float(f"{place:.10g}")) for place in places]
    return places, [number(10**p) if -1 <= p <= 3 else f"1e{p:.0f}" for p in places]


def _step(span: float, most: int) -> float:
    """The roundest step that makes at most so many of the span."""
    rough = span / most
    power = 10.0 ** math.floor(math.log10(rough))
    return next(digit * power for digit in (1, 2, 5, 10) if digit * power >= rough * (1 - 1e-9))
