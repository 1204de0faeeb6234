"""Tries by hand what would remove one cause, beside the recipe as it is."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

import numpy as np

from ..diagnosis import decisions
from ..diagnosis.causes import CAUSES
from ..diagnosis.changes import CHANGES, Ladder, runnable
from ..diagnosis.diagnosis import written
from ..diagnosis.laboratory import DEARER
from ..diagnosis.looking import DEVIATIONS
from ..diagnosis.overview import spoken
from ..diagnosis.references import beats_chance, best, references
from ..diagnosis.trial import Patient, train_all, work
from ..errors import UsageError
from ..findings import Report, Table, Verdict
from ..recipe.names import meant
from ..setup import Setup
from ..watch import Interrupted, Watch
from .common import SILENT, make_report, seed_of, single_threaded

SEEDS = 3
HEADS = ("recipe", "score", "spread", "gain", "error")

Scores = Sequence[float]


@single_threaded
def treat(setup: Setup, cause: str, watch: Watch = SILENT, *, jobs: int = 1) -> Report:
    """One cause by hand: each change that would remove it, beside the recipe as it is.

    Once a change cures, those that cost more than twice the recipe's work are left out. The verdict
    is of the recipe as it is; whether a change helps stands below it.
    """
    patient = Patient.of(setup, watch)
    ladder = _ladder(patient, cause)
    seeds = range(seed_of(setup), seed_of(setup) + SEEDS)
    tried: dict[str, Scores] = {}
    bar: Scores = ()
    name, held, fair = "", False, False
    with suppress(Interrupted):
        found = references(patient, seeds, jobs)
        held = beats_chance(patient, best(found, True), True, DEVIATIONS)
        reference = best(found, held)
        name, bar = spoken(reference.name), reference.scores(held)
        fair = held or beats_chance(patient, reference, False, DEVIATIONS)
        watch.stage(f"treating {cause}", 1 + len(ladder))
        for edits in ({}, *ladder):
            cured = any(decisions.cures(one, tried["as it is"], bar) for one in tried.values())
            if cured and work(patient.setup(edits)) > DEARER * work(patient.plain):
                continue
            runs = train_all(patient, edits, seeds, jobs)
            tried[written(edits) or "as it is"] = [one.score(held) for one in runs]
            watch.advance(len(tried))
    table = Table("treatment", HEADS, (*_rows(tried, name, bar),), _caption(held))
    report = make_report(
        setup, "treat", CAUSES[cause].title, [], [table], interrupted=watch.cancelled()
    )
    plain, *changes = tried.values() or [[]]
    if not changes:
        return replace(report, decided=Verdict.UNDECIDED, summary=("no change was tried yet",))
    if not fair:
        told = "no reference gets beyond luck on these rows, so no change can be judged on them"
        return replace(report, decided=Verdict.UNDECIDED, summary=(told,))
    state = decisions.health(plain, bar)
    # what helps was rightly suspected, which is how the check-up judges a middling recipe
    helps = any(decisions.improves(scores, plain, bar) for scores in changes)
    sick = state.sick(strong=helps, pathology=False)
    summary = (
        f"as it is, it reaches {state.share:.0%} of the reference",
        _effect(tried, bar, sick),
    )
    return replace(report, decided=Verdict.SICK if sick else Verdict.HEALTHY, summary=summary)


def _ladder(patient: Patient, cause: str) -> Ladder:
    if cause not in CAUSES:
        hint = meant(cause, CAUSES, {})
        near = hint if hint.startswith("did you mean") else "nndoctor causes lists them"
        raise UsageError(f"there is no cause named {cause!r}", near)
    if cause not in CHANGES:
        hint = f"it is shown by a check: {CAUSES[cause].shows.lower()}"
        raise UsageError(f"no change of a recipe removes {cause}", hint)
    if not (ladder := runnable(patient.plain, cause)):
        hint = f"against it, where it is: {CAUSES[cause].treatment}"
        raise UsageError(f"{cause}: there is nothing to change in {patient.name}", hint)
    return ladder


def _effect(tried: dict[str, Scores], bar: Scores, sick: bool) -> str:
    """What the best change does: the first that cures, else the one that brings most."""
    (_, plain), *changes = tried.items()
    cures = [one for one in changes if decisions.cures(one[1], plain, bar)]
    name, scores = next(iter(cures), max(changes, key=lambda one: float(np.mean(one[1]))))
    score = f"from {np.mean(plain):.2f} to {np.mean(scores):.2f}"
    if cures and sick:
        return f"this helps: {name} alone cures it, {score}"
    if decisions.improves(scores, plain, bar):
        return f"this helps: {name} takes the score {score}, beyond the spread over the seeds"
    return "this does not help: no change goes beyond the spread over the seeds"


def _rows(tried: dict[str, Scores], name: str, bar: Scores) -> Iterator[tuple[Any, ...]]:
    plain = tried.get("as it is", ())
    for recipe, scores in tried.items():
        gain = decisions.difference(scores, plain) if scores is not plain else None
        yield recipe, *_numbers(scores), *((gain.mean, gain.error) if gain else (None, None))
    if bar:
        yield f"reference: {name}", *_numbers(bar), None, None


def _caption(held: bool) -> str:
    where = "held-out rows" if held else "training rows"
    return (
        f"on {where}, {SEEDS} seeds; score: 0 chance, 1 perfect; spread: standard deviation over "
        "the seeds; error: standard error of the gain, seed by seed"
    )


def _numbers(scores: Scores) -> tuple[float, float]:
    return float(np.mean(scores)), float(np.std(scores, ddof=1))
