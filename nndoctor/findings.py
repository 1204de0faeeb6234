"""What an examination says: plain frozen data that imports nothing of ours and draws nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


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


@dataclass(frozen=True)
class Series:
    """A curve, uninterpreted: `x` and `y` of equal length; NaN and infinity are allowed in `y`.

    A curve named in `marks` as (label, x) is marked there.
    """

    name: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    x_label: str = ""
    y_label: str = ""
    log_x: bool = False
    log_y: bool = False
    marks: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class Histogram:
    """A cell of a table that holds a small histogram, lowest bin first."""

    counts: tuple[int, ...]
    low: float
    high: float


Cell = str | int | float | Status | Histogram | None


@dataclass(frozen=True)
class Table:
    """Rows of plain values under named columns; `caption` says how to read it."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    caption: str = ""


@dataclass(frozen=True)
class Where:
    """The place a finding speaks of; what does not apply is None."""

    layer: str | None = None
    step: int | None = None
    column: str | None = None


@dataclass(frozen=True)
class Finding:
    """The answer of one check."""

    code: str
    name: str
    status: Status
    message: str
    measured: float | None = None
    expected: float | None = None
    threshold: str = ""
    source: str = ""
    where: Where = field(default_factory=Where)
    suggests: tuple[str, ...] = ()
    advice: str = ""
    evidence: tuple[Table | Series, ...] = ()


class Verdict(StrEnum):
    """The overall answer of a report."""

    HEALTHY = "healthy"
    SICK = "sick"
    UNDECIDED = "undecided"


class FailOn(StrEnum):
    """From which status on a report makes the exit code 1."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"
    NEVER = "never"


@dataclass(frozen=True)
class Report:
    """Everything one command found, ready to be drawn.

    `words` are facts about the set-up that a reader needs (guessed task, default recipe);
    `next_step` is one command or one sentence to go on with. A brief report shows its own
    evidence first, then only the findings that are not ok, without theirs.
    `decided` is a verdict that rests on more than the findings, `summary` the lines that explain
    it, both shown first; `fields` stand in the document for machines beside the others.
    """

    command: str
    title: str
    findings: tuple[Finding, ...]
    evidence: tuple[Table | Series, ...] = ()
    words: tuple[str, ...] = ()
    next_step: str = ""
    recipe: str = ""
    recipe_sha256: str = ""
    recipe_text: str = ""
    seed: int = 0
    version: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)
    interrupted: bool = False
    brief: bool = False
    details: Mapping[str, Any] = field(default_factory=dict)
    decided: Verdict | None = None
    summary: tuple[str, ...] = ()
    fields: Mapping[str, Any] = field(default_factory=dict)

    @property
    def worst(self) -> Status:
        """The most severe status among the findings; ok when there are none."""
        return worst(finding.status for finding in self.findings)

    @property
    def verdict(self) -> Verdict:
        """Sick from a warning on; undecided when cut short or when nothing could be judged."""
        if self.decided is not None:
            return self.decided
        told = [finding.status for finding in self.findings]
        if Status.WARNING in told or Status.ERROR in told:
            return Verdict.SICK
        decided = any(finding.status in (Status.OK, Status.NOTE) for finding in self.findings)
        if self.interrupted or self.worst is Status.BROKEN or not decided:
            return Verdict.UNDECIDED
        return Verdict.HEALTHY

    def exit_code(self, fail_on: FailOn = FailOn.ERROR) -> int:
        """0 healthy, 1 a finding at or above `fail_on`, 3 a bug of ours, 4 undecided, 130 cut."""
        if self.interrupted:
            return 130
        if self.worst is Status.BROKEN:
            return 3
        if self.decided is not None:
            codes = {Verdict.HEALTHY: 0, Verdict.SICK: 1, Verdict.UNDECIDED: 4}
            return 0 if fail_on is FailOn.NEVER else codes[self.decided]
        if fail_on is not FailOn.NEVER and self.worst.severity >= Status(fail_on.value).severity:
            return 1
        return 4 if self.verdict is Verdict.UNDECIDED else 0


def worst(statuses: Iterable[Status]) -> Status:
    """The most severe of some statuses; ok when there are none."""
    return max(statuses, key=lambda status: status.severity, default=Status.OK)
