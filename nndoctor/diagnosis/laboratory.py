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
KEPT = 0.2  # of the budget, for the cure
FUTILE = 0.02  # recovery that is none
FEW = 3  # seeds on which a change is tried first: those that did worst
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

    def allows(self, cost: float, kept: float = 0.0) -> str:
        """Why this work can't be done; "" where it can. `kept`: the share left for later."""
        if self.seconds > self.limit:
            return f"{self.seconds:.0f} seconds had passed"
        if cost > SHARE * self.work:
            return f"it would cost {cost:.0f} of {self.work:.0f} seconds of work"
        return "the budget was spent" if self.spent + cost > (1 - kept) * self.work else ""

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
    """A change, what came of it, and how much of the loss it made good.

    `tamed`: it diverged before and does no longer, whatever else.
    """

    causes: tuple[str, ...]
    edits: Edits
    outcomes: tuple[Outcome, ...]
    scores: tuple[float, ...]
    recovery: float
    spread: float
    cured: bool
    tamed: bool = False


@dataclass
class Laboratory:
    """The patient, its seeds, what it reached as it is, what the reference reaches.

    `standard`: the name of that reference; `sound`: edits that make it a sound
    set-up, which reaches `sound_scores`.
    """

    patient: Patient
    seeds: Sequence[int]
    plain: Sequence[Outcome]
    reference: Sequence[float]
    standard: str
    sound: Edits
    sound_scores: Sequence[float]
    held: bool
    budget: Budget
    jobs: int = 1
    watch: Watch = field(default_factory=Watch)
    refused: dict[str, str] = field(default_factory=dict)
    done: dict[str, Test] = field(default_factory=dict)

    @property
    def before_is_sick(self) -> bool:
        """Whether something is to be gained, beyond what seeds make of it."""
        return not decisions.solid(self.before, self.reference)

    @property
    def before(self) -> list[float]:
        """The scores of the recipe as it is."""
        return [one.score(self.held) for one in self.plain]

    def test(self, causes: Sequence[str], edits: Edits, thorough: bool = False) -> Test | None:
        """Trains the changed recipe; None where budget or user forbid it.

        Seeds after the first few are spent only where those improved, unless it is `thorough`.
        """
        key = json.dumps(edits, sort_keys=True, default=str)
        if key in self.done:
            return self.done[key]
        changed = self.patient.setup(edits)
        cost = work(changed) * len(self.seeds)
        if why := self.refuses(cost):
            self.refused.update(dict.fromkeys(causes, why))
            return None
        worst = sorted(range(len(self.seeds)), key=lambda at: self.before[at])
        try:
            outcomes = self._trained(edits, worst[:FEW])
            test = self._judged(causes, edits, outcomes)
            if len(worst) > FEW and (thorough or test.recovery >= FUTILE):
                outcomes |= self._trained(edits, worst[FEW:])
                test = self._judged(causes, edits, outcomes)
        except Interrupted:
            self.refused.update(dict.fromkeys(causes, "interrupted"))
            return None
        self.done[key] = test
        return test

    def _trained(self, edits: Edits, chosen: Sequence[int]) -> dict[int, Outcome]:
        """By the number of the seed; the cost of what was trained is booked."""
        seeds = [self.seeds[at] for at in chosen]
        outcomes = train_all(self.patient, edits, seeds, self.jobs)
        self.note(outcomes, self.patient.setup(edits))
        return dict(zip(chosen, outcomes, strict=True))

    def _judged(
        self, causes: Sequence[str], edits: Edits, outcomes: Mapping[int, Outcome]
    ) -> Test:  # fmt: skip
        """Against the same seeds as they were, and against the reference's."""
        chosen = sorted(outcomes)
        told = tuple(outcomes[at] for at in chosen)
        scores = tuple(one.score(self.held) for one in told)
        before, bar = ([side[at] for at in chosen] for side in (self.before, self.reference))
        share, spread = decisions.recovery(scores, before, bar)
        whole = len(chosen) == len(self.seeds)
        cured = whole and decisions.cures(scores, before, bar)
        wild = sum(self.plain[at].diverged for at in chosen)
        tamed = wild * 2 > len(chosen) and not any(one.diverged for one in told)
        return Test(tuple(causes), edits, told, scores, share, spread, cured, tamed)

    def refuses(self, cost: float) -> str:
        """Why this much work can't be done; "" where it can."""
        return "interrupted" if self.watch.cancelled() else self.budget.allows(cost, KEPT)

    def note(self, outcomes: Sequence[Outcome], setup: Setup) -> None:
        """Books what was spent."""
        self.budget.spent += sum(work(setup, one.updates) for one in outcomes)
        self.budget.runs += len(outcomes)
        self.budget.updates += sum(one.updates for one in outcomes)

    def single(
        self, cause: str, cheap: bool = False, patient: bool = True, thorough: bool = False
    ) -> Test | None:
        """Climbs the ladder of a cause until it cures; the best rung otherwise.

        `cheap`: something cures already, so a dearer change than that would be no news. Who is not
        `patient` gives up after two rungs that brought nothing.
        """
        best: Test | None = None
        for at, edits in enumerate(runnable(self.patient.plain, cause)):
            if cheap and work(self.patient.setup(edits)) > DEARER * work(self.patient.plain):
                self.refused[cause] = "a cheaper change cures"
                break
            test = self.test([cause], edits, thorough)
            if test is None:
                break
            falling = best is not None and _sum(best) > _sum(test) + FUTILE
            if best is None or test.cured or _sum(test) > _sum(best):
                best = test
            futile = not patient and at > 0 and _sum(best) < FUTILE
            if test.cured or falling or futile:
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


def _sum(test: Test) -> float:
    """Training rows break ties, and not to diverge: the score held out may be 0 on both."""
    inner = sum(one.score(False) for one in test.outcomes) / len(test.outcomes)
    return test.recovery + 0.1 * inner + FUTILE * test.tamed
