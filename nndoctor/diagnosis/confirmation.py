"""What the search found, tried anew on seeds and rows that it never saw: a few claims."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np

from ..comparison import ALPHA, LOOKS, RELEVANT, Difference, compare, shown
from ..watch import Interrupted
from .causes import CAUSES
from .confirmed import Claim, Confirmed, Prescribed
from .context import Context
from .evidence import MARGIN, Evidence, Kind, Row
from .interventions import Reseed
from .laboratory import Laboratory, OutOfBudget, arm_of
from .ladders import DEARER
from .references import Reference, length, networks
from .search import Found
from .subject import Part, Refused, Run, Subject
from .suspicions import applies, rank
from .trials import Op, Trial, apply_all, reaches

CLAIMS = 4  # single changes that are claimed beside the cure
CANDIDATES, PARTIAL = 8, 3  # sets of changes that may be prescribed; those that did not cure
RIVALS = 2  # of the first cure, that may be prescribed before the next
SAYABLE = 3  # cures that the user can write, where the first can't be written
PLACEBO = "placebo"


@dataclass
class Confirmation:
    """What was found, on seeds that no other round has; `margin`: as in `Confirmed`.

    `least`: the score of a simple model, if there is one that a cure must come up to as well.
    """

    laboratory: Laboratory
    given: Subject
    sound: Subject
    reference: Reference
    evidence: Evidence
    placebo: bool = False
    margin: float = MARGIN
    least: float = 0.0

    def __call__(
        self, found: Found, named: Sequence[str], round_: int = 0, looked: Sequence[int] = ()
    ) -> Confirmed | None:
        """More seeds while it is open and they can be paid; None where not even the first can.

        `looked`: the seeds of the round before, which are not forgotten.
        """
        candidates = self._candidates(found)
        claims = self._payable([*self._claims(found, candidates, named)], candidates, round_)
        answer: Confirmed | None = None
        before = list(self.evidence.rows)
        for count in LOOKS:
            cost = self._cost(claims, candidates[:1], count, round_)
            if not self.laboratory.budget.allows(cost, confirming=True):
                break
            try:
                answer = self._look(candidates, claims, count, round_, looked)
            except (OutOfBudget, Interrupted):
                break
            self.evidence.rows = [*before, *_rows(answer)]
            self.evidence.alpha = answer.alpha
            if answer.decided:
                break
        if answer is None:
            return None
        seeds = self.laboratory.seeds(Part.CONFIRMATION, answer.seeds, round_)
        with suppress(OutOfBudget, Interrupted):
            answer = self._said(self._foremost(answer, candidates, seeds), found.sayable, seeds)
            self.evidence.rows = [*before, *_rows(answer)]
        return answer

    def _look(
        self,
        candidates: Sequence[Trial],
        claims: Sequence[Claim],
        count: int,
        round_: int,
        looked: Sequence[int],
    ) -> Confirmed:
        laboratory, part = self.laboratory, Part.CONFIRMATION
        laboratory.watch.stage(f"confirming on {count} fresh seeds")
        seeds = laboratory.seeds(part, count, round_)
        every, rates = [*looked, *seeds], [self.reference.rate]
        runs = laboratory.run(self.given, part, every)
        arm = networks(laboratory, self.given, part, every, rates)[0].arm
        in_all = compare(arm, arm_of(runs), self.given.between(part))
        earlier, before = runs[: len(looked)], runs[len(looked) :]
        bar = networks(laboratory, self.given, part, seeds, rates)[0]
        gap = compare(bar.arm, arm_of(before), self.given.between(part))
        gains = [laboratory.difference(one.after, one.before, part, seeds) for one in claims]
        answer = Confirmed(
            count,
            LOOKS.get(count, ALPHA),
            tuple(before),
            bar,
            gap,
            tuple(claims),
            tuple(gains),
            margin=self.margin,
            earlier=tuple(earlier),
            in_all=in_all,
        )
        return self._cured(answer, candidates, seeds)

    def _cured(
        self, answer: Confirmed, candidates: Sequence[Trial], seeds: Sequence[int]
    ) -> Confirmed:
        """With the first set of changes that reaches the reference; else that which gains most."""
        best = likely = answer
        smaller = [*self._smaller(candidates, answer)]
        for one in (*smaller, *candidates):
            try:
                runs = self.laboratory.run(one.subject, Part.CONFIRMATION, seeds)
            except OutOfBudget:
                continue
            gain = compare(
                arm_of(runs), arm_of(answer.before), one.subject.between(Part.CONFIRMATION)
            )
            surely = gain.shows(0.0, answer.alpha)
            cured = surely and self._cures(runs, answer)
            answer = self._with_claim(answer, one, gain)
            tried = replace(answer, cure=one, after=tuple(runs), gain=gain, cured=cured)
            if cured:
                return tried
            if one in smaller or any(run.broken for run in runs):
                continue
            if surely and (best.gain is None or gain.mean > best.gain.mean):
                best = tried
            if _merit(tried) > max(_merit(likely), MARGIN):
                likely = tried
        chosen = best if best.cure is not None else likely
        return replace(chosen, claims=answer.claims, gains=answer.gains)

    def _cures(self, runs: Sequence[Run], answer: Confirmed) -> bool:
        """Whether runs come up to the reference, and to the simple model that outdoes it."""
        return reaches(runs, np.maximum(answer.reference.arm.scores, self.least))

    def _foremost(
        self, answer: Confirmed, candidates: Sequence[Trial], seeds: Sequence[int]
    ) -> Confirmed:
        """With a cure that is shown to bring more than the first, as simple and not much dearer."""
        first = answer.cure
        if not answer.cured or first is None:
            return answer
        tried: list[Prescribed] = []
        more: list[Difference] = []
        for one in candidates:
            if not _may_outdo(one, first):
                continue
            try:
                runs = self.laboratory.run(one.subject, Part.CONFIRMATION, seeds)
            except OutOfBudget:
                continue
            if self._cures(runs, answer):
                rows = one.subject.between(Part.CONFIRMATION)
                gain = compare(arm_of(runs), arm_of(answer.before), rows)
                tried.append(Prescribed(one, tuple(runs), gain))
                more.append(compare(arm_of(runs), arm_of(answer.after), rows))
        better = [at for at, sure in enumerate(shown(more, alpha=answer.alpha)) if sure]
        if not better:
            return answer
        best = tried[max(better, key=lambda at: more[at].mean)]
        outdone = tuple(cause for cause in first.causes if cause not in best.trial.causes)
        answer = self._with_claim(answer, best.trial, best.gain)
        return replace(answer, cure=best.trial, after=best.after, gain=best.gain, outdone=outdone)

    def _said(self, answer: Confirmed, sayable: Sequence[Trial], seeds: Sequence[int]) -> Confirmed:
        """With the first cure that the user can write, where the cure can't be written."""
        if not answer.cured or answer.cure is None or answer.cure.subject.sayable:
            return answer
        for one in sayable[:SAYABLE]:
            try:
                runs = self.laboratory.run(one.subject, Part.CONFIRMATION, seeds)
            except OutOfBudget:
                continue
            rows = one.subject.between(Part.CONFIRMATION)
            gain = compare(arm_of(runs), arm_of(answer.before), rows)
            if gain.shows(0.0, answer.alpha) and self._cures(runs, answer):
                return replace(answer, said=Prescribed(one, tuple(runs), gain))
        return answer

    def _with_claim(self, answer: Confirmed, one: Trial, gain: Difference) -> Confirmed:
        """A single change that is tried as a cure claims its cause, whether it cures or not."""
        known = {claim.cause for claim in answer.claims if claim.context is Context.ALONE}
        op = one.ops[0] if len(one.ops) == 1 else None
        if op is None or not op.cause or op.cause in known:
            return answer
        claim = Claim(op.cause, self.given, one.subject, Context.ALONE, one.ops, op=op)
        return replace(answer, claims=(*answer.claims, claim), gains=(*answer.gains, gain))

    def _smaller(self, candidates: Sequence[Trial], answer: Confirmed) -> Iterator[Trial]:
        """The first set without one of its changes each, as the claims have trained it."""
        first = candidates[0] if candidates else None
        if first is not None and len(first.ops) > 1:
            for claim in answer.claims:
                if claim.context is Context.WITH_OTHERS and claim.op is not None:
                    ops = tuple(one for one in first.ops if one is not claim.op)
                    yield replace(first, ops=ops, subject=claim.before)

    def _candidates(self, found: Found) -> list[Trial]:
        """What may be prescribed: the cures of the search, then the best that was seen."""
        rest = [one for one in found.singles.values() if not one.passes and one.gain.mean > 0]
        rest.sort(key=lambda one: -one.merit)
        cures = [*found.cures[:1], *found.rivals[:RIVALS], *found.cures[1:], *found.improvements]
        every = [*cures[: CANDIDATES - PARTIAL], *rest[:PARTIAL]]
        return [*every[:1], *found.righted, *every[1:]]

    def _claims(
        self, found: Found, candidates: Sequence[Trial], named: Sequence[str]
    ) -> Iterator[Claim]:
        """Of the cure each part: alone, or what is lost without it; then what was named besides."""
        first = candidates[0] if candidates else None
        done = set()
        for op in first.ops if first is not None else ():
            assert first is not None
            rest = tuple(one for one in first.ops if one is not op)
            without = apply_all(self.given, rest, self.sound)
            cause, own = self._cause_of(op)
            if cause and not isinstance(without, Refused):
                done.add(cause)
                context = Context.WITH_OTHERS if rest else Context.ALONE
                yield Claim(cause, without, first.subject, context, first.ops, own, op)
            single = found.singles.get(cause) if not own else None
            if single is not None and single.gain.mean > MARGIN:  # in its own direction
                yield Claim(cause, self.given, single.subject, Context.ALONE, single.ops)
        for cause in named:
            trial = found.singles.get(cause)
            if cause not in done and trial is not None and found.may_be_at_fault(trial):
                done.add(cause)
                yield Claim(cause, self.given, trial.subject, Context.ALONE, trial.ops)
            if len(done) >= CLAIMS:
                break
        for one in found.spoilers:
            if one.repaired is not None and one.cause not in done:
                done.add(one.cause)
                yield Claim(one.cause, one.spoiled, one.repaired, Context.SOUND)
        for rival in found.rivals:
            last = rival.ops[-1]
            without = apply_all(self.given, rival.ops[:-1], self.sound)
            if last.cause not in done and not isinstance(without, Refused):
                done.add(last.cause)
                yield Claim(last.cause, without, rival.subject, Context.INSTEAD, rival.ops)
        if self.placebo:
            changed = self.given.apply(Reseed())
            if not isinstance(changed, Refused):
                yield Claim(PLACEBO, self.given, changed, Context.ALONE)

    def _cause_of(self, op: Op) -> tuple[str, bool]:
        """The cause that a change speaks for, and whether it is the cause's own.

        That of a whole component is where all causes in it that apply ask for the same change.
        """
        if op.cause:
            return op.cause, True
        known = [name for name, one in CAUSES.items() if one.component == op.component]
        fits = [name for name in known if applies(self.given, name)]
        fits.sort(key=lambda name: -rank(self.evidence, name))
        asked = {self._first(name) for name in fits}
        return (fits[0], len(asked) == 1) if fits else ("", False)

    def _first(self, cause: str) -> str:
        """What the mildest intervention of a cause makes of the subject."""
        changed = (self.given.apply(one) for one in CAUSES[cause].ladder)
        return next((one.key for one in changed if not isinstance(one, Refused)), "")

    def _payable(
        self, claims: list[Claim], candidates: Sequence[Trial], round_: int
    ) -> list[Claim]:
        """The first of them that fewest seeds can be paid for."""
        budget, least = self.laboratory.budget, min(LOOKS)
        while claims and not budget.allows(
            self._cost(claims, candidates[:1], least, round_), confirming=True
        ):
            claims = claims[:-1]
        return claims

    def _cost(
        self, claims: Sequence[Claim], cures: Sequence[Trial], count: int, round_: int
    ) -> float:
        subjects = {one.key: one for claim in claims for one in (claim.before, claim.after)}
        subjects |= {one.subject.key: one.subject for one in cures}
        bar = self.given.sound(self.reference.rate, length(self.given, self.laboratory.budget))
        subjects |= {one.key: one for one in (self.given, bar)}
        seeds = self.laboratory.seeds(Part.CONFIRMATION, count, round_)
        return sum(self.laboratory.cost(one, Part.CONFIRMATION, seeds) for one in subjects.values())


def _may_outdo(one: Trial, first: Trial) -> bool:
    """Whether a cure of the search did better there than the first one, and is no larger change."""
    simple = len(one.ops) <= len(first.ops) and one.subject.cost <= DEARER * first.subject.cost
    return one.passes and simple and one.gain.mean > first.gain.mean + RELEVANT


def _merit(one: Confirmed) -> float:
    """The gain, less what changes that help whatever is wrong bring anywhere, and more for what a
    sound set-up was shown to suffer from."""
    if one.gain is None or one.cure is None:
        return 0.0
    universal = any(CAUSES[name].universal for name in one.cure.causes)
    spoiling = any(name in one.spoiling for name in one.cure.causes)
    return one.gain.mean + MARGIN * (spoiling - universal)


def _rows(answer: Confirmed) -> Iterator[Row]:
    for claim, gain in zip(answer.claims, answer.gains, strict=True):
        spared = claim.context is Context.SOUND and answer.spares(claim.cause)
        context = Context.SPARED if spared else claim.context
        yield Row(claim.cause, Kind.CONFIRMATION, gain=gain, context=context, own=claim.own)
