"""ND506: does the loss jump up and down around a level?"""

from dataclasses import dataclass

import numpy as np

from ...findings import Finding, Status
from ..measures.course import Course
from ..measures.portion import portion
from .course_check import ENOUGH, CourseCheck


@dataclass(frozen=True)
class Oscillation(CourseCheck):
    """## What it does
    Takes the second half of the run, subtracts a straight line from the loss on fixed rows, and
    compares what is left with the total fall of the loss; and counts how often the loss turns.

    ## Why it matters
    At too high a learning rate the weights jump from one side of a valley to the other: the loss
    goes up and down well above its minimum. The rows are fixed, so batch noise can't explain it.

    ## What to do
    A smaller learning rate, or a schedule that lowers it; larger batches if they are tiny.

    ## Source
    CS231n notes, neural-networks-3 (loss curves by learning rate). A spread of half the fall with
    turns in more than half of the steps: from what TheDeepChecker and Tensight use.
    """

    code: str = "ND506"
    name: str = "oscillation"

    swing: float = 0.25  # standard deviation by fall: jumps as high as half of it from top to foot
    noted: float = 0.1
    turns: float = 0.5  # noise around a level turns at 2 of 3 points, a drifting loss at fewer

    def judge(self, seen: Course) -> Finding:
        """A warning where it swings widely and turns often."""
        half = seen.losses[len(seen.losses) // 2 :]
        if seen.trace.updates < ENOUGH or len(half) < 10:
            return self.skip(f"{seen.trace.updates} updates are too few to see oscillation")
        swing, turns = _swing(half, seen.scale), _turns(half)
        calm = swing <= self.noted or turns < self.turns
        status = Status.OK if calm else Status.NOTE if swing <= self.swing else Status.WARNING
        told = f"the loss oscillates by {portion(swing)} its fall, turning at {turns:.0%} of points"
        if calm:
            told = f"no oscillation: the loss varies by {portion(swing)} its fall around its trend"
        return self.finding(
            status,
            told,
            measured=swing,
            threshold=f"at most {self.swing:.0%} of the fall, a note above {self.noted:.0%}, "
            "where the "
            f"loss turns at {self.turns:.0%} of points or more",
            source="CS231n notes, neural-networks-3",
            suggests=() if status is Status.OK else ("learning_rate_too_high",),
            advice=""
            if status is not Status.WARNING
            else "a smaller learning rate, or a schedule that lowers it",
        )


def _swing(losses: np.ndarray, fall: float) -> float:
    """The standard deviation around a straight line, relative to the fall."""
    at = np.arange(len(losses))
    left = losses - np.polyval(np.polyfit(at, losses, 1), at)
    return float(left.std() / fall) if fall > 0 else 0.0


def _turns(losses: np.ndarray) -> float:
    """The share of inner points at which rise turns into fall or fall into rise."""
    steps = np.sign(np.diff(losses))
    return float((steps[1:] * steps[:-1] < 0).mean())
