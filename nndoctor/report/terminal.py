"""The report a person reads: evidence first, then the answers, then the verdict."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeGuard

from rich import box
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table as Grid
from rich.text import Text

from nndoctor.findings import Evidence, Finding, Report, Scatter, Status
from nndoctor.report.cells import (
    STATUS_STYLES,
    STATUS_WORDS,
    VERDICT_STYLES,
    next_command,
    number,
)
from nndoctor.report.console import ascii_only, to_ascii
from nndoctor.report.headline import headline
from nndoctor.report.pieces import draw_piece
from nndoctor.visible import MANY_LINES, all_visible

if TYPE_CHECKING:
    from nndoctor.diagnosis.diagnosis import DiagnosisReport

_WIDEST_TEXT = 120  # longer lines are hard to read, however wide the terminal
_ONE_LINE_FROM = 80
_CLOUDS = 2  # shown without -v: one a parameter would be pages
_WORD = 6  # a status word and its gap


def render_text(report: Report, console: Console, verbosity: int = 0) -> str:
    """The whole report as it is to be written to the console; -1 is quiet, 1 tells everything."""
    report = all_visible(report, MANY_LINES)
    with console.capture() as capture:
        if verbosity < 0:
            console.print(_verdicts(report, console.width))
        else:
            plain = ascii_only(console) or console.color_system is None
            for block in _blocks(report, console.width, verbosity, plain):
                console.print(block, crop=False)
                console.print()
    text = "\n".join(line.rstrip() for line in capture.get().rstrip().split("\n"))
    text = text + "\n" if text else ""
    return to_ascii(text) if ascii_only(console) else text


def _diagnosed(report: Report) -> "TypeGuard[DiagnosisReport]":
    """Whether it ends in a diagnosis, which alone needs the causes: 40 ms of a start."""
    return hasattr(report, "diagnosis")


def _verdicts(report: Report, width: int) -> RenderableType:
    """All that is said under --quiet."""
    if _diagnosed(report):
        from nndoctor.report.diagnosis import draw_quietly

        return Group(*draw_quietly(report))
    if report.findings:
        return _answers(report.findings, width, -1)
    if report.summary:
        return _summary(report)
    return _summary(replace(report, summary=(headline(report),)))


def _blocks(report: Report, width: int, verbosity: int, plain: bool) -> Iterator[RenderableType]:
    """What stands apart from each other by an empty line, from top to bottom."""
    measure = min(width, _WIDEST_TEXT)
    if _diagnosed(report) and verbosity <= 0:
        from nndoctor.report.brief import draw_brief

        yield from draw_brief(report, measure)
        return
    if _diagnosed(report):
        from nndoctor.report.diagnosis import draw_diagnosis

        yield _heading(report)
        yield _answers(report.findings, measure, verbosity)
        yield _details(report)
        yield from draw_diagnosis(report, measure)
    else:
        yield _heading(report)
        yield from _found(report, width, measure, verbosity, plain)
    if report.next_step:
        yield Group(next_command(report))  # rich joins bare texts, and then wraps what must not be


def _found(
    report: Report, width: int, measure: int, verbosity: int, plain: bool
) -> Iterator[RenderableType]:
    """Evidence, then the answers, then the verdict."""
    brief = report.brief and verbosity <= 0
    findings = [f for f in report.findings if not brief or f.status not in (Status.OK, Status.SKIP)]
    yield from _evidence(report.evidence, width, verbosity, plain)
    if not brief:
        for finding in findings:
            yield from _evidence(finding.evidence, width, verbosity, plain)
    if findings:
        yield _answers(findings, measure, verbosity)
    if verbosity > 0:
        yield _details(report)
    yield _summary(report) if report.summary else _verdict(report, measure)


def _heading(report: Report) -> RenderableType:
    title = Text(report.title, "bold")
    if report.command not in report.title:
        title = Text.assemble((f"{report.command}  ", "bold cyan"), title)
    return Group(title, *(Text(word, "dim") for word in report.words))


def _summary(report: Report) -> RenderableType:
    """The verdict, decided by more than the findings, and what explains it."""
    first, *rest = report.summary
    word = (report.verdict.value.upper(), f"bold {VERDICT_STYLES[report.verdict]}")
    lines = [Text.assemble(word, f"  {first}"), *map(Text, rest)]
    if report.interrupted:
        lines.append(Text("interrupted: this is only what was found until then", "yellow"))
    return Group(*lines)


def _evidence(
    evidence: Sequence[Evidence], width: int, verbosity: int, plain: bool
) -> Iterator[RenderableType]:
    clouds = [piece for piece in evidence if isinstance(piece, Scatter)]
    left = [] if verbosity > 0 else clouds[_CLOUDS:]
    for piece in evidence:
        if piece not in left:
            yield Group(*draw_piece(piece, width, every_row=verbosity > 0, plain=plain))
    if left:
        yield Text(f"{len(left)} more: -v shows {', '.join(one.name for one in left)}", "dim")


def _answers(findings: Sequence[Finding], width: int, verbosity: int) -> RenderableType:
    """One line per finding, and below those that are not ok what it means and what to do."""
    name_width = max((len(finding.name) for finding in findings), default=0)
    lines: list[RenderableType] = []
    for finding in findings:
        lines += _answer(finding, name_width, width)
        if verbosity > 0 or (verbosity == 0 and finding.status is not Status.OK):
            lines += _explanation(finding, verbosity)
    return Group(*lines)


def _answer(finding: Finding, name_width: int, width: int) -> Iterator[RenderableType]:
    style, code_width = STATUS_STYLES[finding.status], max(5, len(finding.code))
    side_by_side = width >= _ONE_LINE_FROM
    room = width - _WORD - code_width - 2
    grid = Grid.grid(padding=(0, 2, 0, 0), pad_edge=False)
    grid.add_column(width=_WORD - 2)
    grid.add_column(width=code_width)
    grid.add_column(width=name_width if side_by_side else min(name_width, room), overflow="fold")
    if side_by_side:
        grid.add_column(overflow="fold")
    message = Text(finding.message, "" if finding.status is not Status.SKIP else "dim")
    word = Text(STATUS_WORDS[finding.status], style)
    code = Text(finding.code, "dim")
    grid.add_row(word, code, Text(finding.name, "bold"), *[message] * side_by_side)
    yield grid
    if not side_by_side:
        yield Padding(message, (0, 0, 0, _WORD))


def _explanation(finding: Finding, verbosity: int) -> Iterator[RenderableType]:
    why = finding.threshold
    if finding.source:
        why = f"{why} ({finding.source})" if why else finding.source
    judged = finding.status not in (Status.SKIP, Status.BROKEN)
    grid = Grid.grid(padding=(0, 1, 0, 0))
    grid.add_column(width=len("what to do:"), style="dim")
    grid.add_column(overflow="fold")
    if why and (judged or verbosity > 0):
        grid.add_row("judged by:", Text(why, "dim"))
    if finding.advice and finding.status is not Status.OK:
        grid.add_row("what to do:", Text(finding.advice))
    if grid.row_count:
        yield Padding(grid, (0, 0, 0, _WORD))


def _verdict(report: Report, width: int) -> RenderableType:
    style = VERDICT_STYLES[report.verdict]
    counts = Counter(finding.status for finding in report.findings)
    worst_first = sorted(counts, key=lambda status: -status.severity)
    body = Text.assemble((report.verdict.value.upper(), f"bold {style}"), f"  {headline(report)}")
    parts = [
        Text.assemble((STATUS_WORDS[status], STATUS_STYLES[status]), f" {counts[status]}")
        for status in worst_first
    ]
    lines = [body, Text("   ").join(parts)] if len(report.findings) > 1 else [body]
    if report.interrupted:
        lines.append(Text("interrupted: this is only what was found until then", "yellow"))
    return Panel(
        Group(*lines), box=box.ROUNDED, border_style=style, padding=(0, 1), width=min(width, 80)
    )


def _details(report: Report) -> RenderableType:
    grid = Grid.grid(padding=(0, 2, 0, 0))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    facts: dict[str, Any] = {"recipe": report.recipe, "recipe_sha256": report.recipe_sha256}
    facts |= {"seed": report.seed, "version": report.version, **report.environment}
    for name, value in _flat({**facts, **report.details}):
        grid.add_row(name, value)
    return Group(Text("details", "bold"), Padding(grid, (0, 0, 0, 2)))


def _flat(values: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Text]]:
    """Nested values under dotted names; what is empty is left out."""
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}.")
        elif value not in (None, "", (), []):
            items = value if isinstance(value, list | tuple) else [value]
            shown = [number(v) if isinstance(v, int | float) else str(v) for v in items]
            yield f"{prefix}{name}", Text(", ".join(shown))
