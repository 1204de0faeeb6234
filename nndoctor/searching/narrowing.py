"""The range of the next stage: what the best quarter spans, and beyond a border it lies at."""

import math
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from .parameter import Parameter

BEST, FEWEST = 0.25, 3  # of the trials say where it goes on; so many at least
MARGIN = 0.1  # of the range beyond the best ones, for they are few
# At a border is a best value in the outer tenth, if half of the best lie in the outer third:
# of values that do not matter the best one is there every fifth time.
OUTER, THIRD = 0.1, 1 / 3
FURTHER = 0.5  # of the range is added beyond a border

Taken = Callable[[str, Any], bool]


@dataclass(frozen=True)
class Edge:
    """The best value of a parameter lay at the border of its range."""

    key: str
    best: float
    low: float
    high: float
    side: str
    extended: float | None = None

    @property
    def told(self) -> str:
        """What it means, in a sentence."""
        head = f"the best {self.key}, {self.best:g}, lies at the {self.side} end of "
        head += f"{self.low:g} to {self.high:g}"
        if self.extended is None:
            return f"{head}: a wider range may hold a better one"
        verb = "down" if self.side == "lower" else "up"
        return f"{head}: the next stage looks {verb} to {self.extended:g}"


def best_of(scored: Sequence[tuple[float, Mapping[str, Any]]]) -> list[Mapping[str, Any]]:
    """The values of the best quarter, best first."""
    ranked = sorted(scored, key=lambda one: -one[0])
    return [values for _, values in ranked[: max(FEWEST, math.ceil(BEST * len(ranked)))]]


def narrowed(
    one: Parameter, best: Sequence[Mapping[str, Any]], taken: Taken, last: bool = False
) -> tuple[Parameter, Edge | None]:
    """The parameter of the next stage and, where the best lay at a border, that."""
    found = [values[one.key] for values in best]
    if one.choices:
        kept = tuple(choice for choice in one.choices if choice in found)
        return replace(one, choices=kept), None
    low, high = one.axis(one.low), one.axis(one.high)
    at = [one.axis(value) for value in found]
    width = high - low
    if width <= 0:
        return one, None
    side = _side([(place - low) / width for place in at])
    ends = [max(min(at) - MARGIN * width, low), min(max(at) + MARGIN * width, high)]
    edge = None
    if side:
        upper = side == "upper"
        beyond = _extended(
            one, high if upper else low, FURTHER * width * (1 if upper else -1), taken
        )
        if beyond is None:
            side = ""
        else:
            further = None if last else one.at(beyond)
            edge = Edge(one.key, found[0], one.low, one.high, side, further)
            ends[upper] = beyond
    new = replace(one, low=_fit(one, ends[0]), high=_fit(one, ends[1]))
    return new, edge


def _fit(one: Parameter, axis: float) -> float:
    """The number at a place of the scale; the old ends stay what they were, bit by bit."""
    for end in (one.low, one.high):
        if math.isclose(one.axis(end), axis, rel_tol=1e-12, abs_tol=1e-12):
            return end
    return one.at(axis)


def _side(shares: Sequence[float]) -> str:
    """The border that the best value and half of the best lie at; "" for none."""
    first, middle = shares[0], statistics.median(shares)
    if first <= OUTER and middle <= THIRD:
        return "lower"
    return "upper" if first >= 1 - OUTER and middle >= 1 - THIRD else ""


def _extended(one: Parameter, end: float, more: float, taken: Taken) -> float | None:
    """Where the scale may go on to; None where the key takes nothing beyond."""
    if one.scale == "log2" or (one.whole and one.scale == "linear"):
        more = math.copysign(max(round(abs(more)), 1), more)
    for share in (1.0, 0.5, 0.25):
        place = end + more * share
        number = one.at(place)
        given = int(number) if one.whole else number
        if one.axis_is_there(number) and number != one.at(end) and taken(one.key, given):
            return place
    return None
