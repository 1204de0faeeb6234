"""Where subjects are trained: each on the same seeds and rows, each run once, all of it booked."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from ..comparison import Arm, Difference, arm, compare
from ..running import spread
from ..watch import Unseen, Watch
from .budget import Budget
from .evidence import MARGIN
from .subject import Part, Run, Subject

FRESH = 1000  # added to the seeds that were searched on


class OutOfBudget(Exception):
    """The work that is left does not allow this."""


@dataclass
class Laboratory:
    """`seed`: the first of the search; those of the confirmation are others."""

    seed: int
    budget: Budget
    jobs: int = 1
    watch: Watch = field(default_factory=Watch)
    made: dict[tuple[str, Part, int], Run] = field(default_factory=dict)

    def seeds(self, part: Part, count: int, round_: int = 0) -> range:
        """The first so many of a part; each round of a confirmation has its own."""
        first = self.seed + (FRESH * (1 + round_) if part is Part.CONFIRMATION else 0)
        return range(first, first + count)

    def run(
        self,
        subject: Subject,
        part: Part,
        seeds: Sequence[int],
        inside: bool = False,
        looks: Sequence[int] = (),
        share: float = 1.0,
    ) -> list[Run]:
        """On each seed, side by side; what was trained before is not trained anew.

        Raises OutOfBudget, and Interrupted where the user breaks off.
        """
        cost = self.cost(subject, part, seeds)
        if cost and not self.budget.allows(cost, part is Part.CONFIRMATION, share):
            raise OutOfBudget
        missing = [seed for seed in seeds if (subject.key, part, seed) not in self.made]
        found = spread(
            lambda seed, _: subject.run(seed, part, looks, inside),
            missing,
            self.jobs,
            Unseen(self.watch),
        )
        for seed, one in zip(missing, found, strict=True):
            self.made[subject.key, part, seed] = one
            share_made = min(one.updates / max(subject.updates, 1), 1.0)
            self.budget.book(subject.cost * share_made, 1, one.updates)
        return [self.made[subject.key, part, seed] for seed in seeds]

    def arm(self, subject: Subject, part: Part, seeds: Sequence[int]) -> Arm:
        """The runs of a subject, as they are compared."""
        return arm_of(self.run(subject, part, seeds))

    def difference(
        self, high: Subject, low: Subject, part: Part, seeds: Sequence[int]
    ) -> Difference:
        """The score of one minus that of the other."""
        return compare(self.arm(high, part, seeds), self.arm(low, part, seeds), high.between(part))

    def cost(self, subject: Subject, part: Part, seeds: Sequence[int]) -> float:
        """Of what was not run yet."""
        missing = sum((subject.key, part, seed) not in self.made for seed in seeds)
        return missing * subject.cost if missing else 0.0


def arm_of(runs: Sequence[Run]) -> Arm:
    """Scores on the judged rows; a broken run has learned nothing, and what guesses as well."""
    scores = [0.0 if one.broken else one.score for one in runs]
    left = [one.left_out * (not one.broken) for one in runs]
    lost = [one.broken or max(one.score, one.train_score) <= MARGIN for one in runs]
    return arm(scores, left, [one.draw for one in runs], lost)


def mean(runs: Sequence[Run]) -> float:
    """The mean score."""
    return float(np.mean(arm_of(runs).scores))


def shifted(one: Arm, scores: Sequence[float]) -> Arm:
    """The same rows under other scores of the same runs."""
    moved = np.asarray(scores, np.float64)
    return replace(one, scores=moved, left_out=one.left_out + (moved - one.scores)[:, None])
