"""The smallest set of changes that cures: singles, then all together and backward elimination."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from . import decisions
from .laboratory import Laboratory, Test
from .suspicions import LAST_RESORT, Level, Suspicion
from .transplants import Transplant, spoilers, transplants

OPPOSITE = {
    "learning_rate_too_high": "learning_rate_too_low",
    "learning_rate_too_low": "learning_rate_too_high",
}
PARTIAL = 0.5  # recovery from which on a change is worth naming though it does not cure
HELPS = 0.1  # recovery from which on a change counts as evidence for its cause
NEARLY = 0.7  # of the recovery of a change that helps whatever ails a network
MOST = 10  # changes that are made together


@dataclass(frozen=True)
class Found:
    """`members` cure together, the first explains most; `others` cure alone as well.

    `spoilers`: the causes that make a sound set-up sick.
    """

    members: tuple[str, ...]
    others: tuple[str, ...]
    cure: Test | None
    singles: Mapping[str, Test]
    spoilers: Mapping[str, Transplant] = field(default_factory=dict)

    def evident(self, suspicion: Suspicion) -> bool:
        """Whether anything speaks for this cause but that it is among the members."""
        test = self.singles.get(suspicion.cause)
        helps = test is not None and test.recovery >= max(HELPS, decisions.ERRORS * test.spread)
        strong = suspicion.level >= Level.STRONG
        return strong or helps or suspicion.cause in self.spoilers

    def cleared(self, cause: str) -> bool:
        """Whether its change was tried and brought nothing, where one other change cures."""
        alone = self.cure is not None and len(self.cure.causes) == 1
        test = self.singles.get(cause)
        return alone and test is not None and test.recovery < HELPS and not test.tamed

    def weight(self, suspicion: Suspicion) -> float:
        """How far in front it stands: what spoke for it, what it brought, what it spoils."""
        test = self.singles.get(suspicion.cause)
        alone = 1.5 * (test.recovery if test is not None else 0.0)
        return suspicion.order + alone + (suspicion.cause in self.spoilers)


def search(laboratory: Laboratory, suspects: Mapping[str, Suspicion]) -> Found:
    """Every suspect alone in order; several together where none cures alone."""
    odd = {cause: one for cause, one in suspects.items() if one.level > Level.GENERIC}
    singles = _singles(laboratory, odd, {})
    named = spoilers(transplants(laboratory), suspects)
    singles = _singles(laboratory, suspects, singles)
    known = Found((), (), None, singles, named)
    if any(test.cured for test in singles.values()):
        return _by_one(suspects, known)
    return _by_several(laboratory, suspects, known)


def specific(laboratory: Laboratory, suspects: Mapping[str, Suspicion]) -> Found:
    """Only what stands out in this recipe, each alone."""
    singles = _singles(laboratory, suspects, {})
    cures = any(test.cured for test in singles.values())
    known = Found((), (), None, singles)
    return _by_one(suspects, known) if cures else known


def _singles(
    laboratory: Laboratory, suspects: Mapping[str, Suspicion], known: Mapping[str, Test]
) -> dict[str, Test]:
    singles = dict(known)
    laboratory.watch.stage("trying one change at a time", len(suspects))
    for at, (cause, suspicion) in enumerate(suspects.items()):
        laboratory.watch.advance(at, cause)
        if cause in known:
            continue
        cured = any(test.cured for test in singles.values())
        cheap = cured and suspicion.level is Level.GENERIC
        test = laboratory.single(cause, cheap, patient=suspicion.level >= Level.STRONG)
        if test is not None:
            singles[cause] = test
    return singles


def _by_one(suspects: Mapping[str, Suspicion], known: Found) -> Found:
    cures = [cause for cause, test in known.singles.items() if test.cured]
    ordered = sorted(cures, key=lambda cause: -known.weight(suspects[cause]))
    if ordered[0] in LAST_RESORT and (nearly := _nearly(known, ordered[0])):
        # Adam cures a rate as well: whoever brings back nearly as much explains more
        return Found((nearly,), tuple(ordered), known.singles[ordered[0]], known.singles,
                     known.spoilers)  # fmt: skip
    strong = [cause for cause in ordered[1:] if _speaks(suspects[cause])]
    others = tuple(cause for cause in ordered[1:] if cause not in strong)
    cure, members = known.singles[ordered[0]], (ordered[0], *strong)
    return Found(members, others, cure, known.singles, known.spoilers)


def _nearly(known: Found, top: str) -> str:
    """What brings back most of what the top one does, and says more; "" where nothing does."""
    least = NEARLY * known.singles[top].recovery
    near = {
        cause: test.recovery - decisions.ERRORS * test.spread
        for cause, test in known.singles.items()
        if cause not in LAST_RESORT and test.recovery >= least
    }
    return max(near, key=lambda cause: near[cause], default="")


def _speaks(suspicion: Suspicion) -> bool:
    """Whether it was strong, or the set-up alone remarked on it."""
    noted = any(code.startswith("ND2") for code in suspicion.findings)
    return suspicion.level >= Level.STRONG or noted


def _by_several(
    laboratory: Laboratory, suspects: Mapping[str, Suspicion], known: Found
) -> Found:  # fmt: skip
    laboratory.watch.stage("trying several changes together")
    rungs = {cause: laboratory.rung(cause, test) for cause, test in known.singles.items()}

    def tried(members: Sequence[str]) -> Test | None:
        return laboratory.test((), laboratory.together(members, rungs))

    for chosen in _groups(suspects, known):
        test = tried(chosen)
        if test is None:
            break
        if not test.cured:
            continue

        def works(members: Sequence[str]) -> bool:
            smaller = tried(members)
            return smaller is not None and smaller.cured

        plausible = sorted(chosen, key=lambda cause: known.weight(suspects[cause]))
        kept = decisions.eliminate(plausible, works)
        kept = sorted(kept, key=lambda cause: -known.weight(suspects[cause]))
        return Found(tuple(kept), (), tried(kept) or test, known.singles, known.spoilers)
    return known


def _groups(suspects: Mapping[str, Suspicion], known: Found) -> list[list[str]]:
    """Ever larger sets: what speaks for itself, all that is strong, then weak, then everything."""
    wanted = (
        lambda one: one.cause in known.spoilers or one.level is Level.CONTRADICTION,
        known.evident,
        lambda one: known.evident(one) or one.level >= Level.WEAK,
        lambda one: True,
    )
    groups: list[list[str]] = []
    for wants in wanted:
        group = [cause for cause in known.singles if wants(suspects[cause])]
        chosen = _compatible(group, suspects, known)
        if len(chosen) > 1 and chosen not in groups:
            groups.append(chosen)
    return groups


def _compatible(
    group: Sequence[str], suspects: Mapping[str, Suspicion], known: Found
) -> list[str]:  # fmt: skip
    """One direction of the rate only, the likeliest of many, what helps whatever ails it last."""

    def prospect(cause: str) -> float:
        inner = float(np.mean([one.score(False) for one in known.singles[cause].outcomes]))
        last = cause in LAST_RESORT and not known.evident(suspects[cause])
        return known.weight(suspects[cause]) + inner - last

    kept = [
        cause for cause in group
        if OPPOSITE.get(cause) not in group or prospect(cause) >= prospect(OPPOSITE[cause])
    ]  # fmt: skip
    return sorted(kept, key=lambda cause: -prospect(cause))[:MOST]
