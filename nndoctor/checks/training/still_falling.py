"""ND509: would more epochs help?"""

from dataclasses import dataclass

from ...findings import Finding, Status
from ..measures.course import Course
from .course_check import CourseCheck


@dataclass(frozen=True)
class StillFalling(CourseCheck):
    """## What it does
    Measures how much of the total fall of the loss came in the last fifth of the run.

    ## Why it matters
    A run that ends while the loss is still falling was cut off: neither its loss nor its score
    shows what the network can do.

    ## What to do
    More epochs, while watching the validation loss; or a higher learning rate, if it falls slowly.

    ## Source
    CS231n notes, neural-networks-3 (loss curves); a straight line would bring a fifth in a fifth.
    """

    code: str = "ND509"
    name: str = "still-falling"

    share: float = 0.05  # a quarter of what a straight line would bring

    def judge(self, seen: Course) -> Finding:
        """A note at most: the user decides when to stop."""
        falling = seen.drop > 0 and seen.tail > self.share
        told = (
            f"the last fifth of {seen.trace.updates} updates brought {seen.tail:.0%} of the "
            "total decrease"
            if seen.tail > 0
            else f"the loss did not fall in the last fifth of {seen.trace.updates} updates"
        )
        return self.finding(
            Status.NOTE if falling else Status.OK,
            told + ": it is still falling" * falling,
            measured=seen.tail,
            threshold=f"at most {self.share:.0%}",
            source="CS231n notes, neural-networks-3",
            suggests=("too_few_epochs",) if falling else (),
        )
