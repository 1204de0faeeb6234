"""What a report says, one thing at a time, as tools of continuous integration want to have it."""

import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePath

from nndoctor.catalogue import causes
from nndoctor.diagnosis.diagnosis import DiagnosisReport
from nndoctor.diagnosis.records import NamedCause
from nndoctor.findings import FailOn, Finding, Report, Status, Verdict
from nndoctor.report.headline import headline


class Level(StrEnum):
    """How loud it is said."""

    QUIET = "quiet"  # asked and fine, or not asked
    NOTE = "note"
    WARNING = "warning"
    ERROR = "error"


_LEVELS = {Status.SKIP: Level.QUIET, Status.OK: Level.QUIET, Status.BROKEN: Level.ERROR}


@dataclass(frozen=True)
class Entry:
    """A finding, a named cause, or a verdict that rests on neither.

    `line`: of the recipe, where it has one. `fails`: whether it makes the exit code what it is.
    """

    kind: str
    code: str
    name: str
    status: str
    level: Level
    message: str
    advice: str = ""
    line: int | None = None
    fails: bool = False
    known: bool = False
    finding: Finding | None = None


def entries(report: Report) -> list[Entry]:
    """The causes first, then all findings; where nothing of them fails and the report does, it."""
    found = [*_causes(report), *(_of(report, finding) for finding in report.findings)]
    if report.exit_code() not in (0, 130) and not any(one.fails for one in found):
        level = Level.WARNING if report.verdict is Verdict.UNDECIDED else Level.ERROR
        found.insert(
            0,
            Entry(
                "verdict",
                "verdict",
                report.verdict.value,
                report.verdict.value,
                level,
                _sentence(report),
                fails=True,
            ),
        )
    return found


def loud(report: Report) -> list[Entry]:
    """Those that say more than that all is well."""
    return [one for one in entries(report) if one.level is not Level.QUIET]


def file_of(report: Report) -> str:
    """The file that was examined: the recipe, or the table that a default recipe was made for."""
    try:
        first = next(iter(shlex.split(report.argument)), "")
    except ValueError:  # of a document that another hand wrote
        first = ""
    return report.recipe if PurePath(report.recipe).suffix else first or report.recipe


def has_file(report: Report) -> bool:
    """Whether what was examined is a file whose lines are those of the recipe."""
    return report.recipe.endswith(".toml") and bool(report.recipe_text)


def _of(report: Report, finding: Finding) -> Entry:
    status, known = finding.status, report.knows(finding)
    return Entry(
        "finding",
        finding.code,
        finding.name,
        status.value,
        _LEVELS.get(status) or Level(status.value),
        finding.message,
        finding.advice,
        _line(report, _keys(report, finding)),
        _fails(report, finding) and not known,
        known,
        finding,
    )


def _fails(report: Report, finding: Finding) -> bool:
    if finding.status is Status.BROKEN:
        return True
    if report.decided is not None or report.fail_on is FailOn.NEVER:
        return False
    return finding.status.severity >= Status(report.fail_on.value).severity


def _causes(report: Report) -> Iterator[Entry]:
    if not isinstance(report, DiagnosisReport):
        return
    titles = {one.name: one.title for one in causes()}
    for cause in report.diagnosis.causes:
        known = cause.cause in report.known
        proven = cause.certainty != "suspected"
        yield Entry(
            "cause",
            cause.cause,
            titles.get(cause.cause, cause.cause),
            cause.certainty,
            Level.ERROR if proven else Level.WARNING,
            _why(report, cause),
            cause.advice,
            _line(report, cause.change),
            report.exit_code() == 1 and not known,
            known,
        )


def _why(report: DiagnosisReport, cause: NamedCause) -> str:
    gain = f"; {report.diagnosis.metric} {cause.gain} without it" if cause.gain else ""
    return f"{cause.certainty}: {'; '.join(cause.why[:2])}{gain}"


def _sentence(report: Report) -> str:
    if isinstance(report, DiagnosisReport):
        return report.diagnosis.sentence
    return report.summary[0] if report.summary else headline(report)


def _keys(report: Report, finding: Finding) -> list[str]:
    """Keys of the recipe that a change for this finding is of: those of its cause."""
    if not isinstance(report, DiagnosisReport):
        return []
    named = [one for one in report.diagnosis.causes if finding.code in one.findings]
    return [key for one in named for key in one.change]


def _line(report: Report, keys: object) -> int | None:
    """Where the first of these keys stands, or the table it would stand in."""
    from nndoctor.recipe.locating import place_of  # tomllib, and the recipe's folder is not light

    if not has_file(report) or not isinstance(keys, list | dict) or not keys:
        return None
    return place_of(report.recipe_text, next(iter(keys)))
