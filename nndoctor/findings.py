"""What an examination says: plain frozen data that imports nothing of ours and draws nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .levels import FailOn as FailOn
from .levels import Status as Status
from .levels import Verdict as Verdict
from .levels import worst as worst


@dataclass(frozen=True)
class Series:
    """A curve, uninterpreted: `x` and `y` of equal length; NaN and infinity are allowed in `y`.

    Seen beside it: `marks` (label, x), `bands` of x (label, low, high), `levels` of y (label, y).
    It is drawn up to `top`, where what lies above is marked; `low` to `high`: the range around `y`.
    """

    name: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    x_label: str = ""
    y_label: str = ""
    log_x: bool = False
    log_y: bool = False
    marks: tuple[tuple[str, float], ...] = ()
    bands: tuple[tuple[str, float, float], ...] = ()
    levels: tuple[tuple[str, float], ...] = ()
    top: float | None = None
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()


@dataclass(frozen=True)
class Scatter:
    """Points that no curve joins, some NaN or infinite; `identity`: the line y = x is drawn too."""

    name: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    x_label: str = ""
    y_label: str = ""
    log_x: bool = False
    log_y: bool = False
    identity: bool = False


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
class Curves:
    """Several curves on the axes of the first one."""

    name: str
    lines: tuple[Series, ...]
    caption: str = ""


Matrix = tuple[tuple[float, ...], ...]


@dataclass(frozen=True)
class Walk:
    """The places a walk over a plane came by, first to last; `end` says how it ended."""

    name: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    end: str = ""


@dataclass(frozen=True)
class Paths:
    """Walks over the contours of `height[row][column]`, at `y[row]` and `x[column]`, both rising.

    NaN and infinity are allowed in `height` and in the paths. `marks`: places as (label, x, y).
    """

    name: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    height: Matrix
    paths: tuple[Walk, ...]
    x_label: str = ""
    y_label: str = ""
    marks: tuple[tuple[str, float, float], ...] = ()
    caption: str = ""


@dataclass(frozen=True)
class Picture:
    """A small image, top row first; `colours`: in place of it one for red, green and blue each."""

    name: str
    pixels: Matrix
    colours: tuple[Matrix, ...] = ()


@dataclass(frozen=True)
class Pictures:
    """Small images of one size and one scale, but for colours; `signed`: its middle is zero."""

    name: str
    pictures: tuple[Picture, ...]
    signed: bool = True
    caption: str = ""


@dataclass(frozen=True)
class Heatmap:
    """A matrix as colours, from `low` on if given; `rows` and `columns`: names, or empty."""

    name: str
    values: Matrix
    x_label: str = ""
    y_label: str = ""
    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    signed: bool = True
    caption: str = ""
    low: float | None = None


@dataclass(frozen=True)
class Regions:
    """Which of `labels` a classifier names where, `cells[row][column]` at `y[row]` and `x[column]`.

    `points` are rows of the data as (x, y, number of the label).
    """

    name: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    cells: tuple[tuple[int, ...], ...]
    labels: tuple[str, ...]
    points: tuple[tuple[float, float, int], ...] = ()
    x_label: str = ""
    y_label: str = ""
    caption: str = ""


@dataclass(frozen=True)
class Axis:
    """One of several upright axes; `ticks` are (place from 0 to 1, label)."""

    name: str
    ticks: tuple[tuple[float, str], ...]


@dataclass(frozen=True)
class Coordinates:
    """Parallel coordinates: each line's place from 0 to 1 on every axis; `values` colour the lines.

    Source: Inselberg 1985, The plane with parallel coordinates.
    """

    name: str
    axes: tuple[Axis, ...]
    lines: Matrix
    values: tuple[float, ...]
    value_label: str = ""
    caption: str = ""


Evidence = Table | Series | Scatter | Coordinates | Curves | Paths | Pictures | Heatmap | Regions


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
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True)
class Conclusion:
    """What a report comes to: the exit code is 1 where it is sick or fails, 4 where undecided.

    `FailOn.NEVER` makes both a 0, and leaves the word.
    """

    verdict: Verdict
    exit_code: int


@dataclass(frozen=True)
class Report:
    """Everything one command found, ready to be drawn.

    `words` are facts about the set-up that a reader needs (guessed task, default recipe);
    `next_step` is one command or one sentence to go on with. A brief report shows its own
    evidence first, then only the findings that are not ok, without theirs.
    `headline` is the answer in a few words; without one the names of what was found stand there.
    `decided` is a verdict that rests on more than the findings, `summary` the lines that explain
    it, both shown first; `fields` stand in the document for machines beside the others.
    `argument` is what was examined, as it is typed; `known` are codes and names of causes that
    were accepted before: what rests on them alone does not fail.
    """

    command: str
    title: str
    findings: tuple[Finding, ...]
    evidence: tuple[Evidence, ...] = ()
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
    headline: str = ""
    fail_on: FailOn = FailOn.ERROR
    decided: Verdict | None = None
    summary: tuple[str, ...] = ()
    fields: Mapping[str, Any] = field(default_factory=dict)
    argument: str = ""
    known: tuple[str, ...] = ()

    @property
    def worst(self) -> Status:
        """The most severe status among the findings; ok when there are none."""
        return worst(finding.status for finding in self.findings)

    def knows(self, finding: Finding) -> bool:
        """Whether it was accepted before; a bug of ours never is."""
        return finding.code in self.known and finding.status is not Status.BROKEN

    @property
    def grounds(self) -> tuple[str, ...]:
        """What a decided verdict rests on, by name."""
        return ()

    @property
    def verdict(self) -> Verdict:
        """The word for it."""
        return self.conclude().verdict

    def exit_code(self, fail_on: FailOn | None = None) -> int:
        """0 nothing that fails, 1 sick or fail, 3 a bug of ours, 4 undecided, 130 cut short."""
        return self.conclude(fail_on).exit_code

    def conclude(self, fail_on: FailOn | None = None) -> Conclusion:
        """Verdict and exit code, here and nowhere else; without a level by the report's own."""
        level = self.fail_on if fail_on is None else fail_on
        verdict = self._judged(level) if self.decided is None else self.decided
        if self.interrupted:
            return Conclusion(verdict, 130)
        if self.worst is Status.BROKEN:
            return Conclusion(verdict, 3)
        code = 4 if verdict is Verdict.UNDECIDED else int(verdict in (Verdict.SICK, Verdict.FAIL))
        excused = code == 1 and bool(self.grounds) and set(self.grounds) <= set(self.known)
        return Conclusion(verdict, 0 if excused or level is FailOn.NEVER else code)

    def _judged(self, level: FailOn) -> Verdict:
        """By the findings; where nothing may fail, an error is still one."""
        least = Status.ERROR if level is FailOn.NEVER else Status(level.value)
        judged = any(finding.status is not Status.SKIP for finding in self.findings)
        if self.interrupted or self.worst is Status.BROKEN or not judged:
            return Verdict.UNDECIDED
        new = worst(finding.status for finding in self.findings if not self.knows(finding))
        if new.severity >= least.severity:
            return Verdict.FAIL
        return Verdict.WARN if self.worst.severity >= Status.WARNING.severity else Verdict.PASS
