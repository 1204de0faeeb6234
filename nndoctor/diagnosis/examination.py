"""The examination in its six steps: from a recipe with its findings to a diagnosis."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np

from ..findings import Finding, Status, Verdict
from ..setup import Setup
from ..watch import Interrupted, Watch
from . import decisions, naming
from .diagnosis import Diagnosis
from .laboratory import Budget, Laboratory
from .overview import measured
from .prescription import prescribe
from .references import Reference, beats_chance, best, references
from .search import Found, search
from .suspicions import (
    Level,
    Suspicion,
    from_findings,
    from_recipe,
    from_runs,
    joined,
    layer_findings,
)
from .trial import Outcome, Patient, train_all, work

SEEDS = 3
MORE_SEEDS = 5  # where the decision is close
MOST_SEEDS = 10  # where seeds disagree: three misjudge one set-up in forty, five one in a hundred
MEMORISED = 0.5  # score on training rows from which on a network knows them by heart


@dataclass(frozen=True)
class Seen:
    """Steps 3 and 4: the references, the recipe as it is, and on which rows both are judged."""

    references: tuple[Reference, ...]
    plain: tuple[Outcome, ...]
    held: bool
    learnable: bool

    @property
    def reference(self) -> Reference:
        """The best on the rows that are judged."""
        return best(self.references, self.held)

    @property
    def bar(self) -> tuple[float, ...]:
        """Its scores [S]."""
        return self.reference.held if self.held else self.reference.train

    @property
    def scores(self) -> tuple[float, ...]:
        """Those of the recipe as it is [S]."""
        return tuple(one.score(self.held) for one in self.plain)


def examine(
    setup: Setup, findings: Sequence[Finding], budget: float, jobs: int = 1,
    watch: Watch | None = None,
) -> Diagnosis:  # fmt: skip
    """`findings`: what the checks of data and set-up said; `budget` in nominal seconds."""
    watch, spent = watch or Watch(), Budget(budget)
    patient, first = Patient.of(setup, watch), setup.recipe.training.seed
    try:
        seen = _look(patient, range(first, first + SEEDS), jobs, spent)
    except Interrupted:
        return replace(suspect(findings), interrupted=True)
    with suppress(Interrupted):
        while (wanted := _seeds_wanted(seen)) > (made := len(seen.plain)):
            seen = _more(seen, _look(patient, range(first + made, first + wanted), jobs, spent))
    findings = [*findings, *layer_findings(seen.plain)]
    suspects = joined(
        [*from_findings(findings), *from_recipe(patient), *from_runs(seen.plain, seen.held)]
    )
    laboratory = Laboratory(
        patient, range(first, first + len(seen.plain)), seen.plain, seen.bar, seen.held, spent,
        jobs, watch,
    )  # fmt: skip
    if not seen.learnable:
        told = naming.data_verdict(setup, seen.references, suspects, findings)
    else:
        told = _treat(laboratory, suspects, seen, findings)
    basics = naming.basics(laboratory, seen.reference, seen.scores, findings)
    told = replace(told, **basics, interrupted=watch.cancelled())
    return measured(told, seen.references, seen.plain, laboratory)


def suspect(findings: Sequence[Finding]) -> Diagnosis:
    """Steps 1 and 2 only: what the findings suggest, nothing tested."""
    suspects = joined(from_findings(findings))
    return naming.untested(suspects, findings)


def _look(patient: Patient, seeds: Sequence[int], jobs: int, spent: Budget) -> Seen:
    found = tuple(references(patient, seeds, jobs))
    patient.watch.stage(f"training as it is, {len(seeds)} seeds")
    plain = tuple(train_all(patient, {}, seeds, jobs, inside=True))
    spent.runs += len(plain)
    spent.updates += sum(one.updates for one in plain)
    spent.spent += work(patient.plain) * len(plain)
    held_rows = len(patient.plain.validation) if patient.plain.validation else 0
    outer, inner = best(found, True), best(found, False)
    held = bool(held_rows) and beats_chance(outer.held, held_rows)
    network = max(found, key=lambda one: float(np.mean(one.train)) if one.soon else -1.0)
    memorised = float(np.mean(network.train)) >= MEMORISED
    learnable = held or (not held_rows and beats_chance(inner.train, len(patient.plain.train)))
    # what no model can say of held-out rows, and no network learns by heart, may just be hard
    hard = bool(held_rows) and not held and not memorised and float(np.mean(inner.train)) > 0
    return Seen(found, plain, held, learnable or hard)


def _more(seen: Seen, further: Seen) -> Seen:
    """Further seeds of the same patient; which rows are judged stays as it was."""
    both = zip(seen.references, further.references, strict=True)
    longer = tuple(
        Reference(one.name, one.held + two.held, one.train + two.train, one.soon + two.soon)
        for one, two in both
    )
    return replace(seen, references=longer, plain=seen.plain + further.plain)


def _seeds_wanted(seen: Seen) -> int:
    """More where the decision is close, most where some seeds learn and others don't."""
    if not seen.learnable:
        return SEEDS
    state, made = decisions.health(seen.scores, seen.bar), len(seen.plain)
    if made > SEEDS and 0 < state.collapsed < made:
        return MOST_SEEDS
    return MORE_SEEDS if state.close else SEEDS


def _treat(
    laboratory: Laboratory, suspects: dict[str, Suspicion], seen: Seen, findings: Sequence[Finding]
) -> Diagnosis:
    """Steps 5 and 6: sick set-ups are searched for a cure, healthy ones only for what is strong."""
    state = decisions.health(seen.scores, seen.bar)
    strong = {cause: one for cause, one in suspects.items() if one.level >= Level.STRONG}
    ill = {f.status for f in layer_findings(seen.plain)} & {Status.WARNING, Status.ERROR}
    diverged = any(one.diverged for one in seen.plain)
    sick = state.sick(bool(strong), bool(ill)) or diverged
    if sick:
        found = search(laboratory, suspects)
        told = naming.sick(laboratory, suspects, found, state)
        return _prescribed(laboratory, found, told)
    found = _mild(laboratory, strong)
    told = naming.healthy(laboratory, suspects, found, state, findings)
    return told if told.verdict is Verdict.HEALTHY else _prescribed(laboratory, found, told)


def _prescribed(laboratory: Laboratory, found: Found, told: Diagnosis) -> Diagnosis:
    """With its cure, unless the user does not wait for it."""
    try:
        return prescribe(laboratory, found, told)
    except Interrupted:
        return told


def _mild(laboratory: Laboratory, strong: dict[str, Suspicion]) -> Found:
    """Strong suspects whose change makes a healthy run better, on held-out or training rows."""
    singles = {}
    laboratory.watch.stage("trying one change at a time", len(strong))
    for at, cause in enumerate(strong):
        laboratory.watch.advance(at, cause)
        if (test := laboratory.single(cause)) is not None:
            singles[cause] = test
    better = [cause for cause, test in singles.items() if _better(laboratory, test.outcomes)]
    better.sort(key=lambda cause: -strong[cause].order)
    contradicting = [c for c in singles if strong[c].level is Level.CONTRADICTION]
    first = next(iter([*better, *contradicting]), None)
    cure = singles[first] if first is not None else None
    return Found(tuple(better), (), (), cure, singles)


def _better(laboratory: Laboratory, outcomes: Sequence[Outcome]) -> bool:
    held = laboratory.held
    gains = decisions.improves(
        [one.score(held) for one in outcomes], laboratory.before, laboratory.reference
    )
    inner = decisions.improves(
        [one.score(False) for one in outcomes], [one.score(False) for one in laboratory.plain],
        [1.0],
    )  # fmt: skip
    worse = decisions.improves(
        laboratory.before, [one.score(held) for one in outcomes], laboratory.reference
    )
    return (gains or inner) and not worse
