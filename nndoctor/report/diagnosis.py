"""The diagnosis a person reads: verdict, causes with their proof, cure, then what was looked at."""

from collections.abc import Iterator

from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table as Grid
from rich.text import Text

from nndoctor.diagnosis.diagnosis import Diagnosis, DiagnosisReport, written
from nndoctor.diagnosis.records import Side
from nndoctor.diagnosis.telling import fix_heading, notes, outlook
from nndoctor.findings import Finding, Table
from nndoctor.report.cells import DIFF_STYLES, STATUS_STYLES, STATUS_WORDS, VERDICT_STYLES
from nndoctor.report.labels import labelled
from nndoctor.report.named_causes import draw_causes
from nndoctor.report.tables import draw_table

MOST_CAUSES = 5
MOST_NOTES = 5

_PANEL = 80


def draw_diagnosis(report: DiagnosisReport, width: int) -> Iterator[RenderableType]:
    """Blocks from top to bottom, the most important last; without heading and next command."""
    told = report.diagnosis
    if told.steps:
        yield Group(*draw_table(_examination(told), width))
    if beside := notes(told):
        yield _beside(beside)
    if rest := [*_rest(told)]:
        yield labelled(rest)
    if told.rule:
        yield _rule(told)
    if told.improvements:
        yield Group(*draw_table(_improvements(told), width))
    if told.alternatives:
        yield Group(*draw_table(_others(told), width))
    yield from draw_causes(told, MOST_CAUSES, width)
    if told.diff:
        yield _change(report)
    if told.code:
        yield Group(Text("in your code", "bold"), *(Text(f"  {line}") for line in told.code))
    if told.before is not None and told.after is not None:
        yield Group(*draw_table(_comparison(told), width))
    yield draw_verdict(report, width)


def draw_quietly(report: DiagnosisReport) -> Iterator[RenderableType]:
    """Verdict and causes, a line each."""
    told = report.diagnosis
    yield Text.assemble(_word(report), f"  {told.sentence}")
    for cause in told.causes:
        yield Text(f"{cause.certainty}  {cause.cause}")


def draw_verdict(report: DiagnosisReport, width: int) -> RenderableType:
    """The verdict in its box, with the cause and what the cure is worth."""
    told = report.diagnosis
    lines = [Text.assemble(_word(report), f"  {told.sentence}"), *map(Text, outlook(told))]
    if report.interrupted:
        lines.append(Text("interrupted: this is only what was found until then", "yellow"))
    style = VERDICT_STYLES[report.verdict]
    return Panel(
        Group(*lines), box=box.ROUNDED, border_style=style, padding=(0, 1), width=min(width, _PANEL)
    )


def _word(report: DiagnosisReport) -> tuple[str, str]:
    return report.verdict.value.upper(), f"bold {VERDICT_STYLES[report.verdict]}"


def _change(report: DiagnosisReport) -> RenderableType:
    wrote = f", written to {report.wrote}" if report.wrote else ""
    lines = [Text(f"  {line}", DIFF_STYLES[line[:1]]) for line in report.diagnosis.diff]
    return Group(Text.assemble((fix_heading(report.diagnosis), "bold"), wrote), *lines)


def _improvements(told: Diagnosis) -> Table:
    rows = tuple(
        (one.words, str(one.gain), written(one.change), one.cause) for one in told.improvements
    )
    caption = f"{told.metric} gained on fresh seeds, and its interval of 95 %"
    heads = ("improvement", "gain", "change", "would remove")
    return Table("healthy, and this brings more", heads, rows, caption)


def _comparison(told: Diagnosis) -> Table:
    def row(name: str, side: Side) -> tuple[str | float, ...]:
        ends = min(side.scores), max(side.scores)
        return (name, side.score, side.score_spread, *ends, side.loss)

    sides = [("as it is", told.before), ("changed", told.after)]
    rows = tuple(row(name, side) for name, side in sides if side is not None)
    seeds = len(told.before.scores) if told.before else 0
    caption = (
        f"{told.measure}, on {told.rows}, {seeds} fresh seeds; spread: standard deviation over "
        "them; loss: on training rows, not comparable where the change is of the loss"
    )
    heads = ("recipe", "score", "spread", "worst", "best", "loss")
    return Table("before and after", heads, rows, caption)


def _others(told: Diagnosis) -> Table:
    rows = tuple(
        (written(one.change), f"{one.gain.mean:+.2f}", _times(one.cost), one.cause)
        for one in told.alternatives
    )
    heads = ("change", "gain", "work", "would remove")
    caption = f"{told.metric} gained on the seeds of the search; not confirmed on others"
    return Table("each of these alone did as well in the search", heads, rows, caption)


def _times(cost: float | None) -> str:
    return "as much" if cost is None or abs(cost - 1) < 0.05 else f"{cost:.1f} times"


def _examination(told: Diagnosis) -> Table:
    rows = tuple((one.name, one.status, one.seen) for one in told.steps)
    return Table("what was examined", ("step", "verdict", "what was seen"), rows)


def _rest(told: Diagnosis) -> Iterator[tuple[str, Text]]:
    """Causes that were ruled out, and those that were not tested."""
    if told.ruled_out:
        yield "ruled out", Text(", ".join(told.ruled_out))
    reasons: dict[str, list[str]] = {}
    for one in told.left_untested:
        reasons.setdefault(one.why, []).append(one.cause)
    for why, causes in reasons.items():
        yield "not tested", Text(f"{', '.join(causes)}: {why}")


def _beside(found: list[Finding]) -> RenderableType:
    grid = Grid.grid(padding=(0, 2, 0, 0))
    grid.add_column(width=4)
    grid.add_column(width=5, style="dim")
    grid.add_column(overflow="fold")
    for one in found[:MOST_NOTES]:
        grid.add_row(
            Text(STATUS_WORDS[one.status], STATUS_STYLES[one.status]), one.code, Text(one.message)
        )
    lines: list[RenderableType] = [Text("also noted", "bold"), Padding(grid, (0, 0, 0, 2))]
    if len(found) > MOST_NOTES:
        more = f"{len(found) - MOST_NOTES} more, below"
        lines.append(Padding(Text(more, "dim"), (0, 0, 0, 2)))
    return Group(*lines)


def _rule(told: Diagnosis) -> RenderableType:
    seconds = f"; {told.budget['seconds']:.0f} s" if "seconds" in told.budget else ""
    line = Text(f"{told.rows}, {told.seeds} seeds; {told.rule}{seconds}", "dim")
    return labelled([("judged on", line)])
