"""The cure confirmed: before and after on fresh seeds, against a reference on the same seeds."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from . import decisions
from .diagnosis import Diagnosis, Side
from .laboratory import Laboratory
from .references import LONG, RATES, Reference, best, references, sound_edits
from .search import Found
from .trial import Outcome, train_all, work

FRESH = 1000  # added to the seeds that were searched on
SEEDS = 3


def prescribe(laboratory: Laboratory, found: Found, told: Diagnosis) -> Diagnosis:
    """The set of changes with its before and after; a sound set-up where nothing cures."""
    laboratory.watch.stage("confirming on fresh seeds")
    if laboratory.watch.cancelled():
        return told
    first = laboratory.patient.recipe.training.seed + FRESH
    seeds = range(first, first + SEEDS)
    jobs, patient = laboratory.jobs, laboratory.patient
    plain = train_all(patient, {}, seeds, jobs)
    laboratory.note(plain, work(patient.plain) * len(plain))
    told = replace(told, before=side(plain, laboratory.held))
    reference = best(references(patient, seeds, jobs), laboratory.held)
    bar = reference.held if laboratory.held else reference.train
    for edits in _candidates(laboratory, found):
        changed = patient.setup(edits)
        cost = work(changed) * len(seeds)
        if laboratory.budget.allows(cost):
            continue
        outcomes = train_all(patient, edits, seeds, jobs)
        laboratory.note(outcomes, cost)
        if _holds(outcomes, plain, bar, laboratory.held, bool(found.cure and found.cure.cured)):
            return replace(told, prescription=edits, after=side(outcomes, laboratory.held))
    updates = max(patient.plain.total_updates, LONG)
    rate = _better_rate(reference)
    sound = sound_edits(patient.plain, rate, updates)
    outcomes = train_all(patient, sound, seeds, jobs)
    if not _holds(outcomes, plain, bar, laboratory.held, True):
        return told
    after = side(outcomes, laboratory.held)
    return replace(told, prescription=sound, after=after, replaced=True)


def _candidates(laboratory: Laboratory, found: Found) -> list[dict[str, object]]:
    """All that is confirmed, together; the smallest cure; each other one, the first one first."""
    if found.cure is None:
        return []
    rungs = {cause: laboratory.rung(cause, test) for cause, test in found.singles.items()}
    alone = [dict(found.singles[cause].edits) for cause in found.members if cause in found.singles]
    added = [(*found.members[:1], *found.added)] if found.added else []
    together = [laboratory.together(members, rungs) for members in added]
    more = [laboratory.together(found.members, rungs)] if len(found.members) > 1 else []
    others = [dict(found.singles[cause].edits) for cause in found.others]
    ordered = [*together, dict(found.cure.edits), *more, *alone, *others]
    return [edits for at, edits in enumerate(ordered) if edits not in ordered[:at]]


def _holds(
    outcomes: Sequence[Outcome], plain: Sequence[Outcome], bar: Sequence[float], held: bool,
    curing: bool,
) -> bool:  # fmt: skip
    """On fresh seeds: a cure cures again; a mild improvement does no harm."""
    after, before = ([one.score(held) for one in runs] for runs in (outcomes, plain))
    if curing:
        return decisions.cures(after, before, bar)
    return not decisions.improves(before, after, bar)


def _better_rate(reference: Reference) -> float:
    return next((rate for rate in RATES if reference.name.endswith(f"{rate:g}")), RATES[0])


def side(outcomes: Sequence[Outcome], held: bool) -> Side:
    """One side of a comparison, of two or more seeds."""
    scores = [one.score(held) for one in outcomes]
    spread = float(np.std(scores, ddof=1)) if len(scores) > 1 else 0.0
    losses = [one.loss for one in outcomes]
    return Side(float(np.mean(scores)), spread, float(np.mean(losses)), tuple(scores))
