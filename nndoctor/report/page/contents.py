"""What the page says, in the order it says it; how it looks is the template's."""

import shlex
from collections.abc import Iterator, Mapping
from typing import Any

from nndoctor.diagnosis.causes import CAUSES
from nndoctor.diagnosis.diagnosis import Diagnosis, DiagnosisReport
from nndoctor.diagnosis.records import Side
from nndoctor.diagnosis.telling import fix_heading, outlook, reasons, rest, standing
from nndoctor.findings import Evidence, Finding, Histogram, Report, Status, Table
from nndoctor.report.cells import STATUS_WORDS, VERDICT_STYLES, number, sparkline
from nndoctor.report.headline import headline

from .pictures import pictures

Contents = dict[str, Any]

MOST_ROWS = 100  # of a table
_MOST_CODES = 6


def contents(report: Report) -> Contents:
    """Everything the template asks for."""
    told = report.diagnosis if isinstance(report, DiagnosisReport) else None
    drawn, left = pictures(report, told)
    quiet = (Status.OK, Status.SKIP)
    found = sorted(report.findings, key=lambda finding: -finding.status.severity)
    return {
        "report": report,
        "heading": report.title
        if report.command in report.title
        else f"{report.command}: {report.title}",
        "verdict": report.verdict.value,
        "tone": VERDICT_STYLES[report.verdict],
        "lines": _lines(report, told),
        "causes": _causes(told) if told else [],
        "fix": fix_heading(told) if told and told.diff else "",
        "diff": [(line[:1], line) for line in told.diff] if told else [],
        "code": "\n".join(told.code) if told else "",
        "rest": list(rest(told, _MOST_CODES)) if told else [],
        "pictures": drawn,
        "left": left,
        "tables": [_table(one) for one in _tables(report, told)],
        "loud": [_finding(report, one) for one in found if one.status not in quiet],
        "quiet": [_finding(report, one) for one in found if one.status in quiet],
        "command": _command(report),
        "facts": list(_facts(report)),
    }


def _lines(report: Report, told: Diagnosis | None) -> list[str]:
    """The verdict's sentence, then what explains it."""
    if told is not None:
        return [told.sentence, *outlook(told, "the change below")]
    return list(report.summary) or [headline(report)]


def _causes(told: Diagnosis) -> list[Contents]:
    return [
        {
            "name": one.cause,
            "title": CAUSES[one.cause].title if one.cause in CAUSES else one.cause,
            "standing": standing(told, one),
            "sure": one.certainty != "suspected",
            "reasons": reasons(told, one),
            "advice": one.advice,
        }
        for one in told.causes
    ]


def _finding(report: Report, one: Finding) -> Contents:
    why = f"{one.threshold} ({one.source})" if one.threshold and one.source else ""
    return {
        "word": STATUS_WORDS[one.status],
        "status": one.status.value,
        "code": one.code,
        "name": one.name,
        "message": one.message,
        "why": why or one.threshold or one.source,
        "advice": one.advice if one.status is not Status.OK else "",
        "known": report.knows(one),
    }


def _tables(report: Report, told: Diagnosis | None) -> Iterator[Table]:
    """Those of the diagnosis, then all evidence that is a table."""
    if told is not None:
        yield from _of_diagnosis(told)
    pieces: tuple[Evidence, ...] = report.evidence
    for finding in report.findings:
        pieces += finding.evidence
    yield from (one for one in pieces if isinstance(one, Table))


def _of_diagnosis(told: Diagnosis) -> Iterator[Table]:
    if told.before is not None and told.after is not None:
        sides = (("as it is", told.before), ("changed", told.after))
        heads = ("recipe", told.metric, "spread", "worst", "best", "loss")
        yield Table("before and after", heads, tuple(_side(*one) for one in sides), told.measure)
    if told.references:
        reached = tuple((one.name, one.score, one.spread) for one in told.references)
        yield Table("references", ("network or model", told.metric, "spread"), reached, told.rule)
    if told.steps:
        looked = tuple((one.name, one.status, one.seen) for one in told.steps)
        yield Table("what was examined", ("step", "verdict", "what was seen"), looked)
    if told.evidence:
        columns = ("cause", "kind", "context", "what was seen", f"gain in {told.metric}")
        yield Table("evidence for and against each cause", columns, tuple(map(_row, told.evidence)))
    others = [(one, "ruled out by a test") for one in told.ruled_out]
    others += [(one.cause, one.why) for one in told.left_untested]
    if others:
        yield Table("other causes", ("cause", "why it is not named"), tuple(others))


def _side(name: str, side: Side) -> tuple[str | float, ...]:
    scores = side.scores or (side.score,)
    return name, side.score, side.score_spread, min(scores), max(scores), side.loss


def _row(one: Mapping[str, Any]) -> tuple[str, ...]:
    told = (str(one.get(name) or "") for name in ("cause", "kind", "context", "text"))
    return *told, _gain(one.get("gain"))


def _gain(gain: Any) -> str:
    if not isinstance(gain, dict):
        return "" if gain is None else str(gain)
    ends = [gain.get("low"), gain.get("high")]
    inside = " to ".join(f"{end:+.2f}" for end in ends if isinstance(end, int | float))
    mean = gain.get("mean")
    return (f"{mean:+.2f}" if isinstance(mean, int | float) else "") + f" ({inside})" * bool(inside)


def _table(table: Table) -> Contents:
    numeric = [
        any(isinstance(row[at], int | float) for row in table.rows if at < len(row))
        for at in range(len(table.columns))
    ]
    rows = [[_cell(cell) for cell in row] for row in table.rows[:MOST_ROWS]]
    return {
        "name": table.name,
        "columns": list(zip(table.columns, numeric, strict=True)),
        "rows": [list(zip(row, numeric, strict=False)) for row in rows],
        "left": max(len(table.rows) - MOST_ROWS, 0),
        "caption": table.caption,
    }


def _cell(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, Histogram):
        return sparkline(cell)
    if isinstance(cell, Status):
        return STATUS_WORDS[cell]
    return number(cell) if isinstance(cell, int | float) else str(cell)


def _command(report: Report) -> str:
    given = report.argument or (shlex.quote(report.recipe) if report.recipe else "")
    return f"nndoctor {report.command} {given}".rstrip()


def _facts(report: Report) -> Iterator[tuple[str, str]]:
    """What the result depends on."""
    yield "seed", str(report.seed)
    if report.recipe:
        yield "recipe", report.recipe
    if report.recipe_sha256:
        yield "sha256 of the recipe", report.recipe_sha256
    if report.version:
        yield "nndoctor", report.version
    yield from report.environment.items()
