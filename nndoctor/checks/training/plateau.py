"""ND505: does the loss stand still?"""

from dataclasses import dataclass

import numpy as np

from ...findings import Finding, Status, Where
from ..measures.course import Course
from .course_check import ENOUGH, CourseCheck


@dataclass(frozen=True)
class Plateau(CourseCheck):
    """## What it does
    Compares the lowest loss of the run with that of the best constant prediction (class shares,
    mean of the target), or of the untrained network where that is lower; then looks for the longest
    stretch in which the loss does not improve.

    ## Why it matters
    A network that never beats a constant prediction has learned nothing, however far its loss fell
    from a bad start. A plateau after progress may be convergence, or a learning rate that no longer
    fits.

    ## What to do
    From the start: look at what ND503 and ND609 say about updates and gradients, then run `nndoctor
    overfit-tiny`. After progress: a schedule that lowers the learning rate, or stop there.

    ## Source
    CS231n notes, neural-networks-3 (a loss at ln C is chance). 1 %: other tools call that flat.
    """

    code: str = "ND505"
    name: str = "plateau"

    below: float = 0.01  # of the constant's loss; what training rows let a network gain by luck
    gain: float = 0.01  # of all that the loss fell: less is none
    stretch: float = 0.3  # of the run, as runmedic's last 30 %
    resumed: float = 0.1  # of the fall, after the stretch: then it was no end
    converged: float = 0.5  # of the constant's loss: a standstill below is an end like any other

    def judge(self, seen: Course) -> Finding:
        """An error from the start, a note after progress."""
        best, level = float(seen.losses.min()), seen.chance
        if level <= 1e-6 * abs(seen.first):
            return self.skip("a constant prediction is perfect: there is nothing to learn")
        known = "the best constant prediction" if level <= seen.first else "the untrained network"
        level = level if level <= seen.first else seen.first
        if not best < level - self.below * abs(level):
            return self._from_start(seen, best, level, known)
        begin, end = _longest(seen, self.gain * seen.drop)
        span = (end - begin) / max(float(seen.moments[-1]), 1.0)
        later = float(seen.losses[seen.moments >= end].min())
        before = float(seen.losses[seen.moments <= end].min())
        again = before - later > self.resumed * seen.drop
        flat = span >= self.stretch and (again or not best < self.converged * level)
        told = f"the loss fell to {best:.3g}; {known} has {level:.3g}"
        if flat:
            told += f"; plateau from update {begin} to " + (f"{end}" if again else "the end")
        return self.finding(
            Status.NOTE if flat else Status.OK,
            told,
            measured=best,
            expected=level,
            threshold=f"below {1 - self.below:.0%} of a constant's loss; a note where "
            f"{self.stretch:.0%} of the run gain less than {self.gain:.0%} of the fall, before "
            f"more or above {self.converged:.0%} of a constant's loss",
            source="CS231n notes, neural-networks-3",
            where=Where(step=begin) if flat else Where(),
        )

    def _from_start(self, seen: Course, best: float, level: float, known: str) -> Finding:
        short = seen.trace.updates < ENOUGH
        falling = seen.drop > self.below * abs(seen.first) and seen.tail >= self.resumed
        status = Status.NOTE if short else Status.WARNING if falling else Status.ERROR
        return self.finding(
            status,
            f"the loss never fell below that of {known}: lowest {best:.4g}, against {level:.4g}"
            + ", still falling" * falling
            + f"; {seen.trace.updates} updates are too few to tell" * short,
            measured=best,
            expected=level,
            threshold=f"below {1 - self.below:.0%} of it; a note under {ENOUGH} updates",
            source="CS231n notes, neural-networks-3",
            where=Where(step=0),
            suggests=("vanishing_gradient", "learning_rate_too_low", "labels_random"),
            advice="" if short else "nothing is learned: run `nndoctor overfit-tiny`",
        )


def _longest(seen: Course, least: float) -> tuple[int, int]:
    """First and last update of the longest stretch whose best loss gains less than `least`."""
    best, at = np.minimum.accumulate(seen.losses), seen.moments
    longest = (0, 0)
    for i in range(len(at)):
        j = int((best >= best[i] - least).nonzero()[0][-1])
        longest = max(longest, (int(at[i]), int(at[j])), key=lambda pair: pair[1] - pair[0])
    return longest
