"""The whole search: stages from coarse to fine, then the best few confirmed."""

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..comparison import Rows, Split
from ..errors import Mistake, RecipeError
from ..recipe.searching import takes
from ..setup import Setup
from ..watch import Interrupted, Unseen, Watch
from .bench import Bench
from .confirmation import SEEDS, Confirmation, confirmed
from .keeping import Nowhere
from .narrowing import Edge, best_of, narrowed
from .space import Space, space_of
from .stages import Runner, Stage, planned
from .trial import Outcome, Trial

CONFIRMED = 3  # of the best trials
RESERVED = 0.5  # of the time, at most, for their confirmation


@dataclass(frozen=True)
class Searched:
    """A stage that was run: its space, its trials, and where the best lay at a border."""

    stage: Stage
    space: Space
    trials: tuple[Trial, ...]
    edges: tuple[Edge, ...] = ()
    seconds: float = 0.0

    @property
    def best(self) -> Trial | None:
        """Of the trials that trained as far as they went, the best."""
        return next(iter(ranked(self.trials)), None)


@dataclass(frozen=True)
class Search:
    """All that a search found.

    `confirmation` is None where nothing could be confirmed; `final`: the winner on the recipe's own
    test rows. `why_short`: why trials are missing; `where`: what was confirmed on, `apart`: whether
    on rows that were never searched on; `tested`: on how many rows the recipe tests.
    """

    stages: tuple[Searched, ...]
    planned: tuple[Stage, ...]
    confirmation: Confirmation | None = None
    final: Confirmation | None = None
    why_short: str = ""
    interrupted: bool = False
    where: str = ""
    apart: bool = True
    tested: int = 0

    @property
    def trials(self) -> list[Trial]:
        """All of them, in the order they were chosen."""
        return [trial for one in self.stages for trial in one.trials]

    @property
    def best(self) -> list[Trial]:
        """Those that can win, best first; of two alike the one that trained longer."""
        return ranked(self.trials)


def ranked(trials: Sequence[Trial]) -> list[Trial]:
    """Those that can win, best first; of two alike the one that trained longer."""
    sound = [one for one in trials if one.sound and np.isfinite(one.score)]
    return sorted(sound, key=lambda one: (-one.score, -one.trained))


class Until(Unseen):
    """Stops where the user wants to, and when what is left of the time goes to the confirmation.

    How long that takes is known from the trials that have ended: `runs` of `epochs` each, by so
    many `jobs` at a time.
    """

    def __init__(self, other: Watch, seconds: float, runs: int, epochs: int, jobs: int) -> None:
        super().__init__(other)
        self.end, self.most = time.monotonic() + seconds, RESERVED * seconds
        self.coming = runs * epochs / max(jobs, 1)
        self.spent, self.trained = 0.0, 0

    def ended(self, trial: Trial) -> None:
        """A trial has ended."""
        self.spent += trial.seconds
        self.trained += trial.trained

    @property
    def reserved(self) -> float:
        """Seconds for the confirmation; none as long as nothing is known of it."""
        pace = self.spent / self.trained if self.trained else 0.0
        return min(self.coming * pace, self.most)

    @property
    def over(self) -> bool:
        """Whether it is the time that is over."""
        return time.monotonic() + self.reserved > self.end

    def cancelled(self) -> bool:
        """As the other one says, or because of the time."""
        return super().cancelled() or self.over


def search(
    setup: Setup,
    trials: int,
    stages: int,
    sampler: str,
    budget: float,
    jobs: int,
    keeper: Nowhere,
    watch: Watch,
) -> Search:
    """Stages, then the confirmation. Raises RecipeError where no trial can be run."""
    recipe = setup.recipe
    runs = SEEDS * (CONFIRMED + 1 + (setup.test is not None))  # the recipe as it is beside them
    until = Until(watch, budget, runs, recipe.training.epochs, jobs)
    bench = Bench.of(setup, until)
    plan = planned(trials, stages, recipe.training.epochs)
    space = space_of(recipe, len(bench.plain.train))
    whole, seed, ended = bench.plain.trainable.full_batch, recipe.training.seed, 0

    def heard(trial: Trial) -> None:
        nonlocal ended
        ended += 1
        until.ended(trial)
        watch.advance(ended)

    tested = 0 if setup.test is None else len(setup.test)
    told = Search((), tuple(plan), where=bench.where, apart=bench.apart, tested=tested)
    watch.stage(f"{trials} trials in {len(plan)} stages", trials)
    runner = Runner(bench, keeper, sampler, seed, jobs, heard, whole)
    made: list[Searched] = []
    for stage in plan:
        begun = time.perf_counter()
        found, complete = runner.run(stage, space)
        one = Searched(stage, space, tuple(found), seconds=time.perf_counter() - begun)
        if not complete:
            made.append(one)
            told = replace(told, stages=tuple(made), why_short="the time budget was used up")
            if watch.cancelled():
                return replace(told, why_short="it was interrupted", interrupted=True)
            return _concluded(told, bench, setup, jobs, watch)
        _refuse_invalid(found)
        space, edges = _next(bench, space, found, last=stage is plan[-1])
        made.append(replace(one, edges=tuple(edges)))
    return _concluded(replace(told, stages=tuple(made)), bench, setup, jobs, watch)


def _refuse_invalid(trials: Sequence[Trial]) -> None:
    """Raises RecipeError where a stage had nothing that can be run."""
    invalid = why_invalid(trials)
    if trials and sum(count for _, count in invalid) == len(trials):
        first = f"none of the {len(trials)} recipes tried can be run"
        each = [Mistake(f"{count} of them: {reason}") for reason, count in invalid]
        raise RecipeError.of([Mistake(first, "change [search.space]"), *each])


def why_invalid(trials: Sequence[Trial]) -> list[tuple[str, int]]:
    """Every reason for which recipes could not be run, and of how many, the commonest first."""
    return Counter(one.reason for one in trials if one.outcome is Outcome.INVALID).most_common()


def _next(
    bench: Bench, space: Space, trials: Sequence[Trial], last: bool
) -> tuple[Space, list[Edge]]:
    """The space of the next stage; as it was where nothing trained."""
    scored = [(one.score, one.values) for one in ranked(trials)]
    if not scored:
        return space, []
    best = best_of(scored)

    def taken(key: str, value: object) -> bool:
        return takes(bench.recipe, key, value)

    pairs = [narrowed(one, best, taken, last) for one in space]
    return tuple(one for one, _ in pairs), [edge for _, edge in pairs if edge is not None]


def _concluded(told: Search, bench: Bench, setup: Setup, jobs: int, watch: Watch) -> Search:
    """With the best few confirmed beside the recipe as it is, and the winner tested."""
    best = told.best[:CONFIRMED]
    if not best:
        return told
    bench = replace(bench, watch=watch)
    seed = setup.recipe.training.seed
    recipes = [*((one, bench.edited(one.values)) for one in best), (None, setup.recipe)]
    try:
        sure = confirmed(recipes, bench.confirming, bench.between, seed, jobs, watch)
        told = replace(told, confirmation=sure)
        if setup.test is not None:
            winner, rows = sure.contenders[0], Rows(Split.FIXED)
            pair = [(winner.trial, winner.recipe)]
            final = confirmed(pair, bench.tested, rows, seed, jobs, watch, "testing the winner")
            told = replace(told, final=final)
    except Interrupted:
        return replace(told, interrupted=True, why_short="it was interrupted")
    return told
