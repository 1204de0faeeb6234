"""From what the experiments showed to named causes, in order, each with its status and reasons."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..findings import Finding, Status, Verdict
from .causes import CAUSES
from .decisions import ERRORS, Health
from .diagnosis import Alternative, Diagnosis, NamedCause, NotTested
from .laboratory import Laboratory
from .references import Reference
from .search import PARTIAL, Found
from .suspicions import Level, Suspicion

MOST_SUSPECTED = 3
# Names of what an untrained layer shows, not of what may lie behind it.
SEEN = {"exploding_gradient", "dead_relu", "saturated_activation", "init_constant"}
# What data findings of this kind say needs no training, and no training would show.
OF_DATA = {
    "degenerate_labels", "data_leak", "nan_in_data", "train_test_mismatch", "conflicting_labels",
    "constant_features",
}  # fmt: skip


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
    """Confirmed is what cures and what spoils; then contradictions; then what warned beforehand."""
    cures = [cause for cause in found.members if found.evident(suspects[cause])]
    proven = [*(cures or found.members[:1]), *found.spoilers]
    confirmed = sorted(
        dict.fromkeys(proven), key=lambda cause: -found.weight(_suspicion(suspects, cause))
    )
    causes = [named(_suspicion(suspects, cause), found, True) for cause in confirmed]
    rest = [one for one in suspects.values() if one.cause not in confirmed]
    told = [one for one in rest if one.level is Level.CONTRADICTION]
    told += [
        one for one in rest
        if one.level is Level.STRONG and warned(one) and not (cures and found.cleared(one.cause))
    ]  # fmt: skip
    if not causes:
        likely = [
            one for one in rest
            if one.level is Level.STRONG or _recovered(found, one.cause) >= PARTIAL
        ]  # fmt: skip
        likely.sort(key=lambda one: -found.weight(one))
        told = list(dict.fromkeys([*told, *likely]))[:MOST_SUSPECTED]
    causes += [named(one, found, False) for one in told]
    # a contradiction stands before what was merely found to help
    causes.sort(key=lambda one: one.proof not in ("contradiction", "data"))
    alternatives = tuple(
        Alternative(cause, found.singles[cause].edits, found.singles[cause].recovery)
        for cause in found.others
        if cause not in confirmed
    )
    return Diagnosis(
        Verdict.SICK, _sentence(state, laboratory), causes=tuple(causes),
        alternatives=alternatives, cleared=_cleared(found, causes),
    )  # fmt: skip


def _suspicion(suspects: Mapping[str, Suspicion], cause: str) -> Suspicion:
    return suspects.get(cause) or Suspicion(cause, Level.GENERIC)


def warned(suspicion: Suspicion | NamedCause) -> bool:
    """Whether data or set-up alone spoke for it, or it names what was seen in a layer."""
    static = any(code.startswith(("ND1", "ND2")) for code in suspicion.findings)
    return static or suspicion.cause in SEEN


def healthy(
    laboratory: Laboratory, suspects: Mapping[str, Suspicion], found: Found, state: Health,
    findings: Sequence[Finding],
) -> Diagnosis:  # fmt: skip
    """Healthy, unless something contradicts itself, or a strong suspect was costing score."""
    told = [one for one in suspects.values() if one.level is Level.CONTRADICTION]
    causes = [named(one, found, False) for one in told]
    causes += [
        named(suspects[cause], found, True)
        for cause in found.members
        if suspects[cause] not in told
    ]
    causes += [one for one in of_data(findings) if one.cause not in {c.cause for c in causes}]
    sentence, cleared = _sentence(state, laboratory), _cleared(found, causes)
    if not causes:
        return Diagnosis(Verdict.HEALTHY, sentence, cleared=cleared)
    but = "something in it can't be right"
    if causes[0].proof == "data":
        but = "something in its data can't be right"
    elif causes[0].confirmed:
        but = "one change makes it better"
    sentence = f"{sentence}, but {but}"
    return Diagnosis(Verdict.SICK, sentence, causes=tuple(causes), cleared=cleared)


def of_data(findings: Sequence[Finding]) -> list[NamedCause]:
    """What a check of the data measures and no change of a recipe removes."""
    found: dict[str, NamedCause] = {}
    for finding in findings:
        if not (_bad(finding) and finding.code.startswith("ND1")):
            continue
        for cause in finding.suggests:
            if cause in OF_DATA and cause not in found:
                found[cause] = NamedCause(
                    cause, False, "data", why=(finding.message,), findings=(finding.code,),
                    advice=CAUSES[cause].treatment,
                )  # fmt: skip
    return list(found.values())


def untested(suspects: Mapping[str, Suspicion], findings: Sequence[Finding]) -> Diagnosis:
    """What stands after steps 1 and 2."""
    causes = strongly_suspected(suspects)
    certain = any(one.certainty == "certain" for one in causes)
    verdict = Verdict.SICK if certain else Verdict.UNDECIDED
    sentence = (
        "nothing was trained: these are suspicions"
        if causes
        else "nothing stands out; nothing was trained"
    )
    return Diagnosis(
        verdict if causes else Verdict.HEALTHY, sentence, causes=causes, findings=tuple(findings)
    )


def strongly_suspected(suspects: Mapping[str, Suspicion]) -> tuple[NamedCause, ...]:
    """What speaks loudly for itself, before any experiment."""
    strong = (one for one in suspects.values() if one.level >= Level.STRONG)
    return tuple(named(one, None, False) for one in strong)


def _bad(finding: Finding) -> bool:
    return finding.status in (Status.WARNING, Status.ERROR)


def named(suspicion: Suspicion, found: Found | None, confirmed: bool) -> NamedCause:
    """With what spoke for it, and out of what was found what its change brought and spoils."""
    test = found.singles.get(suspicion.cause) if found is not None else None
    transplant = found.spoilers.get(suspicion.cause) if found is not None else None
    contradicts = suspicion.level is Level.CONTRADICTION
    proof = "contradiction" if contradicts else "experiment" if confirmed else ""
    if contradicts and suspicion.cause in OF_DATA:
        proof = "data"
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
        aspect="" if transplant is None else transplant.aspect,
        sound_share=None if transplant is None else transplant.share,
    )


def _cleared(found: Found, causes: Sequence[NamedCause]) -> tuple[str, ...]:
    """What was tested and neither cures nor is named."""
    told = {one.cause for one in causes} | {*found.others, *found.members}
    return tuple(cause for cause in found.singles if cause not in told)


def _recovered(found: Found, cause: str) -> float:
    """What its change surely brought."""
    test = found.singles.get(cause)
    return 0.0 if test is None else test.recovery - ERRORS * test.spread


def _sentence(state: Health, laboratory: Laboratory) -> str:
    diverged = sum(one.diverged for one in laboratory.plain)
    if diverged:
        early = not any(one.updates for one in laboratory.plain if one.diverged)
        what = (
            "its outputs are not finite before the first update" if early else "training diverges"
        )
        return f"{what} on {diverged} of {len(laboratory.seeds)} seeds"
    if state.collapsed and state.collapsed < len(laboratory.seeds):
        return f"{state.collapsed} of {len(laboratory.seeds)} seeds learn next to nothing"
    where = "" if laboratory.held else ", on the rows it was trained on"
    if state.share >= 1.0:
        return f"it learns as well as the best reference{where}"
    return f"it reaches {max(state.share, 0.0):.0%} of what these data allow{where}"
