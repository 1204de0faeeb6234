"""ND509: would more epochs help?"""

from dataclasses import dataclass

from ...findings import Finding, Status
from ..measures.course import Course
from .course_check import CourseCheck


@dataclass(frozen=True)
class StillFalling(CourseCheck):
    """## What it does
    Asks which share of the whole fall of the loss the last fifth of the run brought.

    ## Why it matters
    A run that ends while the loss still falls was cut off: neither its loss nor its score says
    what the network can do.

    ## What to do
    More epochs, with a look at the validation loss; or a higher rate, if it falls slowly.

    ## Source
    CS231n notes, neural-networks-3 (loss curves); a straight line would bring a fifth in a fifth.
    """

    code: str = "ND509"
    name: str = "still-falling"

    share: float = 0.05  # a quarter of what a straight line would bring

    def judge(self, seen: Course) -> Finding:
        """A note at most: the user decides when to stop."""
        falling = seen.drop > 0 and seen.tail > self.share
        told = f"the last fifth of {seen.trace.updates} updates brought {seen.tail:.1%} of the fall"
        return self.finding(
            Status.NOTE if falling else Status.OK,
            told + ": more epochs would help" * falling,
            measured=seen.tail,
            threshold=f"at most {self.share:.0%}",
            source="CS231n notes, neural-networks-3",
            suggests=("too_few_epochs",) if falling else (),
        )
