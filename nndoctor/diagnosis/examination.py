"""The examination in its six steps: from a recipe with its findings to a diagnosis."""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ..findings import Finding, Status, Verdict
from ..setup import Setup
from ..watch import Interrupted, Watch
from . import decisions, naming
from .diagnosis import Diagnosis, NamedCause
from .hindrances import hindrances
from .laboratory import NOMINAL, Budget, Laboratory
from .looking import DEVIATIONS, SEEDS, Seen, enough, look
from .overview import measured
from .prescription import prescribe
from .references import Reference, beats_chance, better_network, length, sound_edits
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
from .trial import Patient, work
from .unlearnable import MEMORISED, data_verdict

# To learn noise by heart takes longer, and more units, than learning: that is no fault.
BY_HEART = {
    "too_few_epochs", "learning_rate_too_low", "capacity_too_small", "wrong_optimizer",
    "batch_size_too_large", "overfitting",
}  # fmt: skip


def examine(
    setup: Setup, findings: Sequence[Finding], budget: float, jobs: int = 1,
    watch: Watch | None = None,
) -> Diagnosis:  # fmt: skip
    """`findings`: what the checks of data and set-up said; `budget` in seconds."""
    watch, spent = watch or Watch(), Budget(budget)
    patient = Patient.of(setup, watch)
    if (cost := work(patient.plain)) > spent.work:
        return _too_dear(findings, spent, cost)
    try:
        seen = look(patient, findings, spent, jobs)
    except Interrupted:
        return replace(suspect(findings), interrupted=True)
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
        seeds=patient.seeds(len(seen.plain)),
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
        told = data_verdict(patient.plain, seen.references, suspects, findings)
        told = _beside(laboratory, suspects, seen, told)
    else:
        told = _treat(laboratory, suspects, seen, findings)
    basics = naming.basics(laboratory, seen.reference, seen.scores, findings)
    told = replace(told, **basics, interrupted=watch.cancelled())
    return measured(told, seen.references, seen.plain, laboratory)


def _too_dear(findings: Sequence[Finding], budget: Budget, cost: float) -> Diagnosis:
    """Not one whole run fits: its updates are never cut, so nothing is trained."""
    told, needed = suspect(findings), math.ceil(2 * SEEDS * cost / NOMINAL)
    verdict = told.verdict if told.verdict is Verdict.SICK else Verdict.UNDECIDED
    sentence = (
        f"one run as it is takes more than a budget of {budget.limit:g} seconds allows, so nothing "
        "was trained"
    )
    spent = {"seconds": round(budget.seconds, 2), "limit": budget.limit, "needed": needed}
    return replace(told, verdict=verdict, sentence=sentence, budget=spent)


def suspect(findings: Sequence[Finding]) -> Diagnosis:
    """Steps 1 and 2 only: what the findings suggest, nothing tested."""
    suspects = joined(from_findings(findings))
    return naming.untested(suspects, findings)


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
    found = hindrances(laboratory, {c: one for c, one in strong.items() if naming.warned(one)})
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
    if enough(laboratory.patient) and not beats_chance(laboratory.patient, own, False, DEVIATIONS):
        if float(np.mean(seen.bar)) >= MEMORISED:
            state = decisions.health(seen.scores, seen.bar)
            told_sick = naming.sick(laboratory, suspects, search(laboratory, suspects), state)
            more = [one for one in told_sick.causes if one.cause not in BY_HEART]
        else:
            more = [one for one in naming.strongly_suspected(suspects) if naming.warned(one)]
    known = {one.cause for one in told.causes}
    return replace(told, causes=(*told.causes, *(one for one in more if one.cause not in known)))
