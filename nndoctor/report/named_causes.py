"""One named cause as a person reads it: what it explains, what was seen, its proof, what to do."""

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from nndoctor.diagnosis.causes import CAUSES
from nndoctor.diagnosis.diagnosis import Diagnosis, NamedCause, written
from nndoctor.report.labels import labelled

_BAR = 10
_INDENT = 3
_MATTERS = 0.05  # of the lost score: less is not worth a bar
_STYLES = {"confirmed": "bold red", "certain": "bold red", "suspected": "bold yellow"}
_OBVIOUS = {
    "contradiction": "none needed: the recipe contradicts itself, whatever training makes of it",
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
        (cause.certainty, _STYLES[cause.certainty]),
    )
    name = Text(cause.cause, "dim")
    lines: list[RenderableType] = [Text.assemble(title, "  ", name)]
    if title.cell_len + 2 + name.cell_len > width:
        lines = [title, Padding(name, (0, 0, 0, _INDENT))]
    rows = []
    if cause.confirmed and (cause.recovery or 0.0) >= _MATTERS:
        rows.append(("explains", _explained(cause.recovery or 0.0, cause.recovery_spread)))
    rows += [("seen", line) for line in _seen(told, rank, cause, shown)]
    rows.append(("proof", Text(_proof(told, rank, cause))))
    if cause.advice:
        rows.append(("what to do", Text(cause.advice)))
    return Group(*lines, labelled(rows, _INDENT))


def _explained(recovery: float, spread: float | None) -> Text:
    full = round(recovery * _BAR)
    bar = ("▇" * full, "red"), ("·" * (_BAR - full), "dim")
    within = f", ± {spread:.0%}" if spread else ""
    return Text.assemble(*bar, f" {recovery:.0%} of the lost score comes back without it{within}")


def _seen(told: Diagnosis, rank: int, cause: NamedCause, shown: dict[str, int]) -> Iterator[Text]:
    """What speaks for it, with the codes of findings; what was said before only by its number."""
    codes = {f.message: f.code for f in told.findings if f.code in cause.findings}
    again = {shown[line] for line in cause.why if line in shown}
    for line in cause.why:
        if line not in shown:
            shown[line] = rank
            yield Text.assemble((f"{codes[line]}  " if line in codes else "", "cyan"), line)
    if again:
        yield Text(f"what is seen under {' and '.join(map(str, sorted(again)))}", "dim")


def _proof(told: Diagnosis, rank: int, cause: NamedCause) -> str:
    """How it was put to the test from both sides, or why it was not."""
    if cause.sound_share is None:
        return _alone(told, rank, cause)
    share = f"{cause.sound_share:.0%} of its score"
    spoils = f"a sound set-up that takes over its {cause.aspect} keeps {share}"
    return spoils if cause.recovery is None else f"{_alone(told, rank, cause)}; {spoils}"


def _alone(told: Diagnosis, rank: int, cause: NamedCause) -> str:
    if cause.recovery is None:
        return _untested(told, cause)
    change = f"with {written(cause.change)} alone"
    apart = told.prescription and not set(cause.change) & set(told.prescription)
    left_out = ", not needed in the cure below" if apart else ""
    if cause.cures:
        as_good = ", as good a cure as 1" if rank > 1 and told.causes[0].cures else left_out
        return f"{change} it is healthy on every seed{as_good}{_dearer(cause.cost)}"
    if cause.confirmed:
        return f"{change} it {_in_part(told, cause)}{left_out}"
    found = f"{change} {cause.recovery:.0%} of the lost score comes back"
    return (
        f"{_OBVIOUS[cause.proof]}; {found}" if cause.proof in _OBVIOUS else f"not enough: {found}"
    )


def _in_part(told: Diagnosis, cause: NamedCause) -> str:
    """What a change is worth that is confirmed and yet does not cure alone."""
    cure = dict(told.prescription)
    if cure == dict(cause.change):
        return "does better, as on the fresh seeds below"
    part = cure.items() >= cause.change.items() and not told.replaced
    return "is not healthy yet, with others it is" if part else "is not healthy yet"


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
    return "none: no change of the recipe was tried for it"


def _dearer(cost: float | None) -> str:
    return f", for {cost:.1f} times the work" if cost is not None and cost >= 1.05 else ""
