"""Changes of a subject, alone or together, and what came of them in the search."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from ..comparison import RELEVANT, Difference, compare
from ..trainable import Array
from .components import COMPONENTS
from .evidence import MARGIN
from .interventions import Intervention
from .laboratory import Laboratory, arm_of
from .references import Reference
from .subject import Part, Refused, Run, Subject

COLLAPSED = 0.5  # a seed below this share of the reference has not learned
FAR = 4 * MARGIN  # of the reference's score: a first seed that ends so far below it fails


@dataclass(frozen=True)
class Op:
    """One change: the intervention of a cause, or a whole component from a sound set-up."""

    cause: str = ""
    intervention: Intervention | None = None
    component: str = ""

    @property
    def order(self) -> int:
        """Components first in their order, then interventions by their stage."""
        if self.intervention is not None:
            return self.intervention.stage
        return COMPONENTS.index(self.component) - len(COMPONENTS)


@dataclass(frozen=True)
class Trial:
    """Some changes of the subject with their runs on the seeds of the search.

    `gain`: over the subject as it is. `whole`: trained on all of those seeds. `passes`: as good as
    the reference on them, with no seed lost.
    """

    ops: tuple[Op, ...]
    subject: Subject
    runs: tuple[Run, ...]
    gain: Difference
    gap: float
    whole: bool
    passes: bool

    @property
    def causes(self) -> tuple[str, ...]:
        """Those whose interventions were made."""
        return tuple(op.cause for op in self.ops if op.cause)

    @property
    def merit(self) -> float:
        """What orders trials that don't pass: training rows break ties."""
        inner = float(np.mean([one.train_score * (not one.broken) for one in self.runs]))
        tame = not any(one.broken for one in self.runs)
        return self.gain.mean + 0.1 * inner + 0.02 * tame


@dataclass
class Bench:
    """Tries changes of `given`, on the seeds of the search, against what the reference reaches.

    `sound`: a set-up that is known to be good, which lends its components.
    """

    laboratory: Laboratory
    given: Subject
    sound: Subject
    reference: Reference
    seeds: Sequence[int]

    def __post_init__(self) -> None:
        self.baseline = self.laboratory.run(self.given, Part.SEARCH, self.seeds)
        lost = [one.score * (not one.broken) for one in self.baseline]
        self.worst_first = sorted(range(len(lost)), key=lambda at: (lost[at], at))
        self.fails = not reaches(self.baseline, self.reference.arm.scores)

    def changed(self, ops: Iterable[Op]) -> Subject | Refused:
        """The subject with all of them made in their order."""
        return apply_all(self.given, ops, self.sound)

    def trial(self, ops: Sequence[Op], thorough: bool = False) -> Trial | Refused:
        """Trains it; only on the seed that did worst where that one shows no hope.

        Raises OutOfBudget, and Interrupted where the user breaks off.
        """
        subject = self.changed(ops)
        if isinstance(subject, Refused):
            return subject
        at = self.worst_first[:1]
        first = self._judged(ops, subject, at)
        if thorough or self._hopeful(first):
            return self._judged(ops, subject, range(len(self.seeds)))
        return first

    def _hopeful(self, one: Trial) -> bool:
        if not self.fails:
            return one.gain.mean > RELEVANT
        return one.passes or (one.gap <= FAR and one.gain.mean > MARGIN)

    def _judged(self, ops: Sequence[Op], subject: Subject, chosen: Sequence[int]) -> Trial:
        seeds = [self.seeds[at] for at in chosen]
        runs = self.laboratory.run(subject, Part.SEARCH, seeds)
        bar = self.reference.arm.scores[list(chosen)]
        mine, rows = arm_of(runs), subject.between(Part.SEARCH)
        gain = compare(mine, arm_of([self.baseline[at] for at in chosen]), rows)
        return Trial(
            tuple(ops),
            subject,
            tuple(runs),
            gain,
            float((bar - mine.scores).mean()),
            len(chosen) == len(self.seeds),
            reaches(runs, bar),
        )


def reaches(runs: Sequence[Run], bar: Array) -> bool:
    """Whether the runs are as good as the reference on their seeds, and none of them is lost."""
    scores = arm_of(runs).scores
    lost = any(one.broken for one in runs) or bool((scores < COLLAPSED * bar).any())
    return not lost and float((bar - scores).mean()) <= MARGIN


def apply_all(subject: Subject, ops: Iterable[Op], donor: Subject) -> Subject | Refused:
    """A subject with changes made in their order."""
    for op in sorted(ops, key=lambda one: one.order):
        changed = (
            subject.apply(op.intervention)
            if op.intervention is not None
            else subject.swap(op.component, donor)
        )
        if isinstance(changed, Refused):
            return changed
        subject = changed
    return subject


def count_lost(runs: Sequence[Run], bar: float) -> int:
    """How many seeds broke or learned next to nothing, not even on their training rows."""
    return sum(one.broken or max(one.score, one.train_score) < COLLAPSED * bar for one in runs)
