"""The diagnosis a person reads: verdict, causes with their proof, cure, then what was looked at."""

from collections.abc import Iterator

from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table as Grid
from rich.text import Text

from nndoctor.diagnosis.causes import CAUSES
from nndoctor.diagnosis.diagnosis import Diagnosis, DiagnosisReport, Side, written
from nndoctor.findings import Finding, Status, Table, Verdict
from nndoctor.report.cells import STATUS_STYLES, STATUS_WORDS, VERDICT_STYLES
from nndoctor.report.labels import labelled
from nndoctor.report.named_causes import draw_causes
from nndoctor.report.tables import draw_table

MOST_CAUSES = 5
MOST_NOTES = 5

_PANEL = 80


def draw_diagnosis(report: DiagnosisReport, width: int) -> Iterator[RenderableType]:
    """Blocks from top to bottom, without heading, findings in full and the next command."""
    told = report.diagnosis
    yield _verdict(report, width)
    yield from draw_causes(told, MOST_CAUSES, width)
    if told.diff:
        yield _change(report)
    if told.before is not None and told.after is not None:
        yield Group(*draw_table(_comparison(told), width))
    if told.improvements:
        yield Group(*draw_table(_improvements(told), width))
    if told.alternatives:
        yield Group(*draw_table(_others(told), width))
    if told.steps:
        yield Group(*draw_table(_examination(told), width))
    if rest := [*_rest(told)]:
        yield labelled(rest)
    if notes := _notes(told):
        yield _beside(notes)
    if told.rule:
        yield _rule(told)


def draw_briefly(report: DiagnosisReport) -> Iterator[RenderableType]:
    """Verdict and causes, a line each."""
    told = report.diagnosis
    yield Text.assemble(_word(report), f"  {told.sentence}")
    for cause in told.causes:
        yield Text(f"{cause.certainty}  {cause.cause}")


def _word(report: DiagnosisReport) -> tuple[str, str]:
    return report.verdict.value.upper(), f"bold {VERDICT_STYLES[report.verdict]}"


def _verdict(report: DiagnosisReport, width: int) -> RenderableType:
    told = report.diagnosis
    lines = [Text.assemble(_word(report), f"  {told.sentence}")]
    if told.simple is not None:
        verb = "reach" if told.simple.name.endswith("s") else "reaches"  # boosted trees
        better = f"{told.simple.name} {verb} {told.metric} {told.simple.score:.2f} on these rows"
        lines.append(Text(better, "bold"))
    if (seen := told.optimism) is not None and seen.shown:
        reads = (
            f"with equal rows on both sides of the split it reads {told.metric} {seen.mixed:.2f}"
        )
        lines.append(Text(f"{reads}; on rows never seen {seen.apart:.2f}"))
    if told.causes:
        first = told.causes[0]
        more = len(told.causes) - 1
        rest = f"; {more} more below" if more else ""
        title = (CAUSES[first.cause].title, "bold")
        lines.append(Text.assemble(f"{first.certainty}: ", title, rest))
    lines += [Text(line) for line in _outlook(told)]
    if report.interrupted:
        lines.append(Text("interrupted: this is only what was found until then", "yellow"))
    style = VERDICT_STYLES[report.verdict]
    return Panel(
        Group(*lines), box=box.ROUNDED, border_style=style, padding=(0, 1), width=min(width, _PANEL)
    )


def _outlook(told: Diagnosis) -> Iterator[str]:
    """Whether there is a cure, what it is worth and how far that was shown."""
    if told.trained is None:
        return
    if told.verdict is Verdict.HEALTHY:
        if told.improvements:
            yield f"{_counted(len(told.improvements), 'change')} shown to bring more, below"
        return
    if told.before is not None and told.after is not None:
        how = "a set-up of usual settings takes" if told.replaced else "the change below takes"
        more = {
            "improves": ", short of the reference",
            "not yet confirmed": ", which could still be chance",
        }.get(told.prescription_status, "")
        scores = f"from {told.before.score:.2f} to {told.after.score:.2f}"
        yield f"{how} {told.metric} {scores} on fresh seeds{more}"
    elif told.prescription:
        yield "the change below helped in the search; time ran out before it could be confirmed"
    elif not told.finished:
        yield "time ran out before all changes were tried; --budget gives more"
    elif not told.interrupted and _could_cure(told):
        yield "none of the changes that were tried cures it"


def _could_cure(told: Diagnosis) -> bool:
    """Whether changes were tried, and not the data alone are at fault, which none could mend."""
    tried = any(row["kind"] == "screened" for row in told.evidence)
    return tried and {one.proof for one in told.causes} != {"data"}


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'s' * (count != 1)}"


def _change(report: DiagnosisReport) -> RenderableType:
    told = report.diagnosis
    styles = {"+": "green", "-": "red", " ": "dim"}
    heading = {
        "confirmed": "the cure",
        "improves": "the change that helps most",
        "not yet confirmed": "the best supported change, not yet confirmed",
    }[told.prescription_status or "confirmed"]
    if told.replaced:
        heading = "no smaller change cures; a set-up of usual settings in its place does"
    lines = [Text(line, styles[line[:1]]) for line in told.diff]
    wrote = f", written to {report.wrote}" if report.wrote else ""
    return Group(
        Text.assemble((heading, "bold"), wrote), *(Padding(one, (0, 0, 0, 2)) for one in lines)
    )


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
    named = {one.cause for one in told.causes}
    for one in told.not_tested:
        if one.cause not in named:
            reasons.setdefault(one.why, []).append(one.cause)
    for why, causes in reasons.items():
        yield "not tested", Text(f"{', '.join(causes)}: {why}")


def _notes(told: Diagnosis) -> list[Finding]:
    """Findings that are not fine and speak for no cause that was named."""
    named = {code for cause in told.causes for code in cause.findings}
    quiet = (Status.OK, Status.SKIP)
    notes = [f for f in told.findings if f.status not in quiet and f.code not in named]
    return sorted(notes, key=lambda finding: -finding.status.severity)


def _beside(notes: list[Finding]) -> RenderableType:
    grid = Grid.grid(padding=(0, 2, 0, 0))
    grid.add_column(width=4)
    grid.add_column(width=5, style="dim")
    grid.add_column(overflow="fold")
    for one in notes[:MOST_NOTES]:
        grid.add_row(Text(STATUS_WORDS[one.status], STATUS_STYLES[one.status]), one.code,
                     Text(one.message))  # fmt: skip
    lines: list[RenderableType] = [Text("also noted", "bold"), Padding(grid, (0, 0, 0, 2))]
    if len(notes) > MOST_NOTES:
        more = f"{len(notes) - MOST_NOTES} more, which -v shows"
        lines.append(Padding(Text(more, "dim"), (0, 0, 0, 2)))
    return Group(*lines)


def _rule(told: Diagnosis) -> RenderableType:
    seconds = f"; {told.budget['seconds']:.0f} s" if "seconds" in told.budget else ""
    line = Text(f"{told.rows}, {told.seeds} seeds; {told.rule}{seconds}", "dim")
    return labelled([("judged on", line)])
