"""What every form of a report says of a diagnosis, derived from it and from nothing else."""

import math
from collections.abc import Iterator

from ..findings import Finding, Status, Verdict
from .causes import CAUSES
from .context import Context
from .diagnosis import Diagnosis, written
from .overview import BEFORE, OTHER_ROWS
from .records import NamedCause
from .status import Status as CauseStatus

NOTED = "also noted"


def outlook(told: Diagnosis, change: str = "the change above") -> Iterator[str]:
    """Lines below the verdict: what else was seen, and what the cure is worth."""
    from ..comparison import RELEVANT  # with numpy, which nobody needs who only asks for help

    cured = told.after.score + RELEVANT if told.after is not None else -math.inf
    if told.simple is not None and told.simple.score > cured:
        verb = "reach" if told.simple.name.endswith("s") else "reaches"  # boosted trees
        yield f"{told.simple.name} {verb} {told.metric} {told.simple.score:.2f} on these rows"
    if (seen := told.optimism) is not None and seen.shown:
        yield (
            f"with copies of training rows held out it would score {told.metric} {seen.mixed:.2f}; "
            f"on rows never seen it scores {seen.apart:.2f}"
        )
    if told.causes:
        first, more = told.causes[0], len(told.causes) - 1
        harmless = " (putting it right was not shown to bring more)" * _harmless(told, first)
        others = f", and {more} more" * (more > 0)
        yield f"{first.certainty}: {CAUSES[first.cause].title}{others}{harmless}"
    yield from _cure(told, change)


def _harmless(told: Diagnosis, cause: NamedCause) -> bool:
    """Whether what contradicts itself does no harm to a healthy network that was shown."""
    improved = cause.cause in {one.cause for one in told.improvements}
    return told.verdict is Verdict.HEALTHY and cause.gain is not None and not improved


def fix_heading(told: Diagnosis) -> str:
    """What the change is, how far it is shown, and for which cause if not for the first."""
    if told.replaced and told.finished:
        return "no smaller change cures it; replacing it by this standard set-up does"
    heading = {
        "improves": "the change that helps most",
        "not yet confirmed": "the most promising change, not yet confirmed",
    }.get(told.prescription_status, "the fix")
    changes = [one.change for one in told.causes]
    at = changes.index(told.prescription) if told.prescription in changes else 0
    return f"{heading}, for cause {at + 1}" if at else heading


def notes(told: Diagnosis) -> list[Finding]:
    """Findings that are not fine and speak for no cause that was named, the worst first.

    Of those as bad as each other, what training showed comes before what was told without; in a
    healthy network, where it went well, behind that, but for what it says of other rows. Of what
    was told without, that comes first which an option of the command line mends.
    """
    named = {code for cause in told.causes for code in cause.findings}
    quiet = (Status.OK, Status.SKIP)
    found = [f for f in told.findings if f.status not in quiet and f.code not in named]
    healthy = told.verdict is Verdict.HEALTHY
    return sorted(found, key=lambda one: _order(one, healthy))


def _order(one: Finding, healthy: bool) -> tuple[int, int, bool, str]:
    before, option = one.code.startswith(BEFORE), one.advice.startswith("--")
    course = not before and not one.code.startswith(OTHER_ROWS)
    place = 2 if healthy and course else int(before)
    return -one.status.severity, place, before and not option, one.code


def origin(told: Diagnosis, cause: NamedCause) -> int | None:
    """The rank of the cause that this one is a consequence of; None where it stands for itself.

    What a layer shows (`symptom`) is one where the change of a cause before it alone brings back
    all that was lost, unless its own change is what is prescribed, or the recipe states it.
    """
    stated = cause.status is CauseStatus.CERTAIN
    if not CAUSES[cause.cause].symptom or stated or cause.change == told.prescription:
        return None
    for rank, one in enumerate(told.causes, 1):
        if one is cause:
            return None
        if one.cures and one.confirmed and not CAUSES[one.cause].symptom:
            return rank
    return None


def effect(told: Diagnosis, cause: NamedCause) -> str:
    """What its change alone brings, or in place of another; nothing where it is the only cause."""
    if cause.confirmed and cause.context == Context.INSTEAD:
        return "in place of another change"
    alone = cause.confirmed and cause.context == Context.ALONE and len(told.causes) > 1
    if not alone or cause.gain is None or origin(told, cause) is not None:
        return ""
    return f"its change alone: {told.metric} {cause.gain.mean:+.2f}"


def standing(told: Diagnosis, cause: NamedCause) -> str:
    """How far it is shown, or of which cause before it this is a consequence, in one line."""
    if (first := origin(told, cause)) is not None:
        return f"a consequence of {first}"
    more = effect(told, cause)
    return cause.certainty + f"; {more}" * bool(more)


def reasons(told: Diagnosis, cause: NamedCause) -> list[tuple[str, str]]:
    """What speaks for it, each with the code of its finding or ""."""
    codes = {f.message: f.code for f in told.findings if f.code in cause.findings}
    return [(codes.get(line, ""), line) for line in cause.why]


def rest(told: Diagnosis, most: int, more: str = "") -> Iterator[tuple[str, str]]:
    """Other changes and remarks, a label and a line each; `more`: where those left out stand."""
    if told.improvements:
        best = told.improvements[0]
        others = f" (and {len(told.improvements) - 1} more{more and ': '}{more})"
        gain = f"{told.metric} {best.gain.mean:+.2f}"
        yield (
            "would gain",
            f"{written(best.change)}: {gain}{others * (len(told.improvements) > 1)}",
        )
    if told.alternatives:
        changes = "; ".join(written(one.change) for one in told.alternatives)
        yield "as good", f"{changes} (in the search, not confirmed)"
    if found := notes(told):
        names = list(dict.fromkeys(f"{f.code} {f.name}" for f in found))  # some before and after
        shown = ", ".join(names[:most])
        left = f" and {len(names) - most} more" * (len(names) > most)
        yield NOTED, shown + left + f" ({more})" * bool(more)
    if told.verdict is Verdict.HEALTHY and told.budget.get("runs"):
        tested = sum(f.status is not Status.SKIP for f in told.findings)
        all_there = f"; {more} shows everything" * bool(more)
        yield "examined", f"{tested} checks and {told.budget['runs']:.0f} training runs{all_there}"


def _cure(told: Diagnosis, change: str) -> Iterator[str]:
    """Whether there is one, what it is worth and how far that was shown."""
    if told.trained is None:
        return
    if told.verdict is Verdict.HEALTHY:
        if count := len(told.improvements):
            yield f"{count} change{'s' * (count != 1)} shown to improve it further"
        return
    if told.before is not None and told.after is not None:
        change = "that set-up" if told.replaced and told.diff else change  # whose heading names it
        more = {
            "improves": ", short of the reference",
            "not yet confirmed": ", which could still be chance",
        }.get(told.prescription_status, "")
        scores = f"{told.metric} {told.before.score:.2f} -> {told.after.score:.2f}"
        gain = f": {told.cure_gain}" if told.cure_gain is not None else ""
        seeds = len(told.before.scores)
        yield f"{scores} by {change}{gain}, {seeds} fresh seeds{more}"
    elif told.prescription:
        yield f"{change} helped in the search; the time budget ended before it was confirmed"
    elif not told.finished:
        yield "the time budget was used up before all changes were tried; --budget gives more"
    elif not told.interrupted and _could_cure(told):
        sick = told.verdict is Verdict.SICK
        yield f"none of the changes tried {'cures it' if sick else 'was shown to help'}"


def _could_cure(told: Diagnosis) -> bool:
    """Whether changes were tried, and not the data alone are at fault, which none could mend."""
    tried = any(row["kind"] == "screened" for row in told.evidence)
    return tried and {one.proof for one in told.causes} != {"data"}
