"""Where changes are tried: the same seeds, rows and updates on both sides, within a budget."""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..recipe.editing import Edits
from ..setup import Setup
from ..watch import Interrupted, Watch
from . import decisions
from .changes import CHANGES, runnable
from .trial import Outcome, Patient, train_all, work

SHARE = 0.25  # of the whole budget: more than that no single test may cost
DEARER = 2.0  # times the work of the recipe as it is
NOMINAL = 1 / 3  # seconds of work for each second of the budget: slack for slower machines


@dataclass
class Budget:
    """Nominal seconds of work, so that a verdict does not hang on the machine; a clock behind.

    `limit`: seconds on the clock after which nothing new is begun, whatever work is left.
    """

    limit: float
    spent: float = 0.0
    runs: int = 0
    updates: int = 0
    started: float = field(default_factory=time.monotonic)

    def allows(self, cost: float) -> str:
        """Why this work can't be done; "" where it can."""
        if self.seconds > self.limit:
            return f"{self.seconds:.0f} seconds had passed"
        if cost > SHARE * self.work:
            return f"it would cost {cost:.0f} of {self.work:.0f} seconds of work"
        return "the budget was spent" if self.spent + cost > self.work else ""

    @property
    def work(self) -> float:
        """Nominal seconds that may be spent."""
        return NOMINAL * self.limit

    @property
    def seconds(self) -> float:
        """On the clock."""
        return time.monotonic() - self.started


@dataclass(frozen=True)
class Test:
    """A change, what came of it, and how much of the loss it made good."""

    causes: tuple[str, ...]
    edits: Edits
    outcomes: tuple[Outcome, ...]
    scores: tuple[float, ...]
    recovery: float
    spread: float
    cured: bool


@dataclass
class Laboratory:
    """The patient, its seeds, what it reached as it is, and what the reference reaches."""

    patient: Patient
    seeds: Sequence[int]
    plain: Sequence[Outcome]
    reference: Sequence[float]
    held: bool
    budget: Budget
    jobs: int = 1
    watch: Watch = field(default_factory=Watch)
    refused: dict[str, str] = field(default_factory=dict)
    done: dict[str, Test] = field(default_factory=dict)

    @property
    def before(self) -> list[float]:
        """The scores of the recipe as it is."""
        return [one.score(self.held) for one in self.plain]

    def test(self, causes: Sequence[str], edits: Edits) -> Test | None:
        """Trains the changed recipe on all seeds; None where budget or user forbid it."""
        key = json.dumps(edits, sort_keys=True, default=str)
        if key in self.done:
            return self.done[key]
        changed = self.patient.setup(edits)
        cost = work(changed) * len(self.seeds)
        why = "interrupted" if self.watch.cancelled() else self.budget.allows(cost)
        if why:
            self.refused.update(dict.fromkeys(causes, why))
            return None
        try:
            outcomes = train_all(self.patient, edits, self.seeds, self.jobs)
        except Interrupted:
            self.refused.update(dict.fromkeys(causes, "interrupted"))
            return None
        self.note(outcomes, cost)
        scores = [one.score(self.held) for one in outcomes]
        share, spread = decisions.recovery(scores, self.before, self.reference)
        cured = decisions.cures(scores, self.before, self.reference)
        test = Test(tuple(causes), edits, tuple(outcomes), tuple(scores), share, spread, cured)
        self.done[key] = test
        return test

    def note(self, outcomes: Sequence[Outcome], cost: float) -> None:
        """Books what was spent."""
        self.budget.spent += cost
        self.budget.runs += len(outcomes)
        self.budget.updates += sum(one.updates for one in outcomes)

    def single(self, cause: str, cheap: bool = False) -> Test | None:
        """Climbs the ladder of a cause until it cures; the best rung otherwise.

        `cheap`: something cures already, so a dearer change than that would be no news.
        """
        best: Test | None = None
        for edits in runnable(self.patient.plain, cause):
            if cheap and work(self.patient.setup(edits)) > DEARER * work(self.patient.plain):
                self.refused[cause] = "a cheaper change cures"
                break
            test = self.test([cause], edits)
            if test is None:
                break
            if best is None or test.cured or _sum(test) > _sum(best):
                best = test
            if test.cured:
                break
        return best

    def together(self, causes: Sequence[str], rungs: Mapping[str, int]) -> dict[str, Any]:
        """The edits of several causes, each recomputed on the recipe that the others changed."""
        edits: dict[str, Any] = {}
        chosen = set(causes)
        for cause in CHANGES:
            if cause not in chosen:
                continue
            ladder = runnable(self.patient.setup(edits), cause)
            if ladder:
                edits = merged(edits, ladder[min(rungs.get(cause, 0), len(ladder) - 1)])
        return edits

    def rung(self, cause: str, test: Test) -> int:
        """Which rung of its ladder a single test stood on."""
        ladder = runnable(self.patient.plain, cause)
        return next((at for at, edits in enumerate(ladder) if edits == test.edits), 0)


def merged(first: Edits, then: Edits) -> dict[str, Any]:
    """Both, the later ones made last."""
    return {key: value for key, value in first.items() if key not in then} | dict(then)


def changed_setup(laboratory: Laboratory, edits: Edits) -> Setup:
    """The set-up under edits, on the rows of the first seed."""
    return laboratory.patient.setup(edits, laboratory.seeds[0])


def _sum(test: Test) -> float:
    """Training rows break ties: the score held out may be 0 on both."""
    inner = sum(one.score(False) for one in test.outcomes) / len(test.outcomes)
    return test.recovery + 0.1 * inner
