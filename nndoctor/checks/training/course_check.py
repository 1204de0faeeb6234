"""What the checks of a watched run share."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from ...findings import Finding
from ..check import Check
from ..measures.course import Course

ENOUGH = 100  # updates, ten times ten as Keras' patience of ten epochs: fewer prove no standstill


@dataclass(frozen=True)
class CourseCheck(Check, ABC):
    """One question about a run (`course.watched` measures it for all of them)."""

    needs_looks: ClassVar[bool] = False
    needs_finite: ClassVar[bool] = True

    @abstractmethod
    def judge(self, seen: Course) -> Finding:
        """The finding for the run; pure."""

    def skips(self, seen: Course) -> str:
        """Why the question can't be asked of this run; empty where it can."""
        if seen.cancelled:
            return f"interrupted after {seen.trace.updates} of {seen.updates} updates"
        if self.needs_finite and not seen.finite:
            return "the run diverged: see ND607"
        if self.needs_looks and not len(seen.trace.looks):
            return (
                "no update was recorded: the run diverged before the first, or the "
                "optimizer shows none"
            )
        return ""

    def examine(self, seen: Course) -> Finding:
        """Judges, or says why not."""
        why = self.skips(seen)
        return self.skip(why) if why else self.judge(seen)
