"""Tries by hand what would remove one cause, beside the recipe as it is."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ..comparison import RELEVANT, Difference, compare, shown
from ..diagnosis.budget import Budget
from ..diagnosis.causes import CAUSES
from ..diagnosis.diagnosis import written
from ..diagnosis.evidence import MARGIN
from ..diagnosis.laboratory import Laboratory, arm_of
from ..diagnosis.learnable import beats_chance
from ..diagnosis.references import Reference, best, networks
from ..diagnosis.subject import Part, Refused, Run
from ..diagnosis.trials import reaches
from ..diagnosis.verdict import State, verdict
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

SEEDS = 5
DEARER = 2.0  # times the work of the recipe as it is: no news once a cheaper change cures
HEADS = ("recipe", "score", "spread", "gain", "low", "high")


@dataclass
class Treatment:
    """The recipe as it is, its reference, and each change with its runs."""

    subject: "AnySubject"
    reference: Reference | None = None
    learnable: bool = False
    baseline: Sequence[Run] = ()
    changes: dict[str, Sequence[Run]] = field(default_factory=dict)

    def gain(self, runs: Sequence[Run]) -> Difference:
        """Over the recipe as it is."""
        return compare(arm_of(runs), arm_of(self.baseline), self.subject.between(Part.SEARCH))

    def gap(self) -> Difference:
        """The reference minus the recipe as it is."""
        assert self.reference is not None
        rows = self.subject.between(Part.SEARCH)
        return compare(self.reference.arm, arm_of(self.baseline), rows)

    def cures(self, runs: Sequence[Run]) -> bool:
        """Whether a change reaches the reference, and does better than none."""
        assert self.reference is not None
        return reaches(runs, self.reference.arm.scores) and self.gain(runs).shows(0.0)


@single_threaded
def treat(setup: Examined, cause: str, watch: Watch = SILENT, *, jobs: int = 1) -> Report:
    """One cause by hand: each change that would remove it, beside the recipe as it is.

    Once a change cures, those that cost more than twice the recipe's work are left out. The verdict
    is of the recipe as it is; whether a change helps stands below it.
    """
    recipe = isinstance(setup, Setup)
    subject = (
        RecipeSubject.of(setup, watch) if isinstance(setup, Setup) else torch_subject(setup, watch)
    )
    ladder = _ladder(subject, cause)
    laboratory = Laboratory(seed_of(setup), Budget(np.inf), jobs if recipe else 1, watch)
    done = Treatment(subject)
    with suppress(Interrupted):
        _try(laboratory, done, cause, ladder)
    table = Table("treatment", HEADS, (*_rows(done),), _caption(subject))
    report = make_report(
        setup, "treat", CAUSES[cause].title, [], [table], interrupted=watch.cancelled()
    )
    if not done.changes:
        return replace(report, decided=Verdict.UNDECIDED, summary=("no change was tried yet",))
    if not done.learnable:
        why = "no reference does better than chance on these rows, so no change can be judged"
        return replace(report, decided=Verdict.UNDECIDED, summary=(why,))
    gains = [done.gain(runs) for runs in done.changes.values()]
    helps = max(
        (one for one, sure in zip(gains, shown(gains), strict=True) if sure),
        key=lambda one: one.mean,
        default=None,
    )
    state = State(
        done.gap(),
        broken=sum(one.broken for one in done.baseline),
        seeds=len(done.baseline),
        gained=helps,
        speaks=helps is not None,
    )
    return replace(report, decided=verdict(state), summary=(_standing(done), _effect(done)))


def _try(laboratory: Laboratory, done: Treatment, cause: str, ladder: Sequence[Any]) -> None:
    subject, part = done.subject, Part.SEARCH
    seeds = laboratory.seeds(part, SEEDS)
    found = networks(laboratory, subject, part, seeds)
    done.reference = best(found)
    done.learnable = beats_chance(subject, done.reference, subject.table.held)
    laboratory.watch.stage(f"treating {cause}", 1 + len(ladder))
    done.baseline = laboratory.run(subject, part, seeds)
    for at, changed in enumerate(ladder, 1):
        cured = any(done.cures(runs) for runs in done.changes.values())
        if cured and changed.cost > DEARER * subject.cost:
            continue
        done.changes[written(changed.change)] = laboratory.run(changed, part, seeds)
        laboratory.watch.advance(at)


def _ladder(subject: "AnySubject", cause: str) -> list[Any]:
    if cause not in CAUSES:
        hint = meant(cause, CAUSES, {})
        near = hint if hint.startswith("did you mean") else "nndoctor causes lists them"
        raise UsageError(f"there is no cause named {cause!r}", near)
    if not CAUSES[cause].ladder:
        hint = f"a check shows it: {CAUSES[cause].shows.lower()}"
        raise UsageError(f"no change of a recipe removes {cause}", hint)
    changed = [subject.apply(one) for one in CAUSES[cause].ladder]
    ladder = [one for one in changed if not isinstance(one, Refused)]
    if not ladder:
        why = next(one.reason for one in changed if isinstance(one, Refused))
        raise UsageError(
            f"{cause}: there is nothing to change in {subject.name}, {why}",
            f"where it occurs, try: {CAUSES[cause].treatment}",
        )
    return ladder


def _standing(done: Treatment) -> str:
    assert done.reference is not None
    metric, mine = METRICS[done.subject.kind][0], arm_of(done.baseline).scores.mean()
    where = "held-out rows" if done.subject.table.held else "the training rows"
    return (
        f"as it is, {metric} {mine:.2f} on {where}; {done.reference.name} reaches "
        f"{done.reference.score:.2f}"
    )


def _effect(done: Treatment) -> str:
    """What the best change does: the first that cures, else the one that brings most."""
    metric = METRICS[done.subject.kind][0]
    gains = {name: done.gain(runs) for name, runs in done.changes.items()}
    sure = dict(zip(gains, shown(list(gains.values())), strict=True))
    cures = [name for name, runs in done.changes.items() if sure[name] and done.cures(runs)]
    top = next(iter(cures), max(gains, key=lambda name: gains[name].mean))
    low, high = gains[top].interval()
    by = f"{metric} {gains[top].mean:+.2f}"
    if np.isfinite(low):
        by += f" ({low:+.2f} to {high:+.2f})"
    if cures:
        return f"this helps: {top} reaches the reference, {by}"
    if sure[top]:
        return f"this helps: {top} gains {by}"
    if all(one.excludes(MARGIN) for one in gains.values()):
        return f"this does not help: no change gains as much as {MARGIN:g}"
    return (
        f"not shown to help: the best change gains {by}, which {SEEDS} seeds can't "
        "distinguish from 0"
    )


def _rows(done: Treatment) -> Iterator[tuple[Any, ...]]:
    if done.baseline:
        yield "as it is", *_numbers(arm_of(done.baseline).scores), None, None, None
    for name, runs in done.changes.items():
        gain = done.gain(runs)
        ends = [end if np.isfinite(end) else None for end in gain.interval()]
        yield name, *_numbers(arm_of(runs).scores), gain.mean, *ends
    if done.reference is not None:
        yield f"reference: {done.reference.name}", *_numbers(done.reference.arm.scores), *[None] * 3


def _caption(subject: "AnySubject") -> str:
    where = "training rows, which say nothing about others"
    if subject.table.held:
        where = "held-out rows"
    return (
        f"on {where}, {SEEDS} seeds; {METRICS[subject.kind][1]}; spread: standard deviation over "
        "the seeds; low, high: interval of 95 % of the gain; gains below "
        f"{RELEVANT:g} are not counted"
    )


def _numbers(scores: Any) -> tuple[float, float]:
    return float(np.mean(scores)), float(np.std(scores, ddof=1))
