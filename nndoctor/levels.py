"""How bad a finding is, what comes of all of them, and what fails: words in their order."""

from collections.abc import Iterable
from enum import StrEnum


class Status(StrEnum):
    """How a finding is meant, mildest first; `broken` is a bug of ours."""

    SKIP = "skip"
    OK = "ok"
    NOTE = "note"
    WARNING = "warning"
    ERROR = "error"
    BROKEN = "broken"

    @property
    def severity(self) -> int:
        """The position in the order above: larger is worse."""
        return list(Status).index(self)


class Verdict(StrEnum):
    """The overall answer of a report.

    Healthy and sick are said of a network that was put to the test, by a check-up alone; the others
    of what was examined: all right, something found below the level that fails, or from it on.
    """

    HEALTHY = "healthy"
    SICK = "sick"
    PASS = "pass"
    WARN = "warn"
    FAIL = "fail"
    UNDECIDED = "undecided"


class FailOn(StrEnum):
    """From which status on a report makes the exit code 1."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"
    NEVER = "never"


def worst(statuses: Iterable[Status]) -> Status:
    """The most severe of some statuses; ok when there are none."""
    return max(statuses, key=lambda status: status.severity, default=Status.OK)
