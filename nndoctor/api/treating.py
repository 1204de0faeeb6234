"""Tries by hand what would remove one cause, beside the recipe as it is."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from ..diagnosis.causes import CAUSES
from ..diagnosis.changes import CHANGES, Ladder, runnable
from ..diagnosis.decisions import difference, health
from ..diagnosis.diagnosis import written
from ..diagnosis.overview import spoken
from ..diagnosis.references import best, references
from ..diagnosis.trial import Patient, train_all
from ..errors import UsageError
from ..findings import Report, Table, Verdict
from ..recipe.names import meant
from ..setup import Setup
from ..watch import Interrupted, Watch
from .common import SILENT, make_report, seed_of, single_threaded

SEEDS = 3


@single_threaded
def treat(setup: Setup, cause: str, watch: Watch = SILENT, *, jobs: int = 1) -> Report:
    """One cause by hand: each change that would remove it, beside the recipe as it is."""
    patient = Patient.of(setup, watch)
    ladder = _ladder(patient, cause)
    seeds = range(seed_of(setup), seed_of(setup) + SEEDS)
    held = patient.plain.validation is not None
    tried: list[tuple[str, list[float]]] = []
    rows: list[tuple[Any, ...]] = []
    with suppress(Interrupted):
        reference = best(references(patient, seeds, jobs), held)
        bar = reference.held if held else reference.train
        rows = [(f"reference: {spoken(reference.name)}", *_numbers(bar), None)]
        watch.stage(f"treating {cause}", 1 + len(ladder))
        for edits in ({}, *ladder):
            scores = [one.score(held) for one in train_all(patient, edits, seeds, jobs)]
            tried.append((written(edits) or "as it is", scores))
            watch.advance(len(tried))
    gains = [difference(scores, tried[0][1]) for _, scores in tried[1:]]
    rows = [
        *((name, *_numbers(scores), gain.mean if gain else None)
          for (name, scores), gain in zip(tried, (None, *gains), strict=False)),
        *rows,
    ]  # fmt: skip
    where = "held-out rows" if held else "training rows"
    caption = f"on {where}, {SEEDS} seeds; score: 0 chance, 1 perfect"
    table = Table("treatment", ("recipe", "score", "spread", "gain"), tuple(rows), caption)
    cut, better = len(tried) <= len(ladder), any(gain.real for gain in gains)
    report = make_report(setup, "treat", CAUSES[cause].title, [], [table], interrupted=cut)
    told = "a change helps beyond the spread over the seeds" if better else "no change helps"
    if tried and max(bar) > 0:
        told += f"; as it is, it reaches {health(tried[0][1], bar).share:.0%} of the reference"
    verdict = Verdict.SICK if better else Verdict.UNDECIDED if cut else Verdict.HEALTHY
    return replace(report, decided=verdict, summary=(told,))


def _ladder(patient: Patient, cause: str) -> Ladder:
    if cause not in CAUSES:
        raise UsageError(f"there is no cause named {cause!r}", meant(cause, CAUSES, {}))
    if cause not in CHANGES:
        hint = f"it is shown by a check: {CAUSES[cause].shows.lower()}"
        raise UsageError(f"no change of a recipe removes {cause}", hint)
    if not (ladder := runnable(patient.plain, cause)):
        raise UsageError(
            f"{cause}: there is nothing to change in {patient.name}", CAUSES[cause].treatment
        )
    return ladder


def _numbers(scores: Sequence[float]) -> tuple[float, float]:
    return sum(scores) / len(scores), max(scores) - min(scores)
