"""The cure confirmed: before and after on fresh seeds, against a reference on the same seeds."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from . import decisions
from .diagnosis import Diagnosis, Edits, Side
from .laboratory import Laboratory
from .references import LINEAR, references
from .search import Found
from .trial import Outcome, train_all, work

FRESH = 1000  # added to the seeds that were searched on
SEEDS = 5
SLACK = 0.97  # of the reference's score, below which a cure cures only just
MORE_SEEDS, CHEAP = 10, 0.02  # where these cost no more than that share of the budget


def prescribe(laboratory: Laboratory, found: Found, told: Diagnosis) -> Diagnosis:
    """The set of changes with its before and after; a sound set-up where nothing cures."""
    laboratory.watch.stage("confirming on fresh seeds")
    if laboratory.watch.cancelled():
        return told
    first = laboratory.patient.recipe.training.seed + FRESH
    cheap = work(laboratory.patient.plain) * MORE_SEEDS < CHEAP * laboratory.budget.work
    seeds = range(first, first + (MORE_SEEDS if cheap else SEEDS))
    jobs, held = laboratory.jobs, laboratory.held
    # few rows were all trained on so far; whoever runs the cure holds some out
    patient = laboratory.patient if held else laboratory.patient.as_given()
    plain = train_all(patient, {}, seeds, jobs)
    laboratory.note(plain, patient.plain)
    told = replace(told, before=side(plain, held))
    bar = references(patient, seeds, jobs, laboratory.standard)[0].scores(held)
    before = [one.score(held) for one in plain]
    sick = laboratory.before_is_sick

    def tried(edits: Edits, replaced: bool = False) -> tuple[Diagnosis, list[float]]:
        outcomes = train_all(patient, edits, seeds, jobs)
        laboratory.note(outcomes, patient.setup(edits))
        cure = replace(told, prescription=edits, after=side(outcomes, held), replaced=replaced)
        return cure, [one.score(held) for one in outcomes]

    best: Diagnosis | None = None  # holds on all fresh seeds
    fair: Diagnosis | None = None  # is better, but does not hold on all of them
    sets, alone = _candidates(laboratory, found, told)
    for edits in (*sets, *alone):
        if best is not None and edits not in sets:
            break
        if laboratory.budget.allows(work(patient.setup(edits)) * len(seeds)):
            continue
        cure, after = tried(edits)
        if not sick and not decisions.improves(before, after, bar):
            return cure
        if decisions.solid(after, bar):
            best = cure if best is None or _mean(cure) > _mean(best) + decisions.FLOOR else best
            if _mean(cure) >= SLACK * sum(bar) / len(bar):
                break  # anything less cures only just, so more is tried
        elif fair is None and decisions.cures(after, before, bar):
            fair = cure
    if best is not None or not sick:
        return best or fair or told
    sounds: list[Edits] = [laboratory.sound]
    if laboratory.standard == LINEAR:
        sounds.append({**laboratory.sound, "model": {"hidden": []}})
    for edits in sounds:
        sound, after = tried(edits, replaced=True)
        # whoever comes near it with less change is preferred
        near = fair is not None and _mean(fair) >= decisions.MIDDLING * _mean(sound)
        if decisions.solid(after, bar) and not near:
            return sound
        if fair is None and decisions.improves(after, before, bar):
            fair = sound
    return fair or told


def _mean(told: Diagnosis) -> float:
    return told.after.score if told.after is not None else 0.0


def _candidates(
    laboratory: Laboratory, found: Found, told: Diagnosis
) -> tuple[list[Edits], list[Edits]]:  # fmt: skip
    """Sets, the smallest cure with what contradicts itself first; then each change alone."""
    rungs = {cause: laboratory.rung(cause, test) for cause, test in found.singles.items()}
    contradicting = [one.cause for one in told.causes if one.proof == "contradiction"]
    sure = [one.cause for one in told.causes if one.confirmed or one.proof == "contradiction"]
    unsure = [] if sure else [one.cause for one in told.causes]
    one_cures = found.cure is not None and len(found.cure.causes) == 1
    smallest = found.members[:1] if one_cures else found.members
    sets = [{*smallest, *contradicting}, {*found.members, *sure}, {*sure}, {*found.members}]
    together: list[Edits] = [laboratory.together(tuple(one), rungs) for one in sets if one]
    each = [*found.members, *found.others, *unsure]
    alone: list[Edits] = [found.singles[one].edits for one in each if one in found.singles]
    return [one for at, one in enumerate(together) if one and one not in together[:at]], alone


def side(outcomes: Sequence[Outcome], held: bool) -> Side:
    """One side of a comparison, of two or more seeds."""
    scores = [one.score(held) for one in outcomes]
    spread = float(np.std(scores, ddof=1)) if len(scores) > 1 else 0.0
    losses = [one.loss for one in outcomes]
    return Side(float(np.mean(scores)), spread, float(np.mean(losses)), tuple(scores))
