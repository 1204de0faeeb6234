"""Tries by hand what would remove one cause, beside the recipe as it is."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ..comparison import RELEVANT, Difference
from ..diagnosis.budget import Budget
from ..diagnosis.causes import CAUSES
from ..diagnosis.diagnosis import written
from ..diagnosis.evidence import MARGIN
from ..diagnosis.laboratory import Laboratory, arm_of
from ..diagnosis.subject import Refused, Run
from ..diagnosis.treatment import Treatment
from ..diagnosis.trials import Op
from ..diagnosis.verdict import verdict
from ..diagnosis.wording import METRICS
from ..errors import UsageError
from ..findings import Report, Table, Verdict
from ..recipe.names import meant
from ..setup import Setup
from ..subjects.recipe_subject import RecipeSubject
from ..watch import Interrupted, Watch
from .common import SILENT, Examined, make_report, seed_of, single_threaded
from .own_code import torch_subject

if TYPE_CHECKING:
    from ..subjects.torch.subject import TorchSubject

    AnySubject = RecipeSubject | TorchSubject

HEADS = ("recipe", "score", "spread", "gain", "low", "high")
NO_CHANGE = "no change was tried yet"
CHANCE = "no reference does better than chance on these rows, so no change can be judged"

Row = tuple[Any, ...]


@single_threaded
def treat(setup: Examined, cause: str, watch: Watch = SILENT, *, jobs: int = 1) -> Report:
    """One cause by hand: each change that would remove it, beside the recipe as it is.

    The best of them is confirmed as in a check-up: on the same fresh seeds, by the same comparison.
    Once a change cures, those that cost more than twice the recipe's work are left out. The verdict
    is of the recipe as it is; whether a change helps stands below it.
    """
    recipe = isinstance(setup, Setup)
    subject = (
        RecipeSubject.of(setup, watch) if isinstance(setup, Setup) else torch_subject(setup, watch)
    )
    laboratory = Laboratory(seed_of(setup), Budget(np.inf), jobs if recipe else 1, watch)
    done = Treatment(subject, _ops(subject, cause), laboratory, subject.table.held)
    with suppress(Interrupted):
        done()
    title, cut = CAUSES[cause].title, watch.cancelled()
    report = make_report(setup, "treat", title, [], [*_tables(done)], interrupted=cut)
    if done.look is None or (done.learnable and not done.trials):
        return replace(report, decided=Verdict.UNDECIDED, summary=(NO_CHANGE,))
    if not done.learnable:
        return replace(report, decided=Verdict.UNDECIDED, summary=(CHANCE,))
    return replace(report, decided=verdict(done.state), summary=(_standing(done), _effect(done)))


def _ops(subject: "AnySubject", cause: str) -> list[Op]:
    if cause not in CAUSES:
        hint = meant(cause, CAUSES, {})
        near = hint if hint.startswith("did you mean") else "nndoctor causes lists them"
        raise UsageError(f"there is no cause named {cause!r}", near)
    ladder = CAUSES[cause].ladder
    if not ladder:
        hint = f"a check shows it: {CAUSES[cause].shows.lower()}"
        raise UsageError(f"no change of a recipe removes {cause}", hint)
    changed = [(one, subject.apply(one)) for one in ladder]
    ops = [Op(cause, one) for one, made in changed if not isinstance(made, Refused)]
    if not ops:
        why = next(made.reason for _, made in changed if isinstance(made, Refused))
        raise UsageError(
            f"{cause}: there is nothing to change in {subject.name}, {why}",
            f"where it occurs, try: {CAUSES[cause].treatment}",
        )
    return ops


def _standing(done: Treatment) -> str:
    """On fresh seeds, where those were tried."""
    assert done.look is not None
    metric, judged, ahead = METRICS[done.subject.kind][0], done.confirmed, done.look.outdone
    before = judged.before if judged is not None else done.look.runs
    mine = float(arm_of(before).scores.mean())
    standing = (
        f"as it is, {metric} {mine:.2f} on {_where(done)}; {done.look.reference.name} reaches "
        f"{mine + done.state.gap.mean:.2f}"
    )
    return f"{standing}, {ahead.name} {ahead.score:.2f}" if ahead is not None else standing


def _effect(done: Treatment) -> str:
    """What the best change does, and on which seeds that was seen."""
    chosen, gain, judged = done.chosen, done.gain, done.confirmed
    assert chosen is not None
    assert gain is not None
    change = written(chosen.subject.change)
    fresh = judged is not None and bool(judged.gains)
    seeds = f"{judged.seeds} fresh seeds" if judged is not None and fresh else _searched(done)
    by = f"{METRICS[done.subject.kind][0]} {gain.mean:+.2f}"
    low, high = gain.interval()
    if np.isfinite(low):
        by += f" ({low:+.2f} to {high:+.2f})"
    if done.helps:
        does = "reaches the reference," if judged is not None and judged.cured else "gains"
        return f"this helps: {change} {does} {by}, {seeds}"
    if done.useless:
        return f"this does not help: no change gains as much as {MARGIN:g}"
    if judged is None:
        return f"not confirmed yet: the best change gains {by}, {seeds}"
    return (
        f"not shown to help: the best change gains {by}, {seeds}, which does not show that it "
        f"gains more than {RELEVANT:g}"
    )


def _tables(done: Treatment) -> Iterator[Table]:
    look, rest = done.look, f"gains below {RELEVANT:g} are not counted"
    rows = [_row(written(one.subject.change), one.runs, one.gain) for one in done.trials]
    if look is not None:
        bar = look.reference
        rows.insert(0, _row("as it is", look.runs))
        rows.append((f"reference: {bar.name}", *_spread(bar.arm.scores), *[None] * 3))
    caption = f"on {_where(done)}, {_searched(done)}; {_measure(done)}"
    yield Table("treatment", HEADS, tuple(rows), f"{caption}; {rest}")
    if (judged := done.confirmed) is not None:
        yield Table(
            "confirmation",
            HEADS,
            (*_confirmed(judged.before, done),),
            f"on {_where(done)}, {judged.seeds} fresh seeds, as in a check-up; {_measure(done)}",
        )


def _confirmed(before: Sequence[Run], done: Treatment) -> Iterator[Row]:
    """The recipe as it is, the change that was chosen and the reference."""
    judged, chosen = done.confirmed, done.chosen
    assert judged is not None
    yield _row("as it is", before)
    if chosen is not None and (runs := done.fresh()):
        yield _row(written(chosen.subject.change), runs, judged.gains[0])
    bar = judged.reference
    yield f"reference: {bar.name}", *_spread(bar.arm.scores), *[None] * 3


def _row(name: str, runs: Sequence[Run], gain: Difference | None = None) -> Row:
    ends = gain.interval() if gain is not None else (np.inf, np.inf)
    mean = gain.mean if gain is not None else None
    return name, *_spread(arm_of(runs).scores), mean, *[e if np.isfinite(e) else None for e in ends]


def _where(done: Treatment) -> str:
    return "held-out rows" if done.held else "the training rows"


def _searched(done: Treatment) -> str:
    return f"{len(done.look.runs) if done.look is not None else 0} seeds of the search"


def _measure(done: Treatment) -> str:
    return (
        f"{METRICS[done.subject.kind][1]}; spread: standard deviation over the seeds; low, high: "
        "interval of 95 % of the gain"
    )


def _spread(scores: Any) -> tuple[float, float]:
    return float(np.mean(scores)), float(np.std(scores, ddof=1))
