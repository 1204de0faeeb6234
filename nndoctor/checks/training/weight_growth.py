"""ND610: do the weights grow without bound?"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ...findings import Finding, Status, Where
from ..measures.course import Course
from .course_check import CourseCheck


@dataclass(frozen=True)
class WeightGrowth(CourseCheck):
    """## What it does
    Compares the norm of each layer's weights at the end of the run with that at its middle.

    ## Why it matters
    Weights grow while a network learns, quickly at first and ever more slowly: even steps that all
    point the same way only double their norm from the middle to the end. Faster growth feeds on
    itself, and ends in infinity.

    ## What to do
    A smaller learning rate, weight decay, max-norm; standardised inputs.

    ## Source
    Derivation: a norm that grows as t^p gains 2^p in the second half; p = 1 is a straight march.
    """

    needs_looks: ClassVar[bool] = True
    needs_finite: ClassVar[bool] = False

    code: str = "ND610"
    name: str = "weight-growth"

    warning: float = 3.0  # p above 1.6
    error: float = 10.0  # TMo's factor for a whole run, here in half of it

    def judge(self, seen: Course) -> Finding:
        """By the layer that grew most; a norm that is not finite is an error."""
        norms = seen.seen("weight_norm")
        if len(norms) < 4:
            return self.skip(f"{len(norms)} looks are too few to see a trend")
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            growth = norms[-1] / norms[len(norms) // 2]
        growth = np.where(norms[-1] == 0, 0.0, np.where(np.isnan(growth), np.inf, growth))
        worst = int(growth.argmax())
        value, layer = float(growth[worst]), seen.trace.layers[worst]
        status = Status.ERROR
        if value <= self.warning:
            status = Status.OK
        elif value <= self.error:
            status = Status.WARNING
        fine = status is Status.OK
        return self.finding(
            status,
            f"weights grew by at most a factor of {value:.2g} in the second half of the run"
            if fine
            else f"{layer}: weights grew by a factor of {value:.3g} in the second half of the run",
            measured=value,
            threshold=f"at most {self.warning:g} times, error above {self.error:g}",
            source="steps that all point one way give 2",
            where=Where(layer=layer),
            suggests=() if fine else ("learning_rate_too_high", "exploding_gradient"),
            advice="" if fine else "a smaller learning rate, weight decay or max-norm",
        )
