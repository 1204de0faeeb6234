"""ND508: does the loss grow far above where it began?"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ...findings import Finding, Status, Where
from ..measures.course import Course
from ..measures.rate_suggestion import smooth
from .course_check import CourseCheck


@dataclass(frozen=True)
class CostExplosion(CourseCheck):
    """## What it does
    Compares the highest loss of the run, on fixed rows and smoothed over batches, with the first.

    ## Why it matters
    A loss of three times the first comes from steps that overshoot; from there it mostly grows
    until it is NaN, and a run that recovers has lost its initialisation.

    ## What to do
    A smaller learning rate (`nndoctor lr-sweep`), standardised inputs and targets, clipping.

    ## Source
    CS231n lecture 5 (2016): "if the cost is ever > 3 * original cost, break out early".
    """

    needs_finite: ClassVar[bool] = False

    code: str = "ND508"
    name: str = "cost-explosion"

    factor: float = 3.0  # CS231n lecture 5

    def judge(self, seen: Course) -> Finding:
        """Against the first loss or a constant's, whichever is larger; NaN is an explosion."""
        start = max(abs(seen.first), seen.chance if np.isfinite(seen.chance) else 0.0)
        batches = seen.trace.loss
        curve = smooth(batches.tolist(), max(len(batches) // 20, 3))
        at = int(np.argmax(np.where(np.isnan(curve), np.inf, curve))) if len(curve) else 0
        peak = max((float(x) for x in (*seen.losses, *curve[at : at + 1])), key=_or_infinite)
        times = peak / start if start > 0 else _or_infinite(peak)
        calm = seen.finite and times <= self.factor
        ending = "" if seen.finite else ", then became NaN or infinite"
        return self.finding(
            Status.OK if calm else Status.ERROR,
            f"the highest loss was {peak:.3g}, {times:.2g} times the first"
            if calm
            else f"the loss rose from {seen.first:.3g} to {peak:.3g}{ending}",
            measured=times,
            threshold=f"at most {self.factor:g} times the first loss",
            source="CS231n lecture 5 (2016)",
            where=Where() if calm else Where(step=at),
            suggests=()
            if calm
            else ("learning_rate_too_high", "exploding_gradient", "input_not_normalised"),
            advice="" if calm else "a smaller learning rate: `nndoctor lr-sweep` finds one",
        )


def _or_infinite(value: float) -> float:
    return np.inf if np.isnan(value) else value
