"""From what the experiments showed to named causes, in order, each with its status and reasons."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..findings import Finding, Status, Verdict
from ..scores import true
from ..setup import Setup
from .causes import CAUSES
from .decisions import Health
from .diagnosis import Alternative, Diagnosis, NamedCause, NotTested
from .laboratory import Laboratory, Test
from .references import Reference
from .search import PARTIAL, Found, weight
from .suspicions import Level, Suspicion

MOST_SUSPECTED = 3
MAJORITY = 0.9
# What data findings of this kind say needs no training, and no training would show.
DATA_ERRORS = ("degenerate_labels", "data_leak", "nan_in_data", "train_test_mismatch")


def basics(
    laboratory: Laboratory, reference: Reference, scores: Sequence[float],
    findings: Sequence[Finding],
) -> dict[str, Any]:  # fmt: skip
    """What every diagnosis states: rows, seeds, reference, what was spent, what was left out."""
    budget, bar = laboratory.budget, float(np.mean(laboratory.reference))
    tested = {test.causes[0] for test in laboratory.done.values() if test.causes}
    return {
        "rows": "held-out rows" if laboratory.held else "training rows",
        "seeds": len(laboratory.seeds),
        "share": float(np.mean(scores)) / bar if bar > 0 else None,
        "reference": reference.name,
        "reference_score": bar,
        "findings": tuple(findings),
        "not_tested": tuple(
            NotTested(cause, why)
            for cause, why in laboratory.refused.items()
            if cause not in tested
        ),
        "budget": {
            "seconds": round(budget.seconds, 2),
            "limit": budget.limit,
            "work": round(budget.spent, 2),
            "runs": budget.runs,
            "updates": budget.updates,
        },
    }


def sick(
    laboratory: Laboratory, suspects: Mapping[str, Suspicion], found: Found, state: Health
) -> Diagnosis:
    """Confirmed are what cures and what adds to it; then contradictions; else strong suspicions."""
    confirmed = [
        _named(suspects[cause], found.singles.get(cause), True)
        for cause in (*found.members, *found.added)
    ]
    named = {one.cause for one in confirmed}
    rest = [one for one in suspects.values() if one.cause not in named]
    told = [one for one in rest if one.level is Level.CONTRADICTION]
    if not confirmed:
        strong = [one for one in rest if one.level is Level.STRONG]
        partial = [
            one for one in rest
            if one.level < Level.STRONG and _recovered(found, one.cause) >= PARTIAL
        ]  # fmt: skip
        told = [*told, *sorted([*strong, *partial], key=lambda one: -_weight(found, one))]
        told = told[:MOST_SUSPECTED]
    causes = [*confirmed, *(_named(one, found.singles.get(one.cause), False) for one in told)]
    # a contradiction stands before what was merely found to help
    causes.sort(key=lambda one: one.proof != "contradiction")
    alternatives = tuple(
        Alternative(cause, found.singles[cause].edits, found.singles[cause].recovery)
        for cause in found.others
    )
    return Diagnosis(
        Verdict.SICK, _sentence(state, laboratory), causes=tuple(causes),
        alternatives=alternatives, cleared=_cleared(found, causes),
    )  # fmt: skip


def healthy(
    laboratory: Laboratory, suspects: Mapping[str, Suspicion], found: Found, state: Health,
    findings: Sequence[Finding],
) -> Diagnosis:  # fmt: skip
    """Healthy, unless something contradicts itself, or a strong suspect was costing score."""
    told = [one for one in suspects.values() if one.level is Level.CONTRADICTION]
    told += [one for one in _of_data(suspects, findings) if one not in told]
    causes = [_named(one, found.singles.get(one.cause), False) for one in told]
    causes += [
        _named(suspects[cause], found.singles.get(cause), True)
        for cause in found.members
        if suspects[cause] not in told
    ]
    sentence = _sentence(state, laboratory)
    cleared = _cleared(found, causes)
    if not causes:
        return Diagnosis(Verdict.HEALTHY, sentence, cleared=cleared)
    but = "something in it can't be right" if told else "one change makes it better"
    sentence = f"{sentence}, but {but}"
    return Diagnosis(Verdict.SICK, sentence, causes=tuple(causes), cleared=cleared)


def data_verdict(
    setup: Setup, references: Sequence[Reference], suspects: Mapping[str, Suspicion],
    findings: Sequence[Finding],
) -> Diagnosis:  # fmt: skip
    """No reference beats chance on held-out rows: the data are the finding, in all its readings."""
    readings = ["labels_shuffled", "labels_random", "input_uninformative"]
    if (top := _majority(setup)) > MAJORITY:
        readings = ["class_imbalance", *readings]
    if any(f.code == "ND109" and _bad(f) for f in findings):
        readings = ["input_uninformative", "labels_random", "labels_shuffled"]
    contradictions = [one for one in suspects.values() if one.level is Level.CONTRADICTION]
    if any(one.cause == "degenerate_labels" for one in contradictions):
        readings = []  # one label says all that is to be said
    network = max(float(np.mean(one.train)) for one in references if one.soon)
    outside = max(float(np.mean(one.held)) for one in references)
    why = (
        f"networks reach {network:.2f} on training rows, but nothing reaches more than "
        f"{outside:.2f} on held-out rows",
        *((f"one answer is right in {top:.0%}",) if top > MAJORITY else ()),
    )
    causes = [_named(one, None, False) for one in contradictions]
    known = {one.cause for one in causes}
    causes += [
        NamedCause(cause, False, "", why=why, advice=CAUSES[cause].treatment)
        for cause in readings
        if cause not in known
    ]
    sentence = "no model learns anything from these rows that holds on others"
    return Diagnosis(Verdict.SICK, sentence, causes=tuple(causes))


def untested(suspects: Mapping[str, Suspicion], findings: Sequence[Finding]) -> Diagnosis:
    """What stands after steps 1 and 2."""
    strong = [one for one in suspects.values() if one.level >= Level.STRONG]
    causes = tuple(_named(one, None, False) for one in strong)
    certain = any(one.level is Level.CONTRADICTION for one in strong)
    verdict = Verdict.SICK if certain else Verdict.UNDECIDED
    sentence = (
        "nothing was trained: these are suspicions"
        if causes
        else "nothing stands out; nothing was trained"
    )
    return Diagnosis(
        verdict if causes else Verdict.HEALTHY, sentence, causes=causes, findings=tuple(findings)
    )


def _bad(finding: Finding) -> bool:
    return finding.status in (Status.WARNING, Status.ERROR)


def _of_data(
    suspects: Mapping[str, Suspicion], findings: Sequence[Finding]
) -> list[Suspicion]:  # fmt: skip
    errors = {f.suggests[0] for f in findings if f.status is Status.ERROR and f.suggests}
    return [suspects[cause] for cause in DATA_ERRORS if cause in errors and cause in suspects]


def _named(suspicion: Suspicion, test: Test | None, confirmed: bool) -> NamedCause:
    contradicts = suspicion.level is Level.CONTRADICTION
    proof = "contradiction" if contradicts else "experiment" if confirmed else ""
    return NamedCause(
        cause=suspicion.cause,
        confirmed=confirmed,
        proof=proof,
        recovery=None if test is None else test.recovery,
        recovery_spread=None if test is None else test.spread,
        why=suspicion.why,
        findings=suspicion.findings,
        change={} if test is None else test.edits,
        advice=CAUSES[suspicion.cause].treatment,
    )


def _cleared(found: Found, causes: Sequence[NamedCause]) -> tuple[str, ...]:
    """What was tested and neither cures nor is named."""
    told = {one.cause for one in causes} | {*found.others}
    return tuple(cause for cause in found.singles if cause not in told)


def _recovered(found: Found, cause: str) -> float:
    test = found.singles.get(cause)
    return 0.0 if test is None else test.recovery


def _weight(found: Found, suspicion: Suspicion) -> float:
    return weight(suspicion, found.singles.get(suspicion.cause))


def _sentence(state: Health, laboratory: Laboratory) -> str:
    diverged = sum(one.diverged for one in laboratory.plain)
    if diverged:
        return f"training diverges on {diverged} of {len(laboratory.seeds)} seeds"
    if state.collapsed and state.collapsed < len(laboratory.seeds):
        return f"{state.collapsed} of {len(laboratory.seeds)} seeds learn next to nothing"
    if state.share >= 1.0:
        return "it learns as well as the best reference"
    return f"it reaches {max(state.share, 0.0):.0%} of what these data allow"


def _majority(setup: Setup) -> float:
    if setup.trainable.task.kind != "classification":
        return 0.0
    _, counts = np.unique(true(setup.trainable.task, setup.train.y), return_counts=True)
    return float(counts.max() / counts.sum())
