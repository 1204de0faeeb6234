"""The report in Markdown, as for a comment on a pull request: answer first, the rest folded."""

import re
from collections.abc import Iterable, Iterator

from nndoctor.diagnosis.causes import CAUSES
from nndoctor.diagnosis.diagnosis import DiagnosisReport
from nndoctor.diagnosis.telling import fix_heading, outlook, reasons, rest, standing
from nndoctor.findings import Evidence, Histogram, Report, Status, Table
from nndoctor.report.cells import STATUS_WORDS, number, sparkline
from nndoctor.report.headline import headline

_MOST_CODES = 4
_MARKUP = re.compile(r"([\\`*_\[\]#|~$@]|^[-+]|(?<=\d)\.(?=\s)|:(?=\S))")
_QUIET = (Status.OK, Status.SKIP)


def render_markdown(report: Report) -> str:
    """GitHub's flavour; names with markup are escaped."""
    return "\n\n".join(block for block in _blocks(report) if block) + "\n"


def _blocks(report: Report) -> Iterator[str]:
    yield f"## nndoctor {escaped(report.command)}: {escaped(report.verdict.value)}"
    if isinstance(report, DiagnosisReport):
        yield from _diagnosis(report)
    elif report.summary:
        yield "  \n".join(map(escaped, report.summary))
    else:
        yield escaped(headline(report))
    yield "  \n".join(map(escaped, report.words))
    if report.interrupted:
        yield "*Interrupted: this is only what was found until then.*"
    if report.findings:
        yield _findings(report)
    for table in _tables(report):
        yield _folded(table.name, [_table(table), escaped(table.caption)])
    if report.next_step:
        yield f"Next: {_code(report.next_step)}"


def _diagnosis(report: DiagnosisReport) -> Iterator[str]:
    told = report.diagnosis
    yield f"**{escaped(told.sentence)}**"
    yield "  \n".join(map(escaped, outlook(told, "the change below")))
    lines = []
    for rank, cause in enumerate(told.causes, 1):
        title = CAUSES[cause.cause].title if cause.cause in CAUSES else cause.cause
        lines.append(f"{rank}. **{escaped(title)}** ({escaped(standing(told, cause))})")
        for code, line in reasons(told, cause)[:1]:
            lines.append(f"   {code} {escaped(line)}")
    yield "\n".join(lines)
    if told.diff:
        yield f"{escaped(fix_heading(told))}:"
        yield _fenced("\n".join(told.diff), "diff")
    if told.code:
        yield "In your code:"
        yield _fenced("\n".join(told.code), "python")
    yield "\n".join(f"- {label}: {escaped(line)}" for label, line in rest(told, _MOST_CODES))


def _findings(report: Report) -> str:
    """Those that are not fine; the others counted."""
    loud = [f for f in report.findings if f.status not in _QUIET]
    rows = tuple(
        (STATUS_WORDS[f.status], f.code, f.name, f.message + " (known)" * report.knows(f))
        for f in sorted(loud, key=lambda finding: -finding.status.severity)
    )
    fine = sum(f.status is Status.OK for f in report.findings)
    skipped = len(report.findings) - len(loud) - fine
    counted = f"{fine} checks passed, {skipped} could not be asked"
    if not rows:
        return counted
    return f"{_table(Table('', ('', 'code', 'check', 'what was seen'), rows))}\n\n{counted}"


def _tables(report: Report) -> Iterator[Table]:
    pieces: Iterable[Evidence] = report.evidence
    pieces = (*pieces, *(one for finding in report.findings for one in finding.evidence))
    yield from (one for one in pieces if isinstance(one, Table))


def _table(table: Table) -> str:
    rows = [table.columns, ("---",) * len(table.columns)]
    rows += [tuple(map(_cell, row)) for row in table.rows]
    rows[0] = tuple(map(escaped, rows[0]))
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _cell(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, Histogram):
        return sparkline(cell)
    return escaped(number(cell) if isinstance(cell, int | float) else str(cell))


def _folded(name: str, blocks: list[str]) -> str:
    inside = "\n\n".join(block for block in blocks if block)
    return f"<details><summary>{_entities(name)}</summary>\n\n{inside}\n\n</details>"


def _fenced(text: str, language: str) -> str:
    """A fence longer than any in the text."""
    longest = max(map(len, re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text}\n{fence}"


def _code(text: str) -> str:
    longest = max(map(len, re.findall("`+", text)), default=0)
    fence, gap = "`" * (longest + 1), " " * bool(longest)
    return f"{fence}{gap}{text}{gap}{fence}"


def escaped(text: str) -> str:
    """Text in which nothing is markup, on one line; a mention of somebody or a link is none."""
    return _entities(_MARKUP.sub(r"\\\1", " ".join(text.split())))


def _entities(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
