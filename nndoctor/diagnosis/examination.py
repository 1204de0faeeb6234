"""The examination in its six steps: from a recipe with its findings to a diagnosis."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np

from ..findings import Finding, Status, Verdict
from ..setup import Setup
from ..watch import Interrupted, Watch
from . import decisions, naming
from .diagnosis import Diagnosis, NamedCause
from .laboratory import Budget, Laboratory
from .overview import measured
from .prescription import prescribe
from .references import (
    Reference,
    beats_chance,
    best,
    better_network,
    length,
    references,
    sound_edits,
)
from .search import Found, search, specific
from .suspicions import (
    STATEMENTS,
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
RESTRAINTS = {
    "over_regularised", "dropout_too_high", "early_stopping_too_early", "too_few_epochs",
    "capacity_too_small", "batch_size_too_small", "batch_size_too_large",
}  # fmt: skip
# To learn noise by heart takes longer, and more units, than learning: that is no fault.
BY_HEART = {
    "too_few_epochs", "learning_rate_too_low", "capacity_too_small", "wrong_optimizer",
    "batch_size_too_large", "overfitting",
}  # fmt: skip
# What spoils some seeds and not others.
FICKLE = {
    "learning_rate_too_high", "dead_relu", "exploding_gradient", "too_deep", "vanishing_gradient",
}  # fmt: skip
HINT, DEVIATIONS = 1.5, 3.0  # of luck: from where more seeds may decide, and where they did
LOOKING = 0.5  # of the budget on the clock, beyond which no more seeds are looked at
MORE_SEEDS = 5  # where the decision is close
MOST_SEEDS = 10  # where seeds disagree: three misjudge one set-up in forty, five one in a hundred


@dataclass(frozen=True)
class Seen:
    """Steps 3 and 4: the references, the recipe as it is, and on which rows both are judged."""

    references: tuple[Reference, ...]
    plain: tuple[Outcome, ...]
    held: bool
    learnable: bool
    unsure: bool = False

    @property
    def reference(self) -> Reference:
        """The best on the rows that are judged."""
        return best(self.references, self.held)

    @property
    def bar(self) -> tuple[float, ...]:
        """Its scores [S]."""
        return self.reference.scores(self.held)

    @property
    def share(self) -> float:
        """The recipe's mean score over the reference's."""
        return float(np.mean(self.scores)) / max(float(np.mean(self.bar)), 1e-9)

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
    fickle = any(set(f.suggests) & FICKLE for f in findings if f.status is not Status.OK)
    try:
        seen = _look(patient, range(first, first + SEEDS), jobs, spent)
    except Interrupted:
        return replace(suspect(findings), interrupted=True)
    with suppress(Interrupted):
        while (wanted := _seeds_wanted(seen, fickle)) > (made := len(seen.plain)):
            if spent.seconds * wanted / made > LOOKING * budget:
                break
            further = _look(patient, range(first + made, first + wanted), jobs, spent)
            seen = _more(patient, seen, further)
    findings = [*findings, *layer_findings(seen.plain)]
    suspects = joined(
        [
            *from_findings(findings),
            *from_recipe(patient),
            *from_runs(patient.plain, seen.plain, seen.held, seen.share),
        ]
    )
    network, rate = better_network(seen.references, seen.held)
    laboratory = Laboratory(
        patient=patient,
        seeds=range(first, first + len(seen.plain)),
        plain=seen.plain,
        reference=seen.bar,
        standard=seen.reference.name,
        sound=sound_edits(patient.plain, rate, length(patient.plain)),
        sound_scores=network.last,
        held=seen.held,
        budget=spent,
        jobs=jobs,
        watch=watch,
    )
    if not seen.learnable:
        told = naming.data_verdict(patient.plain, seen.references, suspects, findings)
        told = _beside(laboratory, suspects, seen, told)
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
    return _judged(patient, found, plain)


def _judged(
    patient: Patient, found: tuple[Reference, ...], plain: tuple[Outcome, ...]
) -> Seen:  # fmt: skip
    """On which rows the recipe can be judged, if on any."""
    outer, inner = best(found, True), best(found, False)
    held = beats_chance(patient, outer, True, DEVIATIONS)
    # with rows held out, what holds on none of them is nothing learnt
    open_ = not patient.plain.validation and _enough(patient)
    learnable = held or (open_ and beats_chance(patient, inner, False, HINT))
    unsure = not held and beats_chance(patient, outer, True, HINT)
    return Seen(found, plain, held, learnable, unsure)


def _enough(patient: Patient) -> bool:
    """Whether there are so many rows that a perfect score on them can't be luck."""
    return len(patient.dataset) > DEVIATIONS**2


def _more(patient: Patient, seen: Seen, further: Seen) -> Seen:
    """Further seeds of the same patient; rows that could be judged stay those that are judged."""
    both = zip(seen.references, further.references, strict=True)
    longer = tuple(
        Reference(
            one.name,
            one.held + two.held,
            one.train + two.train,
            one.soon + two.soon,
            one.last + two.last,
        )
        for one, two in both
    )
    plain = seen.plain + further.plain
    if seen.held:
        return replace(seen, references=longer, plain=plain)
    return _judged(patient, longer, plain)


def _seeds_wanted(seen: Seen, fickle: bool) -> int:
    """More where the decision is close, most where some seeds learn and others don't.

    `fickle`: something was seen beforehand that spoils some seeds and not others.
    """
    if seen.unsure:
        return MOST_SEEDS
    if not seen.learnable:
        return SEEDS
    state, made = decisions.health(seen.scores, seen.bar), len(seen.plain)
    if made > SEEDS and 0 < state.collapsed < made:
        return MOST_SEEDS
    if fickle and state.share > decisions.LOW:
        return MOST_SEEDS
    return MORE_SEEDS if state.close else SEEDS


def _treat(
    laboratory: Laboratory, suspects: dict[str, Suspicion], seen: Seen, findings: Sequence[Finding]
) -> Diagnosis:
    """Steps 5 and 6: sick set-ups are searched for a cure, healthy ones only for what is strong."""
    state = decisions.health(seen.scores, seen.bar)
    strong = {cause: one for cause, one in suspects.items() if one.level >= Level.STRONG}
    ill = {f.status for f in layer_findings(seen.plain)} & {Status.WARNING, Status.ERROR}
    wrecked = any(
        one.diverged or (one.died and score < decisions.COLLAPSED * bar)
        for one, score, bar in zip(seen.plain, seen.scores, seen.bar, strict=True)
    )
    if wrecked or state.sick(bool(strong), bool(ill)):
        found = search(laboratory, suspects)
        told = naming.sick(laboratory, suspects, found, state)
        return _prescribed(laboratory, found, told)
    if state.gap.real and state.share < decisions.MIDDLING:
        odd = {c: one for c, one in suspects.items() if c in {*STATEMENTS, "too_deep"}}
        found = specific(laboratory, odd)
        if found.members:
            told = naming.sick(laboratory, suspects, found, state)
            return _prescribed(laboratory, found, told)
    found = _mild(laboratory, {c: one for c, one in strong.items() if naming.warned(one)})
    told = naming.healthy(laboratory, suspects, found, state, findings)
    return told if told.verdict is Verdict.HEALTHY else _prescribed(laboratory, found, told)


def _prescribed(laboratory: Laboratory, found: Found, told: Diagnosis) -> Diagnosis:
    """With its cure, unless the user does not wait for it."""
    try:
        return prescribe(laboratory, found, told)
    except Interrupted:
        return told


def _beside(
    laboratory: Laboratory, suspects: dict[str, Suspicion], seen: Seen, told: Diagnosis
) -> Diagnosis:
    """What ails the set-up besides its data: training rows are not learnt by heart either."""
    more: Sequence[NamedCause] = ()
    own = Reference("own", (), seen.scores)
    if _enough(laboratory.patient) and not beats_chance(laboratory.patient, own, False, DEVIATIONS):
        if float(np.mean(seen.bar)) >= naming.MEMORISED:
            state = decisions.health(seen.scores, seen.bar)
            told_sick = naming.sick(laboratory, suspects, search(laboratory, suspects), state)
            more = [one for one in told_sick.causes if one.cause not in BY_HEART]
        else:
            more = [one for one in naming.strongly_suspected(suspects) if naming.warned(one)]
    known = {one.cause for one in told.causes}
    return replace(told, causes=(*told.causes, *(one for one in more if one.cause not in known)))


def _mild(laboratory: Laboratory, strong: dict[str, Suspicion]) -> Found:
    """Strong suspects whose change makes a healthy run better, on held-out or training rows."""
    singles = {}
    laboratory.watch.stage("trying one change at a time", len(strong))
    for at, cause in enumerate(strong):
        laboratory.watch.advance(at, cause)
        if (test := laboratory.single(cause, thorough=True)) is not None:
            singles[cause] = test
    better = [cause for cause, test in singles.items() if _better(laboratory, cause, test.outcomes)]
    better.sort(key=lambda cause: -strong[cause].order)
    contradicting = [c for c in singles if strong[c].level is Level.CONTRADICTION]
    first = next(iter([*better, *contradicting]), None)
    cure = singles[first] if first is not None else None
    return Found(tuple(better), (), cure, singles)


def _better(laboratory: Laboratory, cause: str, outcomes: Sequence[Outcome]) -> bool:
    held, bar = laboratory.held, laboratory.reference
    after = [one.score(held) for one in outcomes]
    inner, outer = [one.score(False) for one in outcomes], laboratory.before
    if decisions.improves(after, outer, bar) or _far_slower(laboratory, outcomes):
        return True
    # what holds a network back on its training rows may do so on purpose
    worse = decisions.improves(outer, after, bar) and cause in RESTRAINTS
    return not worse and decisions.improves(
        inner, [one.score(False) for one in laboratory.plain], [1.0]
    )


def _far_slower(laboratory: Laboratory, outcomes: Sequence[Outcome]) -> bool:
    """Whether the recipe as it is takes far longer to get where these got."""
    now, then = (
        [one.area(laboratory.held) for one in runs] for runs in (outcomes, laboratory.plain)
    )
    state = decisions.health(then, now)
    return state.gap.real and state.share < decisions.LOW
