"""The diagnosis on one screen: causes, fix and scores, then the verdict and what to do next."""

import io
import textwrap
from collections.abc import Iterator

from rich.console import Console, Group, RenderableType
from rich.text import Text

from nndoctor.diagnosis.causes import CAUSES
from nndoctor.diagnosis.diagnosis import Diagnosis, DiagnosisReport
from nndoctor.diagnosis.records import NamedCause
from nndoctor.diagnosis.telling import (
    NOTED,
    effect,
    fix_heading,
    notes,
    origin,
    reasons,
    rest,
)
from nndoctor.findings import Status
from nndoctor.report.cells import CERTAINTY_STYLES, DIFF_STYLES, next_command
from nndoctor.report.diagnosis import draw_verdict

SCREEN = 20  # lines, which leaves room for a prompt on the smallest usual terminal
MOST_CAUSES = 2
MOST_LINES = 8  # of the fix: a longer one is a new recipe, better read in a file
LEAST_LINES = 4  # of it, even if that takes more than the screen has
_NARROW = 60
_CODES = (4, 3, 2)  # of remarks: as many as a line holds
_INDENT = "   "
_MORE = " ..."


def draw_brief(report: DiagnosisReport, width: int) -> Iterator[RenderableType]:
    """Blocks from top to bottom, the most important last; lines are cut, but those to copy."""
    told = report.diagnosis
    code, fix = [*_code(told)], [*_fix(report, MOST_LINES)]
    ends = [_cut(_rest(told, width), width), draw_verdict(report, width)]
    if report.next_step:
        ends.append(next_command(report))
    for roomy in (True, False):
        heading, causes = _heading(report, width, roomy), [*_causes(told, width, roomy)]
        others = _rows(Group(heading, _cut(causes, width), *code, *ends), width)
        room = (
            SCREEN - others - 1 - (roomy and bool(causes or fix or code))
        )  # for lines between blocks
        if room >= len(fix):
            break
    yield heading
    answer = [*causes, *_fix(report, min(max(room, LEAST_LINES), MOST_LINES))]
    blocks = [*([_cut(answer, width)] if answer else []), *code]
    if blocks and roomy:
        yield Group(*blocks)
    yield Group(*ends) if roomy else Group(*blocks, *ends)


def _rows(drawn: RenderableType, width: int) -> int:
    """How many lines that takes."""
    console = Console(width=width, file=io.StringIO())
    return len(console.render_lines(drawn))


def _heading(report: DiagnosisReport, width: int, roomy: bool) -> RenderableType:
    """What was examined: rows and network, and in one paragraph what was guessed of the file."""
    rows, network, guessed = report.words[:1], report.words[1:2], report.words[2:]
    first = Text.assemble((f"{report.command}  ", "bold cyan"), (" ".join(rows), "dim"))
    lines = [first, *(Text(line, "dim") for line in (*network, "; ".join(guessed)) if line)]
    return Group(*lines) if roomy else _cut(lines, width)


def _cut(lines: list[Text], width: int) -> RenderableType:
    """Each in one line, of which whole words stay: half of a number would be another number."""
    for line in lines if width >= _NARROW else ():  # below it the end would be half of a line
        line.no_wrap = True
        if line.cell_len > width:
            line.truncate(width - len(_MORE) + 1)
            line.right_crop(len(line) - max(line.plain.rfind(" "), width // 2))
            line.append(_MORE)
    return Group(*lines)


def _causes(told: Diagnosis, width: int, roomy: bool) -> Iterator[Text]:
    """Each in a line, the first with what speaks for it most."""
    more = len(told.causes) - MOST_CAUSES
    others = f"and {more} more, which -v shows" if more > 0 else ""
    for rank, cause in enumerate(told.causes[:MOST_CAUSES], 1):
        title = Text.assemble(
            (f"{rank}  {CAUSES[cause.cause].title}", "bold"), "  ", *_certainty(told, cause)
        )
        if others and rank == MOST_CAUSES and not roomy:
            title.append(f"   {others}", "dim")
        yield title
        if rank == 1:
            yield from _evidence(told, cause, width, roomy)
    if others and roomy:
        yield Text(f"{_INDENT}{others}", "dim")


def _certainty(told: Diagnosis, cause: NamedCause) -> Iterator[tuple[str, str]]:
    """How far it is shown, or of which cause before it this is a consequence."""
    if (first := origin(told, cause)) is not None:
        yield f"a consequence of {first}", "dim"
        return
    yield cause.certainty, CERTAINTY_STYLES[cause.certainty]
    if more := effect(told, cause):
        yield f"  {more}", "dim"


def _evidence(told: Diagnosis, cause: NamedCause, width: int, roomy: bool) -> Iterator[Text]:
    """The first thing that speaks for it, with the code of its finding."""
    for code, line in reasons(told, cause)[:1]:
        name = f"{code}  " if code else ""
        within = max(width, _NARROW) - len(_INDENT)
        first, *others = textwrap.wrap(name + line, within) if roomy else [name + line]
        yield Text.assemble(_INDENT, (name, "cyan"), first.removeprefix(name))
        if others:
            yield Text(_INDENT + " ".join(others))


def _fix(report: DiagnosisReport, most: int) -> Iterator[Text]:
    """The change as a diff, in at most so many lines."""
    told = report.diagnosis
    if told.diff:
        wrote = f", written to {report.wrote}" if report.wrote else ""
        yield Text.assemble((fix_heading(told), "bold"), wrote)
        shown = told.diff if len(told.diff) < most else told.diff[: most - 2]
        for line in shown:
            yield Text(f"  {line}", DIFF_STYLES[line[:1]])
        if (more := len(told.diff) - len(shown)) > 0:
            where = report.wrote or "-v shows them, --write FILE writes them"
            yield Text(f"    ... {more} more lines: {where}", "dim")


def _code(told: Diagnosis) -> Iterator[Text]:
    """The change as lines of the library that the model is of, whole: they are to be copied."""
    if told.code:
        yield Text("in your code", "bold")
        yield from (Text(f"  {line}", no_wrap=True, overflow="ignore") for line in told.code)


def _rest(told: Diagnosis, width: int) -> list[Text]:
    """Other changes and remarks, a line each, with as many codes as one holds."""
    loud = any(f.status is Status.ERROR for f in notes(told))
    lines: dict[str, Text] = {}
    for most in _CODES:
        for label, line in rest(told, most, "-v"):
            style = "bold red" if loud and label == NOTED else "dim"
            lines[label] = Text.assemble((f"{label:<11}", style), line)
        if NOTED not in lines or lines[NOTED].cell_len <= width:
            break
    return [*lines.values()]
