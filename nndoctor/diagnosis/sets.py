"""The smallest set of changes that cures, where no single one does.

The recipe (which fails) and a sound set-up (which passes) differ in a few components. Delta
debugging between the two (Zeller & Hildebrandt 2002) gives a smallest set of changes: what is out
of the ordinary is put right by itself, and components are swapped only where that is not enough.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from ..watch import Interrupted
from .causes import CAUSES
from .components import COMPONENTS
from .laboratory import OutOfBudget
from .ladders import Ladders
from .spoiling import Spoiler, differing, proven
from .subject import Refused
from .trials import Op, Trial, apply_all

RIVALRY = 0.8  # of the work before confirmation: what may be spent where rivals are still tried


@dataclass
class Sets:
    """`weight`: how likely a cause is, after what was tried alone."""

    ladders: Ladders
    spoilers: Sequence[Spoiler]
    weight: Callable[[str], float]

    def __call__(self) -> Iterator[Trial]:
        """Components are swapped until it passes, then as little is kept as passes.

        That least comes first; what it was taken from has more to spare, and is all there is where
        the budget ends before the least is found.
        """
        bench = self.ladders.bench
        watch = bench.laboratory.watch
        watch.stage("looking for the smallest set of changes that cures")
        whole = [*filter(self._allowed, differing(bench.given, bench.sound))]
        spoiling = [one.component for one in self.spoilers if self._allowed(one.component)]
        suspected = [c for c in whole if c in spoiling or self._speaks(c)]
        for chosen in _growing([], spoiling, suspected, whole):
            swaps = [Op(component=one) for one in chosen]
            own = self._own(one for one in COMPONENTS if one not in chosen)
            trial = self.ladders.attempt([*swaps, *own])
            if trial is None or not trial.passes:
                continue
            try:
                smallest = self._smallest(self._refined(self._smallest(trial.ops)))
                last = self.ladders.attempt(smallest, thorough=True)
            except (OutOfBudget, Interrupted):
                yield trial
                raise
            if last is not None and last.passes:
                yield last
            yield trial
            return

    def _allowed(self, component: str) -> bool:
        changed = self.ladders.bench.changed([Op(component=component)])
        return isinstance(changed, Refused) or self.ladders.allows(changed)

    def _own(self, components: Iterable[str]) -> list[Op]:
        """What is out of the ordinary in these components put right, as far as it can be.

        That is every intervention but those that help whatever is wrong.
        """
        within = {*components}
        ops = [
            Op(name, one.ladder[0])
            for name, one in CAUSES.items()
            if one.ladder and one.component in within and not one.universal
        ]
        subject, made = self.ladders.bench.given, []
        for op in sorted(ops, key=lambda one: one.order):
            changed = apply_all(subject, [op], self.ladders.bench.sound)
            if not isinstance(changed, Refused) and self.ladders.allows(changed):
                subject = changed
                made.append(op)
        return made

    def _speaks(self, component: str) -> bool:
        return any(self.ladders.strong(c) for c in self.ladders.causes_of(component))

    def _prospect(self, op: Op) -> float:
        """How likely a change matters: what spoils a sound set-up is given up last."""
        causes = [op.cause] if op.cause else self.ladders.causes_of(op.component)
        spoils = any(
            op.component == one.component or op.cause == one.cause for one in self.spoilers
        )
        return 10.0 * spoils + max((self.weight(one) for one in causes), default=0.0)

    def _smallest(self, ops: Sequence[Op]) -> list[Op]:
        """1-minimal: halves are left out first, then one by one, the least likely first."""
        ordered = sorted(ops, key=self._prospect)
        size = len(ordered) // 2
        while size >= 1 and len(ordered) > 1:
            for start in range(0, len(ordered), size):
                rest = ordered[:start] + ordered[start + size :]
                trial = self.ladders.attempt(rest) if rest else None
                if trial is not None and trial.passes:
                    ordered = rest
                    break
            else:
                size //= 2
        return ordered

    def _refined(self, ops: Sequence[Op]) -> list[Op]:
        """Interventions of causes in place of whole components, where they do as much."""
        current = list(ops)
        for op in sorted(ops, key=lambda one: -self._prospect(one)):
            if op.component:
                others = [one for one in current if one is not op]
                current = [*self._named(op.component, others)] or current
        return current

    def _named(self, component: str, others: Sequence[Op]) -> Sequence[Op]:
        """All that is out of the ordinary in a component, with a climb besides where needed."""
        own = self._own([component])
        trial = self.ladders.attempt([*others, *own]) if own else None
        if trial is not None and trial.passes:
            return trial.ops
        ladders = self.ladders
        for besides in (own, []) if own else ([],):
            for cause in (*ladders.causes_of(component), *ladders.strong_beside(component)):
                rest = [one for one in besides if one.cause != cause]
                trial = ladders.climb(cause, [*others, *rest])
                if trial is not None and trial.passes:
                    return trial.ops
        return ()

    def rivals(self, cure: Trial) -> Iterator[Trial]:
        """The cure with one of its changes replaced by another cause's that does as much.

        That one stands last.
        """
        budget = self.ladders.bench.laboratory.budget
        for op in cure.ops:
            rest = [one for one in cure.ops if one is not op]
            for cause in self._alike(op.cause) if op.cause else ():
                if cause in cure.causes or not budget.allows(0.0, share=RIVALRY):
                    continue
                trial = self.ladders.climb(cause, rest, cheap=True)
                if trial is not None and trial.passes:
                    yield trial

    def _alike(self, cause: str) -> list[str]:
        """Causes that may explain the same: strongly suspected, or as general in its group.

        What was shown to spoil a sound set-up needs none that was not.
        """
        mine, sure = CAUSES[cause], self.ladders.evidence.certain
        shown = proven(cause, self.spoilers, sure)
        return [
            name
            for name, one in CAUSES.items()
            if one.ladder
            and name not in (cause, mine.opposite)
            and (
                self.ladders.strong(name)
                or (mine.universal and one.universal and one.group == mine.group)
            )
            and (not shown or proven(name, self.spoilers, sure))
        ]


def _growing(*sets: Sequence[str]) -> Iterator[Sequence[str]]:
    """Each set once."""
    seen: list[frozenset[str]] = []
    for one in sets:
        if frozenset(one) not in seen:
            seen.append(frozenset(one))
            yield one
