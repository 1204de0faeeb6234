"""The smallest set of changes that cures: singles, then all together and backward elimination."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from . import decisions
from .laboratory import Laboratory, Test
from .suspicions import LAST_RESORT, Level, Suspicion

OPPOSITE = {
    "learning_rate_too_high": "learning_rate_too_low",
    "learning_rate_too_low": "learning_rate_too_high",
}
PARTIAL = 0.5  # recovery from which on a change is worth naming though it does not cure
MOST = 10  # changes that are made together


@dataclass(frozen=True)
class Found:
    """`members` cure together, the first explains most; `others` cure alone as well."""

    members: tuple[str, ...]
    added: tuple[str, ...]
    others: tuple[str, ...]
    cure: Test | None
    singles: Mapping[str, Test]


def search(laboratory: Laboratory, suspects: Mapping[str, Suspicion]) -> Found:
    """Every suspect alone in order; several together where none cures alone."""
    singles: dict[str, Test] = {}
    laboratory.watch.stage("trying one change at a time", len(suspects))
    for at, (cause, suspicion) in enumerate(suspects.items()):
        laboratory.watch.advance(at, cause)
        specific = any(test.cured for test in singles.values())
        cheap = specific and suspicion.level is Level.GENERIC
        if (test := laboratory.single(cause, cheap)) is not None:
            singles[cause] = test
    cures = [cause for cause, test in singles.items() if test.cured]
    if cures:
        return _by_one(laboratory, suspects, singles, cures)
    return _by_several(laboratory, suspects, singles)


def weight(suspicion: Suspicion, test: Test | None) -> float:
    """How far in front a cause stands: what spoke for it, and what its change alone brought."""
    return suspicion.order + 1.5 * (test.recovery if test is not None else 0.0)


def _by_one(
    laboratory: Laboratory, suspects: Mapping[str, Suspicion], singles: Mapping[str, Test],
    cures: Sequence[str],
) -> Found:  # fmt: skip
    ordered = sorted(cures, key=lambda cause: -weight(suspects[cause], singles[cause]))
    top = ordered[0]
    strong = [cause for cause in ordered[1:] if suspects[cause].level >= Level.STRONG]
    cure = singles[top]
    added = _added(laboratory, suspects, singles, (top,), cure, {*ordered})
    others = [cause for cause in ordered[1:] if cause not in strong]
    return Found((top, *strong), tuple(added), tuple(others), cure, singles)


def _by_several(
    laboratory: Laboratory, suspects: Mapping[str, Suspicion], singles: Mapping[str, Test]
) -> Found:
    laboratory.watch.stage("trying several changes together")
    rungs = {cause: laboratory.rung(cause, test) for cause, test in singles.items()}
    by_level = [
        [cause for cause in suspects if suspects[cause].level >= Level.STRONG],
        [cause for cause in suspects if suspects[cause].level >= Level.WEAK],
        list(suspects),
    ]
    tried: list[str] = []
    for group in by_level:
        chosen = _compatible(group, suspects, singles)
        if len(chosen) < 2 or chosen == tried:
            continue
        tried = chosen
        test = laboratory.test((), laboratory.together(chosen, rungs))
        if test is None:
            break
        if not test.cured:
            continue

        def works(members: Sequence[str]) -> bool:
            smaller = laboratory.test((), laboratory.together(members, rungs))
            return smaller is not None and smaller.cured

        plausible = sorted(chosen, key=lambda cause: weight(suspects[cause], singles.get(cause)))
        kept = decisions.eliminate(plausible, works)
        cure = laboratory.test((), laboratory.together(kept, rungs)) or test
        kept = sorted(kept, key=lambda cause: -weight(suspects[cause], singles.get(cause)))
        added = _added(laboratory, suspects, singles, kept, cure, {*kept})
        return Found(tuple(kept), tuple(added), (), cure, singles)
    return Found((), (), (), None, singles)


def _compatible(
    group: Sequence[str], suspects: Mapping[str, Suspicion], singles: Mapping[str, Test]
) -> list[str]:
    """Each cause that has a change, one direction of the rate only, the likeliest of many."""

    def prospect(cause: str) -> float:
        test = singles[cause]
        inner = float(np.mean([one.score(False) for one in test.outcomes]))
        return weight(suspects[cause], test) + inner

    known = [cause for cause in group if cause in singles]
    return [
        cause for cause in known
        if OPPOSITE.get(cause) not in known or prospect(cause) >= prospect(OPPOSITE[cause])
    ][:MOST]  # fmt: skip


def _added(
    laboratory: Laboratory, suspects: Mapping[str, Suspicion], singles: Mapping[str, Test],
    members: Sequence[str], cure: Test, known: set[str],
) -> list[str]:  # fmt: skip
    """Strong suspects outside the set that make it better still, or faster."""
    rungs = {cause: laboratory.rung(cause, test) for cause, test in singles.items()}
    members = tuple(members)
    rungs = {**rungs, **{cause: rungs.get(cause, 0) for cause in members}}
    found = []
    for cause, suspicion in suspects.items():
        opposed = OPPOSITE.get(cause) in members
        if cause in known or cause in LAST_RESORT or suspicion.level < Level.STRONG or opposed:
            continue
        test = laboratory.test((), laboratory.together((*members, cause), rungs))
        if test is not None and _adds(laboratory, test, cure):
            found.append(cause)
    return found


def _adds(laboratory: Laboratory, test: Test, cure: Test) -> bool:
    held, reference = laboratory.held, laboratory.reference
    if decisions.improves(test.scores, cure.scores, reference):
        return True
    both = (test.outcomes, cure.outcomes)
    if len({len(one.curve(held)) for runs in both for one in runs}) > 1:
        return False  # looks at different times can't be compared
    faster, slower = ([one.area(held) for one in runs] for runs in both)
    return decisions.improves(faster, slower, reference)
