"""ND504: does the loss move as it does under a rate that fits?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ...findings import Finding, Status, Where
from ..measures.course import CLIMB, Course
from ..measures.portion import percent, portion
from ..measures.update_ratios import medians
from .course_check import ENOUGH, CourseCheck


@dataclass(frozen=True)
class RateInUse(CourseCheck):
    """## What it does
    Reads off one run whether the learning rate is too high (the loss climbs back a good part of its
    first value, ends above it, or diverges) or too low (it is still falling at its first pace and
    the weights have hardly moved). After a sweep (ND501) its suggestion is given as well.

    ## Why it matters
    A learning rate that is too low looks like a network that can't learn; one that is too high
    looks like bad data. The loss curve and how far the weights moved tell them apart.

    ## What to do
    `nndoctor lr-sweep` finds a rate. Where the weights hardly moved, more epochs also help.

    ## Source
    CS231n lecture 5 (2016): "loss barely changing: learning rate is probably too low", "cost: NaN
    almost always means high learning rate".
    """

    needs_finite: ClassVar[bool] = False

    code: str = "ND504"
    name: str = "rate-in-use"

    rise: float = CLIMB
    moved: float = 0.1  # of the weights' norm, in the median layer: the last starts small
    small: float = 1e-4  # update / weight there, a tenth of the lectures' 1e-3
    falling: float = 0.1  # a straight fall brings a fifth in the last fifth: half of that
    apart: float = 10.0  # from the sweep's suggestion, which lies on a grid of two to a decade

    def judge(self, seen: Course) -> Finding:
        """A break is an error, a climb or a crawl a warning, a suggestion far away a note."""
        suggestion = seen.suggestion
        rate = float(np.max(seen.trace.rate, initial=-np.inf))
        told = f"learning rate {rate:.2g}" if np.isfinite(rate) else "the learning rate"
        high = self._too_high(seen)
        low = "" if high else self._too_low(seen)
        status = Status.OK
        if high:
            status = Status.WARNING if seen.finite else Status.ERROR
        elif low:
            status = Status.WARNING if seen.trace.updates >= ENOUGH else Status.NOTE
        elif suggestion and np.isfinite(rate) and not _within(rate / suggestion, self.apart):
            status = Status.NOTE
        reason = high or low or "no sign that it is too high or too low"
        if suggestion and ((high and suggestion > rate) or (low and suggestion < rate)):
            suggestion = None  # a sweep of few updates saw less than this run did
        if suggestion:
            reason += f"; {suggestion:.2g} is suggested"
        bad = seen.trace.first_bad
        return self.finding(
            status,
            f"{told}: {reason}",
            measured=rate if np.isfinite(rate) else None,
            expected=suggestion,
            threshold=f"a climb of at most {self.rise:.0%} of the first loss; weights moved by "
            f"{self.moved:.0%} or updates of {self.small:g} of them, unless the fall has ended",
            source="CS231n lecture 5 (2016)",
            where=Where(layer=bad.layer, step=bad.step) if bad else Where(),
            suggests=("learning_rate_too_high",)
            if high
            else ("learning_rate_too_low", "too_few_epochs")
            if low
            else (),
            advice=""
            if status in (Status.OK, Status.NOTE)
            else f"--set optimizer.learning_rate={suggestion:.2g}"
            if suggestion
            else "`nndoctor lr-sweep` finds a rate",
        )

    def _too_high(self, seen: Course) -> str:
        if not seen.finite:
            return "too high: the loss became NaN or infinite"
        if not seen.climb <= self.rise:
            return f"too high: the loss rose again by {portion(seen.climb)} its first value"
        return ""

    def _too_low(self, seen: Course) -> str:
        if not (seen.drop > 0 and seen.tail >= self.falling):
            return ""
        ratios = list(medians(seen).values()) if len(seen.trace.looks) else []
        ratio, way = _typical(ratios), _typical(list(seen.moved.values()))
        if ratio < self.small:
            return (
                f"too low: the loss is still falling, by updates of {ratio:.1g} times the weights"
            )
        if way < self.moved:
            return (
                "too low, or too few updates: the loss is still falling, weights moved by "
                f"{percent(way)} of their norm"
            )
        return ""


def _typical(values: Sequence[float]) -> float:
    """The median, infinite where nothing was seen; of what moves, where anything does: what stands
    still beside it gets no gradient, whatever the rate."""
    moving = [one for one in values if one > 0] or values
    return float(np.median(moving)) if len(moving) else np.inf


def _within(ratio: float, factor: float) -> bool:
    return 1 / factor <= ratio <= factor
