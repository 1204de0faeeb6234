"""One named cause as a person reads it: what it explains, what was seen, its proof, what to do."""

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from nndoctor.diagnosis.causes import CAUSES
from nndoctor.diagnosis.context import Context
from nndoctor.diagnosis.diagnosis import Diagnosis, written
from nndoctor.diagnosis.records import NamedCause
from nndoctor.report.cells import CERTAINTY_STYLES
from nndoctor.report.labels import labelled

_BAR = 10
_INDENT = 3
_MATTERS = 0.05  # of the lost score: less is not worth a bar
_OBVIOUS = {
    "contradiction": "none needed: the set-up contradicts itself",
    "data": "none needed: the data show it",
}


def draw_causes(told: Diagnosis, most: int, width: int) -> Iterator[RenderableType]:
    """The first `most` in full, the others by name."""
    shown: dict[str, int] = {}
    for rank, cause in enumerate(told.causes[:most], 1):
        yield _cause(told, rank, cause, shown, width)
    if rest := told.causes[most:]:
        yield labelled(("also", Text(f"{one.certainty}: {one.cause}")) for one in rest)


def _cause(
    told: Diagnosis, rank: int, cause: NamedCause, shown: dict[str, int], width: int
) -> RenderableType:
    title = Text.assemble(
        (f"{rank}  {CAUSES[cause.cause].title}", "bold"),
        "  ",
        (cause.certainty, CERTAINTY_STYLES[cause.certainty]),
    )
    name = Text(cause.cause, "dim")
    lines: list[RenderableType] = [Text.assemble(title, "  ", name)]
    if title.cell_len + 2 + name.cell_len > width:
        lines = [title, Padding(name, (0, 0, 0, _INDENT))]
    rows = []
    if cause.confirmed and cause.recovery is not None and cause.recovery >= _MATTERS:
        rows.append(("explains", _explained(cause.recovery)))
    rows += [("evidence", line) for line in _seen(told, rank, cause, shown)]
    rows.append(("proof", Text(_proof(told, cause))))
    if cause.advice:
        rows.append(("what to do", Text(cause.advice)))
    return Group(*lines, labelled(rows, _INDENT))


def _explained(recovery: float) -> Text:
    full = round(recovery * _BAR)
    bar = ("▇" * full, "red"), ("·" * (_BAR - full), "dim")
    return Text.assemble(*bar, f" {recovery:.0%} of the gap to the reference")


def _seen(told: Diagnosis, rank: int, cause: NamedCause, shown: dict[str, int]) -> Iterator[Text]:
    """What speaks for it, with the codes of findings; what was said before only by its number."""
    codes = {f.message: f.code for f in told.findings if f.code in cause.findings}
    again = {shown[line] for line in cause.why if line in shown}
    for line in cause.why:
        if line not in shown:
            shown[line] = rank
            yield Text.assemble((f"{codes[line]}  " if line in codes else "", "cyan"), line)
    if again:
        yield Text(f"see also {' and '.join(map(str, sorted(again)))}", "dim")


def _proof(told: Diagnosis, cause: NamedCause) -> str:
    """How it was put to the test, or why it was not."""
    if cause.gain is None:
        return _untested(told, cause)
    change = written(cause.change) or "its change"
    change = change if change.startswith("without ") else f"with {change}"
    made: dict[str, str] = {
        Context.ALONE: " alone",
        Context.WITH_OTHERS: " on top of the other changes",
        Context.INSTEAD: " in place of one change of the cure, on top of its others",
        Context.SOUND: " in a standard set-up with this fault",
    }
    where = made.get(cause.context, "")
    seeds = "fresh seeds" if cause.tested_on == "confirmation" else "the seeds of the search"
    gained = f"{change}{where}, {told.metric} changes by {cause.gain} on {seeds}"
    obvious = f"{_OBVIOUS[cause.proof]}; " if cause.proof in _OBVIOUS else ""
    if cause.confirmed or obvious:
        return f"{obvious}{gained}{_dearer(cause.cost)}"
    if cause.shared:
        return f"{gained}; this change affects other causes as well, so it does not single one out"
    return f"not enough: {gained}"


def _untested(told: Diagnosis, cause: NamedCause) -> str:
    if cause.proof in _OBVIOUS:
        return _OBVIOUS[cause.proof]
    if why := next((one.why for one in told.not_tested if one.cause == cause.cause), ""):
        return f"none: {why}"
    how = CAUSES[cause.cause].proof
    if not how.startswith("retrains"):
        return how
    if told.trained is None:
        return "none: nothing was trained"
    if not told.finished:
        return "none: the time budget was used up before it was tried"
    return "none: no change was tried for this"


def _dearer(cost: float | None) -> str:
    return f", at {cost:.1f} times the training cost" if cost is not None and cost >= 1.05 else ""
