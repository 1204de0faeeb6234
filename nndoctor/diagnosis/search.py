"""What to test next: one change at a time, then the smallest set of changes that cures."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from ..comparison import RELEVANT
from ..watch import Interrupted
from .context import Context
from .evidence import MARGIN, Evidence, Kind, Level, Row
from .laboratory import OutOfBudget, arm_of
from .ladders import Ladders
from .sets import Sets
from .spoiling import Spoiler, Spoiling, proven
from .subject import Refused
from .trials import Bench, Op, Trial, count_lost

RIGHTED = 2  # single changes that are tried with all that is certain
NEAR = 2 * MARGIN  # below the reference: where a change that helps may still be a cure of its own


@dataclass(frozen=True)
class Found:
    """`cures`: sets of changes that pass, the most plausible first; `best`: of those that do not.

    `finished`: whether all that could be tried was. `improvements`: single changes that brought
    more where nothing is wrong. `new`: whether it has more to confirm than what was found before.
    `certain`: causes that need no test, since recipe or data contradict themselves. `rivals`: the
    set of changes that cures with one of them replaced by that of another cause, which stands last.
    `said`: sets of changes that pass and that the subject's user can write, where no cure is one.
    `righted`: the best single changes with what is certain put right besides.
    """

    singles: dict[str, Trial] = field(default_factory=dict)
    cures: tuple[Trial, ...] = ()
    spoilers: tuple[Spoiler, ...] = ()
    finished: bool = True
    improvements: tuple[Trial, ...] = ()
    new: bool = True
    certain: frozenset[str] = frozenset()
    rivals: tuple[Trial, ...] = ()
    said: tuple[Trial, ...] = ()
    righted: tuple[Trial, ...] = ()

    @property
    def sayable(self) -> tuple[Trial, ...]:
        """What may cure and the subject's user can write: single changes that come near it, which
        are less than what was put together for that, before the latter."""
        singles = [one for one in self.singles.values() if one.whole and not one.passes]
        near = [one for one in singles if one.gap <= NEAR]
        near.sort(key=lambda one: one.gap)
        every = (*self.cures, *self.rivals, *near, *self.said)
        return tuple(one for one in every if one.subject.sayable)

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
        return any(proven(cause, self.spoilers, self.certain) for cause in trial.causes)


class Search:
    """One search over a bench; evidence grows as it goes."""

    def __init__(self, bench: Bench, evidence: Evidence, rank: Callable[[str], float]) -> None:
        self.bench, self.evidence, self.rank = bench, evidence, rank
        self.ladders = Ladders(bench, evidence, rank)
        self.singles: dict[str, Trial] = {}
        self.spoilers: tuple[Spoiler, ...] = ()
        self.rivals: list[Trial] = []
        self.righted: list[Trial] = []
        self.finished, self.improving = True, False

    def on(self, bench: Bench) -> "Search":
        """The same search, with what it has seen, on another bench."""
        other = Search(bench, self.evidence, self.rank)
        other.singles, other.spoilers = self.singles, self.spoilers
        return other

    def __call__(self, causes: Sequence[str]) -> Found:
        """Every cause alone, the most likely first; sets of changes where none cures."""
        cures: tuple[Trial, ...] = ()
        self.improving, self.finished, self.righted = False, True, []
        try:
            specific = [c for c in causes if self.evidence.level(c) > Level.GENERIC]
            self.try_each(specific)
            self.spoilers = tuple(Spoiling(self.ladders)())
            self.try_each([c for c in causes if c not in specific])
            cures = self._ordered([one for one in self.singles.values() if one.passes])
            self.right()
            if not cures:
                cures = self.sets()
        except (OutOfBudget, Interrupted):
            self.finished = False
            cures = cures or self._ordered([one for one in self.singles.values() if one.passes])
        return Found(
            self.singles,
            cures,
            self.spoilers,
            self.finished,
            certain=self.evidence.certain,
            rivals=tuple(self.rivals),
            said=self.said(cures),
            righted=tuple(self.righted),
        )

    def improve(self, causes: Sequence[str], share: float) -> Found:
        """What could bring more to a healthy subject, tried within this share of the work."""
        laboratory, self.improving = self.bench.laboratory, True
        watch = laboratory.watch
        watch.stage("trying further improvements", len(causes))
        try:
            for at, cause in enumerate(causes):
                watch.advance(at, cause)
                watch.heed()
                if not laboratory.budget.allows(0.0, share=share):
                    break
                self._try_single(cause)
        except (OutOfBudget, Interrupted):
            pass  # what was found until then is what there is
        return Found(self.singles, improvements=self.better())

    def better(self) -> tuple[Trial, ...]:
        """Single changes that brought more, the most first."""
        found = [one for one in self.singles.values() if one.whole and one.gain.mean > RELEVANT]
        return tuple(sorted(found, key=lambda one: -one.gain.mean))

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
        cured = any(one.passes for one in self.singles.values())
        trial = self.ladders.climb(cause, cheap=cured and not self.ladders.strong(cause))
        if trial is not None:
            self.singles[cause] = trial
            blind = count_lost(trial.runs, self.bench.reference.score) == len(trial.runs)
            row = Row(cause, Kind.SCREENED, gain=trial.gain, context=Context.ALONE, blind=blind)
            self.evidence.add(row)

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

    def said(self, cures: Sequence[Trial]) -> tuple[Trial, ...]:
        """Where none of the cures can be written by the subject's user: others, that can.

        They are only to be prescribed: what causes are named for is left as it is.
        """
        if not cures or any(one.subject.sayable for one in cures):
            return ()
        apart = replace(self.evidence, rows=[*self.evidence.rows])
        ladders = replace(self.ladders, evidence=apart, sayable=True)
        self.bench.laboratory.watch.stage("looking for a cure that your library has words for")
        found: list[Trial] = []
        try:
            for cause in dict.fromkeys(one.causes[0] for one in cures if len(one.ops) == 1):
                trial = ladders.climb(cause) if cause else None
                found += [trial] if trial is not None and trial.passes else []
            if not found:
                found.extend(Sets(ladders, self.spoilers, self._weight)())
        except (OutOfBudget, Interrupted):
            pass  # what was found until then is what there is
        return tuple(found)

    def right(self) -> None:
        """Tries the best single changes once all that contradicts itself is put right besides."""
        sure = self.evidence.certain
        mine = [one for one in self.singles.values() if {*one.causes} <= sure]
        others = [one for one in self.singles.values() if one not in mine and one.gain.mean > 0]
        if any(one.passes for one in mine):
            return
        ops: list[Op] = []
        for op in (op for one in mine for op in one.ops):
            ops += [] if isinstance(self.bench.changed([*ops, op]), Refused) else [op]
        others.sort(key=lambda one: -one.merit)
        for one in others[:RIGHTED] if ops else ():
            trial = self.ladders.attempt([*ops, *one.ops])
            self.righted += [] if trial is None else [trial]

    def sets(self) -> tuple[Trial, ...]:
        """A smallest set of changes that cures, and the one that it was taken from."""
        cures: list[Trial] = []
        sets = Sets(self.ladders, self.spoilers, self._weight)
        try:
            cures.extend(sets())  # those before it runs out of budget stay
        except (OutOfBudget, Interrupted):
            self.finished = False
            return tuple(cures)
        with suppress(OutOfBudget, Interrupted):
            for one in cures[:1]:
                self.rivals.extend(sets.rivals(one))
        return tuple(cures)
