"""What the search found, tried anew on seeds and rows that it never saw: a few claims."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ..comparison import ALPHA, LOOKS, RELEVANT, Difference, compare, shown
from ..watch import Interrupted
from .causes import CAUSES
from .context import Context
from .evidence import MARGIN, Evidence, Kind, Row
from .interventions import Reseed
from .laboratory import Laboratory, OutOfBudget, arm_of
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


@dataclass(frozen=True)
class Claim:
    """One cause's intervention, made in `before`; not its `own` where it is a whole component."""

    cause: str
    before: Subject
    after: Subject
    context: Context
    ops: tuple[Op, ...] = ()
    own: bool = True
    op: Op | None = None


@dataclass(frozen=True)
class Prescribed:
    """Changes that may be prescribed, their runs on confirmation and what they gain there."""

    trial: Trial
    after: tuple[Run, ...]
    gain: Difference


@dataclass(frozen=True)
class Confirmed:
    """The subject as it is on confirmation, its gap to the reference, and what was prescribed.

    `alpha`: the error that is left for this look. `margin`: what the subject may lose beside the
    reference. `cured`: as good as the reference there. `cure` None: nothing that was tried does
    better. `said`: what cures as well and can be written by the user, where `cure` can't be.
    """

    seeds: int
    alpha: float
    before: tuple[Run, ...]
    reference: Reference
    gap: Difference
    claims: tuple[Claim, ...] = ()
    gains: tuple[Difference, ...] = ()
    cure: Trial | None = None
    after: tuple[Run, ...] = ()
    gain: Difference | None = None
    cured: bool = False
    margin: float = MARGIN
    said: Prescribed | None = None

    @property
    def prescribed(self) -> Prescribed | None:
        """What the user is to change, for which no cause need be named."""
        if self.said is not None or self.cure is None or self.gain is None:
            return self.said
        return Prescribed(self.cure, self.after, self.gain)

    @property
    def exhausted(self) -> bool:
        """Whether all seeds were looked at that a confirmation may take."""
        return self.seeds >= max(LOOKS)

    @property
    def improves(self) -> bool:
        """Whether the cure is shown to do better than nothing."""
        return self.gain is not None and self.gain.shows(0.0, self.alpha)

    @property
    def spoiling(self) -> set[str]:
        """Causes that were shown to spoil a sound set-up."""
        pairs = zip(self.claims, self.gains, strict=True)
        return {
            claim.cause
            for claim, gain in pairs
            if claim.context is Context.SOUND and gain.shows(MARGIN, self.alpha)
        }

    def spares(self, cause: str) -> bool:
        """Whether what is as good as the reference still has what this cause sits in."""
        if not self.cured or self.cure is None:
            return False
        changed = {op.component or CAUSES[op.cause].component for op in self.cure.ops}
        return CAUSES[cause].component not in changed

    @property
    def decided(self) -> bool:
        """Whether more seeds would be of no use: verdict, claims and cure are clear."""
        gap = self.gap.shows(self.margin, self.alpha) or self.gap.excludes(self.margin, self.alpha)
        sure = shown(self.gains, alpha=self.alpha)
        hopeless = [one.mean <= RELEVANT or one.excludes(MARGIN, self.alpha) for one in self.gains]
        claims = all(a or b for a, b in zip(sure, hopeless, strict=True))
        return gap and claims and (self.cure is None or self.cured)


@dataclass
class Confirmation:
    """What was found, on seeds that no other round has; `margin`: as in `Confirmed`."""

    laboratory: Laboratory
    given: Subject
    sound: Subject
    reference: Reference
    evidence: Evidence
    placebo: bool = False
    margin: float = MARGIN

    def __call__(self, found: Found, named: Sequence[str], round_: int = 0) -> Confirmed | None:
        """More seeds while it is open and they can be paid; None where not even the first can."""
        candidates = self._candidates(found)
        claims = self._payable([*self._claims(found, candidates, named)], candidates, round_)
        answer: Confirmed | None = None
        before = list(self.evidence.rows)
        for count in LOOKS:
            cost = self._cost(claims, candidates[:1], count, round_)
            if not self.laboratory.budget.allows(cost, confirming=True):
                break
            try:
                answer = self._look(candidates, claims, count, round_, found.sayable)
            except (OutOfBudget, Interrupted):
                break
            self.evidence.rows = [*before, *_rows(answer)]
            self.evidence.alpha = answer.alpha
            if answer.decided:
                break
        return answer

    def _look(
        self,
        candidates: Sequence[Trial],
        claims: Sequence[Claim],
        count: int,
        round_: int,
        sayable: Sequence[Trial],
    ) -> Confirmed:
        laboratory, part = self.laboratory, Part.CONFIRMATION
        laboratory.watch.stage(f"confirming on {count} fresh seeds")
        seeds = laboratory.seeds(part, count, round_)
        before = laboratory.run(self.given, part, seeds)
        bar = networks(laboratory, self.given, part, seeds, [self.reference.rate])[0]
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
        )
        return self._said(self._cured(answer, candidates, seeds), sayable, seeds)

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
            cured = surely and reaches(runs, answer.reference.arm.scores)
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
            if gain.shows(0.0, answer.alpha) and reaches(runs, answer.reference.arm.scores):
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
