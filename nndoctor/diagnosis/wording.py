"""The sentences and numbers of a diagnosis, each from what was compared."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ..comparison import ALPHA, RELEVANT, shown
from ..findings import Verdict
from .causes import CAUSES
from .confirmation import PLACEBO
from .context import Context
from .diagnosis import Diagnosis
from .evidence import MARGIN, Evidence, Kind, Row
from .laboratory import Laboratory, arm_of
from .look import Look
from .naming import Known
from .records import Alternative, Gain, Improvement, NamedCause, NotTested, Reached, Side
from .references import UNLEARNED, Reference, best
from .status import Status
from .subject import Part, Run
from .trials import Trial
from .verdict import State

METRICS = {
    "classification": ("MCC", "Matthews correlation: 0 is guessing or worse, 1 is perfect"),
    "multilabel": (
        "mean MCC",
        "Matthews correlation, mean over the labels: 0 is guessing or worse, 1 perfect",
    ),
    "regression": (
        "R^2",
        "R^2 in the target's own units: 0 is predicting the mean or worse, 1 is perfect",
    ),
}
LIMITS = {  # by whether rows are held out
    True: f"{MARGIN:g} of the score",
    False: (
        f"{UNLEARNED:.0%} of its score (at least {MARGIN:g}), as there are too few rows to hold "
        "any out"
    ),
}
RULE = (
    "sick: shown to be worse than the reference by more than {limit}; a cause is "
    f"confirmed by a gain of more than {RELEVANT:g} on seeds that the search did not use, at "
    f"{1 - ALPHA:.0%} for all claims together (t over seeds, corrected for shared rows)"
)


def sentence(
    answer: Verdict,
    state: State,
    known: Known,
    runs: Sequence[Run],
    causes: Sequence[NamedCause],
) -> str:
    """The verdict in one sentence: what it reaches, beside what, and how sure that is."""
    confirmed = known.confirmed
    judged = confirmed.before if confirmed is not None else tuple(runs)
    mine = float(arm_of(judged).scores.mean())
    metric = METRICS[known.given.kind][0]
    if state.broken:
        broken = [one for one in (*runs, *judged) if one.broken]
        early = all(one.updates == 0 for one in broken)
        what = (
            "its outputs are not finite before the first update" if early else "training diverges"
        )
        return f"{what} on {state.broken} of {state.seeds} seeds"
    bar = mine + (confirmed.gap if confirmed is not None else state.gap).mean
    on = "" if known.held else ", on the rows it was trained on"
    beside = f"{metric} {mine:.2f}, where a reference network reaches {bar:.2f}{on}"
    stay = "stays" if state.lost == 1 else "stay"
    lost = f"{state.lost} of {state.seeds} seeds {stay} below half of that"
    worse = state.gap.shows(state.margin, state.alpha)
    if state.dies and not (worse and state.lost == state.seeds):
        return f"{beside}: {lost}"
    ahead = state.outdone if not worse and not state.meaningless else None
    if ahead is not None and (ahead.shown or answer is Verdict.UNDECIDED):
        beside = f"{metric} {mine:.2f}, where {ahead.name} reaches {ahead.score:.2f}{on}"
        also = "" if ahead.shown else ", though that may be chance"
        return f"{beside}; a reference network does not come near that either ({bar:.2f}){also}"
    if answer is Verdict.SICK:
        if not worse and state.meaningless:
            if any(CAUSES[one.cause].in_reference for one in causes):
                return f"{beside}, but that has the same fault"
            return f"{beside}, but this score means nothing"
        return beside
    worst = max(state.gap.upper(state.alpha), 0.0)
    if state.next_to_nothing:
        return f"{beside}: next to nothing is learned here, so nothing can be said about the recipe"
    if state.lost:
        beside += f" ({lost})"
    exhausted = known.confirmed is not None and known.confirmed.exhausted
    if answer is Verdict.UNDECIDED and not exhausted:
        return f"{beside} so far; it takes more seeds to decide whether that is chance"
    if answer is Verdict.UNDECIDED:
        return f"{beside}: too close to decide, it could be up to {worst:.2f} worse"
    if state.gap.mean <= 0 and not state.lost:
        as_good = "better than" if state.gap.excludes(0.0, state.alpha) else "as good as"
        beside = f"{metric} {mine:.2f}, {as_good} a reference network ({bar:.2f}){on}"
    if not known.held:
        return f"{beside}; so few rows say nothing about new ones"
    if state.gap.excludes(state.margin, state.alpha):
        return beside
    if np.isfinite(worst):
        return f"{beside}; with so few rows it could be up to {worst:.2f} worse"
    return beside


def thinner(share: float) -> str:
    """What was judged where a run of all rows takes too long."""
    return (
        f"with {share:.0%} of the rows and shorter runs, since one full run takes too long for "
        "this time budget"
    )


def with_prescription(told: Diagnosis, known: Known, answer: Verdict) -> Diagnosis:
    """With the cure, how far it is confirmed, other single changes, and what brings more."""
    confirmed, found = known.confirmed, known.found
    told = replace(
        told,
        ruled_out=_with_status(known.evidence, Status.RULED_OUT),
        not_tested=tuple(
            NotTested(row.cause, row.text)
            for row in known.evidence.rows
            if row.kind is Kind.NOT_TESTED and row.cause not in found.singles
        ),
    )
    if confirmed is not None:
        told = replace(told, before=side(confirmed.before))
    if answer is Verdict.HEALTHY:
        better = sorted(_improvements(known), key=lambda one: -one.gain.mean)
        return replace(told, improvements=tuple(better))
    named = {one.cause for one in told.causes}
    told = replace(told, alternatives=tuple(_alternatives(known, named)))
    if confirmed is not None and (chosen := confirmed.prescribed) is not None:
        status = "improves" if confirmed.improves else "not yet confirmed"
        if confirmed.cured:
            status = "confirmed"
        return replace(
            told,
            after=side(chosen.after),
            prescription_status=status,
            cure_gain=Gain.of(chosen.gain),
            **_prescribed(chosen.trial, known),
        )
    if confirmed is not None:
        return told
    best_seen = next(iter((*found.sayable, *found.cures)), None)
    if best_seen is None and found.best is not None and found.best.gain.mean > MARGIN:
        best_seen = found.best
    if best_seen is None:
        return told
    return replace(told, prescription_status="not yet confirmed", **_prescribed(best_seen, known))


def _prescribed(cure: Trial, known: Known) -> dict[str, Any]:
    whole = sum(1 for op in cure.ops if op.component)
    return {
        "prescription": cure.subject.change,
        "replaced": whole == len(cure.ops) and whole > 1,
    }


def _improvements(known: Known) -> Iterator[Improvement]:
    if known.confirmed is None or not known.held:
        return  # to fit the rows it was trained on more closely is no improvement
    claims, gains = known.confirmed.claims, known.confirmed.gains
    sure = shown(gains, alpha=known.confirmed.alpha)
    for claim, gain, shows in zip(claims, gains, sure, strict=True):
        alone = claim.own and claim.context is Context.ALONE  # the change is all that was made
        if not shows or not alone or known.evidence.beaten(claim.cause):
            continue
        words = " and ".join(str(op.intervention) for op in claim.ops if op.intervention)
        removes = claim.cause if known.evidence.tenable(claim.cause) else ""
        yield Improvement(removes, words, claim.after.change, Gain.of(gain))


def _alternatives(known: Known, named: set[str]) -> Iterator[Alternative]:
    if any(CAUSES[cause].in_reference for cause in named):
        return  # to be as good as what has the same fault says nothing
    chosen = known.confirmed.prescribed if known.confirmed is not None else None
    prescribed = chosen.trial if chosen is not None else None
    outdone = known.confirmed.outdone if known.confirmed is not None else ()
    for trial in known.found.cures:
        cause = trial.causes[0] if len(trial.causes) == 1 == len(trial.ops) else ""
        open_ = cause not in (*named, *outdone) and known.evidence.tenable(cause)
        if cause and open_ and trial is not prescribed:
            cost = trial.subject.cost / known.given.cost
            yield Alternative(cause, trial.subject.change, Gain.of(trial.gain), cost)


def with_scores(
    told: Diagnosis, look: Look, laboratory: Laboratory, known: Known | None = None
) -> Diagnosis:
    """With the scores it rests on: references, the recipe as it is, what was spent."""
    subject, references, runs, reference = look.subject, look.references, look.runs, look.reference
    gap = look.gap if known is not None else None
    if known is not None and known.confirmed is not None:
        gap = known.confirmed.gap
    mean = float(arm_of(runs).scores.mean())
    bar = reference.score
    if told.before is not None and gap is not None:
        mean, bar = told.before.score, told.before.score + gap.mean
    own = arm_of(runs).scores

    def lead(one: Reference) -> float:
        """On the same rows: trees are fitted on the first seed alone."""
        return one.score - max(float(own[: len(one.arm.scores)].mean()), 0)

    # where no reference beats chance, none is said to reach anything
    others = [one for one in references if not one.network and known is not None]
    ahead = [one for one in others if min(lead(one), one.score - max(mean, 0)) > MARGIN]
    metric, measure = METRICS[subject.kind]
    budget = laboratory.budget
    return replace(
        told,
        rows=subject.judged_on,
        seeds=len(told.before.scores) if told.before else len(runs),
        gap=Gain.of(gap) if gap is not None else None,
        share=mean / bar if bar > 0 else None,
        reference=reference.name,
        reference_score=bar,
        simple=_reached(best(ahead)) if ahead else None,
        references=tuple(_reached(r) for r in sorted(references, key=lambda one: -one.score)),
        trained=side(runs),
        tried=len({key for key, part, _ in laboratory.made if part is Part.SEARCH}) - 1,
        rule=RULE.format(limit=LIMITS[look.held]),
        metric=metric,
        measure=measure,
        evidence=tuple(_row(row) for row in known.evidence.rows) if known is not None else (),
        budget={
            "seconds": round(budget.seconds, 2),
            "limit": budget.limit,
            "work": round(budget.spent, 2),
            "runs": budget.runs,
            "updates": budget.updates,
        },
    )


def side(runs: Sequence[Run]) -> Side:
    """One side of a comparison."""
    scores = arm_of(runs).scores
    spread = float(scores.std(ddof=1)) if len(scores) > 1 else 0.0
    losses = float(np.mean([one.loss for one in runs]))
    return Side(float(scores.mean()), spread, losses, tuple(scores.tolist()))


def _reached(one: Reference) -> Reached:
    scores = one.arm.scores
    spread = float(scores.std(ddof=1)) if len(scores) > 1 else 0.0
    return Reached(one.name, one.score, spread)


def _with_status(evidence: Evidence, status: Status) -> tuple[str, ...]:
    return tuple(c for c in evidence.causes if c in CAUSES and evidence.status(c) is status)


def _row(row: Row) -> Mapping[str, Any]:
    return {
        "cause": row.cause,
        "kind": str(row.kind),
        "text": row.text,
        "findings": list(row.findings),
        "context": str(row.context) if row.gain is not None else "",
        "gain": Gain.of(row.gain).to_dict() if row.gain is not None else None,
    }


__all__ = ["PLACEBO", "RULE", "sentence", "side", "with_prescription", "with_scores"]
