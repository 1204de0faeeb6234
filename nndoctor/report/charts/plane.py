"""A pair of axes: where values lie in the picture, and what is written beside them."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from nndoctor.report.scales import drawable, span, ticks

from .marks import LINE, WIDE, line, text, width_of

HIGH = 230
_LEAST, _MOST = -1e300, 1e300  # beyond them a difference overflows
_ROOM = 0.03  # of an axis, beyond its first and its last value
_LONGEST = 0.4  # of the picture, for names beside an upright axis


@dataclass(frozen=True)
class Axis:
    """Values from `low` to `high`, in exponents of ten where it is `log`, between two places."""

    low: float
    high: float
    start: float = 0.0
    end: float = 1.0
    log: bool = False
    whole: bool = False

    def at(self, value: float) -> float:
        """Where a value lies."""
        known = math.log10(value) if self.log else min(max(value, _LEAST), _MOST)
        share = (known - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)

    def ticks(self, most: int) -> Iterator[tuple[float, str]]:
        """Places and labels; of an axis of whole numbers no others."""
        if self.whole:
            most = min(most, math.ceil(self.high - self.low))
        for place, label in zip(*ticks(self.low, self.high, self.log, most), strict=True):
            if not self.whole or math.isclose(place, round(place), abs_tol=1e-9):
                share = (place - self.low) / (self.high - self.low)
                yield self.start + share * (self.end - self.start), label


def axis(values: Iterable[float], log: bool = False) -> Axis:
    """One on which all of them lie, but for those that no such axis can show."""
    shown = [min(max(one, _LEAST), _MOST) for one in values if drawable(one, log)]
    whole = not log and all(float(one).is_integer() for one in shown)
    low, high = span([math.log10(one) if log else one for one in shown] or [0.0, 1.0])
    room = _ROOM * (high - low)
    return Axis(low - room, high + room, log=log, whole=whole)


@dataclass(frozen=True)
class Plane:
    """Two axes in a picture of this height."""

    x: Axis
    y: Axis
    high: float

    def path(self, points: Iterable[tuple[float, float]]) -> str:
        """What an SVG path through the points is drawn by."""
        places = [f"{self.x.at(x):.1f},{self.y.at(y):.1f}" for x, y in points]
        return f"M{'L'.join(places)}{'h0' * (len(places) == 1)}"  # else one point is not seen

    def dots(self, points: Iterable[tuple[float, float]]) -> str:
        """The same of a dot for each: a line of no length has round ends."""
        return "".join(f"M{self.x.at(x):.1f},{self.y.at(y):.1f}h0" for x, y in points)


def plane(x: Axis, y: Axis, x_label: str, y_label: str, high: float = HIGH) -> tuple[Plane, str]:
    """Both axes laid out, and their lines and labels; that of y stands above it."""
    top, bottom = (
        (2 if not y_label else 1.7) * LINE / 2 + 4,
        high - LINE * (2.4 if x_label else 1.3),
    )
    y = Axis(y.low, y.high, bottom, top + 6, y.log, y.whole)
    labels = list(y.ticks(5))
    left = max((width_of(label) for _, label in labels), default=0) + 8
    x = Axis(x.low, x.high, left, WIDE - 8, x.log, x.whole)
    parts = [line(left, at, WIDE, at, "grid") for at, _ in labels]
    parts += [text(left - 5, at + 4, label, "end") for at, label in labels]
    parts.append(text(0, LINE - 4, y_label) if y_label else "")
    return Plane(x, y, high), "".join([*parts, below(x, bottom, x_label)])


def named(names: list[str], x: Axis, x_label: str, each: float) -> tuple[Plane, str, list[float]]:
    """A plane whose upright axis is a line for each name, the first on top; their places."""
    left = min(max(map(width_of, names), default=0) + 10, WIDE * _LONGEST)
    bottom = each * len(names) + 6
    x = Axis(x.low, x.high, left, WIDE - 8, x.log)
    places = [each * (index + 1) for index in range(len(names))]
    parts = [
        text(left - 7, at - each / 3, name, "end", room=left - 7)
        for at, name in zip(places, names, strict=True)
    ]
    upright = Axis(0, 1, bottom, 0)
    high = bottom + LINE * (2.4 if x_label else 1.3)
    return Plane(x, upright, high), "".join([*parts, below(x, bottom, x_label)]), places


def below(x: Axis, bottom: float, label: str) -> str:
    """The line of the lower axis with its ticks and what they are of."""
    parts = [line(x.start, bottom, WIDE, bottom, "axis")]
    room = max((width_of(one) for _, one in x.ticks(6)), default=0) + 16
    for at, one in x.ticks(max(2, min(6, int((x.end - x.start) / room)))):
        parts.append(line(at, bottom, at, bottom + 3, "axis"))
        parts.append(text(at, bottom + LINE, one, "middle"))
    if label:
        parts.append(text((x.start + WIDE) / 2, bottom + 2.1 * LINE, label, "middle"))
    return "".join(parts)
