"""What to test next: one change at a time, then the smallest set of changes that cures.

Where no single change does, the recipe (which fails) and a sound set-up (which passes) differ in a
few components. Delta debugging between the two (Zeller & Hildebrandt 2002) gives a smallest set of
components that has to change, and the components that spoil the sound set-up by themselves.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from ..comparison import RELEVANT, Difference
from ..watch import Interrupted
from .causes import CAUSES
from .components import COMPONENTS
from .evidence import MARGIN, Context, Evidence, Kind, Level, Row
from .laboratory import OutOfBudget, arm_of
from .subject import Part, Refused, Subject
from .trials import Bench, Op, Trial, reaches

NEAR = 2 * MARGIN  # below the reference: where a change that helps may still be a cure of its own
DEARER = 2.0  # times the work of the recipe as it is
FALLING = 2  # rungs in a row that bring less than the best or do harm, after which a ladder ends
SINGLE_SHARE = 0.25  # of the work, that no single trial may cost


@dataclass(frozen=True)
class Spoiler:
    """A component that makes a sound set-up fail, and the intervention that repairs it there."""

    component: str
    spoiled: Subject
    cause: str = ""
    repaired: Subject | None = None


@dataclass(frozen=True)
class Found:
    """`cures`: sets of changes that pass, the most plausible first; `best`: of those that do not.

    `finished`: whether all that could be tried was. `improvements`: single changes that brought
    more where nothing is wrong. `new`: whether it has more to confirm than what was found before.
    `certain`: causes that need no test, since recipe or data contradict themselves.
    """

    singles: dict[str, Trial] = field(default_factory=dict)
    cures: tuple[Trial, ...] = ()
    spoilers: tuple[Spoiler, ...] = ()
    finished: bool = True
    improvements: tuple[Trial, ...] = ()
    new: bool = True
    certain: frozenset[str] = frozenset()

    @property
    def best(self) -> Trial | None:
        """The single change that brings most without curing."""
        return max(self.singles.values(), key=lambda one: one.merit, default=None)

    def may_be_at_fault(self, trial: Trial) -> bool:
        """Whether a single change that helped speaks for a cause.

        It does not where something cures and it comes nowhere near; nor where another single cure
        repairs what is certain or also spoils a sound set-up, and it does not.
        """
        if not self.cures or trial.gain.mean <= 0:
            return trial.gain.mean > 0
        proven = [one for one in self.cures if len(one.ops) == 1 and self._proven(one)]
        return trial.gap <= NEAR and (not proven or self._proven(trial))

    def _proven(self, trial: Trial) -> bool:
        spoiling = {one.component for one in self.spoilers}
        return any(
            cause in self.certain or CAUSES[cause].component in spoiling for cause in trial.causes
        )


class Search:
    """One search over a bench; evidence grows as it goes."""

    def __init__(self, bench: Bench, evidence: Evidence, rank: Callable[[str], float]) -> None:
        self.bench, self.evidence, self.rank = bench, evidence, rank
        self.singles: dict[str, Trial] = {}
        self.spoilers: tuple[Spoiler, ...] = ()
        self.finished, self.improving = True, False

    def on(self, bench: Bench) -> "Search":
        """The same search, with what it has seen, on another bench."""
        other = Search(bench, self.evidence, self.rank)
        other.singles, other.spoilers = self.singles, self.spoilers
        return other

    def __call__(self, causes: Sequence[str]) -> Found:
        """Every cause alone, the most likely first; sets of changes where none cures."""
        cures: tuple[Trial, ...] = ()
        self.improving, self.finished = False, True
        try:
            specific = [c for c in causes if self.evidence.level(c) > Level.GENERIC]
            self.try_each(specific)
            self.spoilers = tuple(self._spoilers())
            self.try_each([c for c in causes if c not in specific])
            cures = self._ordered([one for one in self.singles.values() if one.passes])
            if not cures:
                cures = self.sets()
        except (OutOfBudget, Interrupted):
            self.finished = False
            cures = cures or self._ordered([one for one in self.singles.values() if one.passes])
        sure = {c for c in self.evidence.causes if self.evidence.of(c, Kind.CONTRADICTION)}
        return Found(
            self.singles, cures, self.spoilers, self.finished, certain=frozenset(sure)
        )  # fmt: skip

    def improve(self, causes: Sequence[str], share: float) -> Found:
        """What could bring more to a healthy subject, tried within this share of the work."""
        laboratory, self.improving = self.bench.laboratory, True
        watch = laboratory.watch
        watch.stage("trying what could bring more", len(causes))
        try:
            for at, cause in enumerate(causes):
                watch.advance(at, cause)
                watch.heed()
                if not laboratory.budget.allows(0.0, share=share):
                    break
                self._try_single(cause)
        except (OutOfBudget, Interrupted):
            pass  # what was found until then is what there is
        better = [one for one in self.singles.values() if one.whole and one.gain.mean > RELEVANT]
        better.sort(key=lambda one: -one.gain.mean)
        return Found(self.singles, improvements=tuple(better))

    def try_each(self, causes: Sequence[str]) -> None:
        """Each alone; what helps whatever is wrong is left out where it is dear and one cures."""
        watch = self.bench.laboratory.watch
        watch.stage("trying one change at a time", len(causes))
        for at, cause in enumerate(causes):
            watch.advance(at, cause)
            watch.heed()
            self._try_single(cause)

    def _try_single(self, cause: str) -> None:
        if cause in self.singles:
            return
        trial = self._climb(cause)
        if trial is not None:
            self.singles[cause] = trial
            self.evidence.add(Row(cause, Kind.SCREENED, gain=trial.gain, context=Context.ALONE))

    def _climb(self, cause: str, others: Sequence[Op] = ()) -> Trial | None:
        """The rungs of a ladder until they bring less; the best of them, the mildest that passes.

        `others`: changes made besides.
        """
        best: Trial | None = None
        reason, lower = "", 0
        strong = self.evidence.level(cause) >= Level.STRONG
        cured = any(one.passes for one in self.singles.values())
        for intervention in CAUSES[cause].ladder:
            ops = (*others, Op(cause, intervention))
            subject = self.bench.changed(ops)
            if isinstance(subject, Refused):
                reason = reason or subject.reason
                continue
            if why := self._too_dear(subject, cured and not strong):
                reason = reason or why
                break
            trial = self._try(ops, thorough=strong and best is None)
            if trial is None:
                continue
            if best is not None and best.passes:
                if not (trial.passes and trial.gain.mean > best.gain.mean + RELEVANT):
                    break
                best = trial
                continue
            worse = best is not None and best.gain.mean > MARGIN and trial.merit <= best.merit
            lower = lower + 1 if worse or trial.gain.mean < -MARGIN else 0
            if best is None or trial.passes or trial.merit > best.merit:
                best = trial
            if lower >= FALLING:
                break
        if best is None and reason and strong and not others:
            self.evidence.add(Row(cause, Kind.NOT_TESTED, reason))
        return best

    def _try(self, ops: Sequence[Op], thorough: bool = False) -> Trial | None:
        trial = self.bench.trial(ops, thorough)
        return None if isinstance(trial, Refused) else trial

    def _too_dear(self, subject: Subject, cheap: bool) -> str:
        """`cheap`: something cures already, so that dearer changes are no news."""
        budget, given = self.bench.laboratory.budget, self.bench.given
        if cheap and subject.cost > DEARER * given.cost:
            return "a cheaper change cures"
        if len(self.bench.seeds) * subject.cost > SINGLE_SHARE * budget.work:
            return f"it would take more than {SINGLE_SHARE:.0%} of the time budget"
        return ""

    def _ordered(self, cures: Sequence[Trial]) -> tuple[Trial, ...]:
        """The most plausible first: what stands out in this recipe before what always helps."""
        return tuple(sorted(cures, key=lambda one: -self._weight(one.causes[0])))

    def _weight(self, cause: str) -> float:
        trial = self.singles.get(cause)
        gained = trial.gain.mean if trial is not None else 0.0
        lost = max(self._lost, MARGIN)
        spoils = any(one.cause == cause for one in self.spoilers)
        return self.rank(cause) + 1.5 * min(gained / lost, 1.0) + spoils

    @property
    def _lost(self) -> float:
        bar = self.bench.reference.arm.scores
        return float((bar - arm_of(self.bench.baseline).scores).mean())

    # what spoils a sound set-up

    def _spoilers(self) -> Iterator[Spoiler]:
        """Components of the recipe that make the sound set-up fail by themselves."""
        bench, laboratory = self.bench, self.bench.laboratory
        for component in self._differing():
            spoiled = bench.sound.swap(component, bench.given)
            if isinstance(spoiled, Refused):
                continue
            if self._too_dear(spoiled, False):
                continue
            laboratory.watch.stage(f"putting its {component} into a sound set-up")
            bar = bench.reference.arm.scores
            first = laboratory.run(spoiled, Part.SEARCH, bench.seeds[:1])
            if reaches(first, bar[:1]):
                continue
            if not reaches(laboratory.run(spoiled, Part.SEARCH, bench.seeds), bar):
                yield self._repaired(component, spoiled)

    def _repaired(self, component: str, spoiled: Subject) -> Spoiler:
        """With the intervention of one cause of the component that repairs it, if there is one."""
        first, top = self.bench.seeds[:1], MARGIN
        found: Spoiler | None = None
        for cause in self._causes_of(component):
            for intervention in CAUSES[cause].ladder:
                repaired = spoiled.apply(intervention)
                if isinstance(repaired, Refused) or self._too_dear(repaired, False):
                    continue
                gain = self._gain(repaired, spoiled, first).mean
                if gain > top:
                    top = gain + RELEVANT
                    found = Spoiler(component, spoiled, cause, repaired)
                elif found is not None and found.cause == cause:
                    break
        if found is None or found.repaired is None:
            return Spoiler(component, spoiled)
        gain_of_all = self._gain(found.repaired, spoiled, self.bench.seeds)
        row = Row(found.cause, Kind.SCREENED, gain=gain_of_all, context=Context.SOUND)
        self.evidence.add(row)
        return found

    def _gain(self, high: Subject, low: Subject, seeds: Sequence[int]) -> Difference:
        return self.bench.laboratory.difference(high, low, Part.SEARCH, seeds)

    def _differing(self) -> list[str]:
        """Components in which the recipe is not the sound set-up."""
        bench = self.bench
        return [
            one for one in COMPONENTS
            if not isinstance(bench.given.swap(one, bench.sound), Refused)
        ]  # fmt: skip

    def _causes_of(self, component: str) -> list[str]:
        known = [name for name, one in CAUSES.items() if one.component == component and one.ladder]
        return sorted(known, key=lambda cause: -self.rank(cause))

    # sets of changes

    def sets(self) -> tuple[Trial, ...]:
        """At most one: a smallest set of changes that cures."""
        try:
            return tuple(self._sets())
        except (OutOfBudget, Interrupted):
            self.finished = False
            return ()

    def _sets(self) -> Iterator[Trial]:
        """A smallest set of components that has to be sound, then of changes that do as much."""
        watch = self.bench.laboratory.watch
        watch.stage("looking for the smallest set of changes that cures")
        whole = self._differing()
        spoiling = [one.component for one in self.spoilers]
        suspected = [c for c in whole if c in spoiling or self._speaks(c)]
        for chosen in _growing(spoiling, suspected, whole):
            trial = self._try([Op(component=one) for one in chosen])
            if trial is None or not trial.passes:
                continue
            kept = self._smallest(list(trial.ops), lambda op: self._prospect(op.component))
            refined = self._refined(kept)
            smallest = self._smallest(refined, lambda op: self._prospect(op.component, op.cause))
            last = self._try(smallest, thorough=True)
            yield last if last is not None and last.passes else trial
            return

    def _speaks(self, component: str) -> bool:
        return any(self.evidence.level(c) >= Level.STRONG for c in self._causes_of(component))

    def _prospect(self, component: str, cause: str = "") -> float:
        """How likely a component matters: what spoils a sound set-up is given up last."""
        causes = [cause] if cause else self._causes_of(component)
        spoils = any(component == one.component or cause == one.cause for one in self.spoilers)
        return 10.0 * spoils + max((self._weight(one) for one in causes), default=0.0)

    def _smallest(self, ops: list[Op], prospect: Callable[[Op], float]) -> list[Op]:
        """1-minimal: halves are left out first, then one by one, the least likely first."""
        ordered = sorted(ops, key=prospect)
        size = len(ordered) // 2
        while size >= 1 and len(ordered) > 1:
            for start in range(0, len(ordered), size):
                rest = ordered[:start] + ordered[start + size :]
                trial = self._try(rest) if rest else None
                if trial is not None and trial.passes:
                    ordered = rest
                    break
            else:
                size //= 2
        return ordered

    def _refined(self, ops: Sequence[Op]) -> list[Op]:
        """Interventions of single causes in place of whole components, where they do as much."""
        current = list(ops)
        for op in sorted(ops, key=lambda one: -self._prospect(one.component)):
            others = [one for one in current if one is not op]
            for cause in self._causes_of(op.component):
                trial = self._climb(cause, others)
                if trial is not None and trial.passes:
                    current = list(trial.ops)
                    break
        return current


def _growing(*sets: Sequence[str]) -> Iterator[Sequence[str]]:
    """Each set once, empty ones left out."""
    seen: list[frozenset[str]] = []
    for one in sets:
        if one and frozenset(one) not in seen:
            seen.append(frozenset(one))
            yield one
