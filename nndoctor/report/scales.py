"""Which points have a place on the axes of a plot, and what is said of those that have none."""

import math
from collections.abc import Sequence

from nndoctor.findings import Scatter, Series


def drawable(value: float, log: bool) -> bool:
    """Whether it has a place on such an axis."""
    return math.isfinite(value) and (value > 0 or not log)


def points(line: Series | Scatter) -> list[tuple[float, float]]:
    """Those that have a place on both axes."""
    places = zip(line.x, line.y, strict=True)
    return [(x, y) for x, y in places if drawable(x, line.log_x) and drawable(y, line.log_y)]


def beyond(x: float, y: float, line: Series | Scatter) -> bool:
    """Whether a log scale has no place for it; what is not finite has a mark of its own."""
    return not drawable(x, line.log_x) or (math.isfinite(y) and not drawable(y, line.log_y))


def left_out(lines: Sequence[Series | Scatter]) -> str:
    """How many values of them a log scale can't show, in words; nothing of none."""
    count = sum(beyond(x, y, one) for one in lines for x, y in zip(one.x, one.y, strict=True))
    if not count:
        return ""
    values, are = ("value", "is") if count == 1 else ("values", "are")
    return f"{count} {values} that a log scale cannot show {are} left out"
