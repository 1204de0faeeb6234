"""The best few trained again, whole, from fresh seeds, on rows that the search never saw."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from ..comparison import Arm, Difference, Rows, arm, compare, shown
from ..recipe import Recipe
from ..running import spread
from ..scores import score
from ..setup import Setup
from ..subjects.running import work
from ..trainable import Array, Batch, Task
from ..training import Epoch, fit
from ..watch import Interrupted, Unseen, Watch
from .running import BROKEN
from .trial import Trial

SEEDS = 5
GROUPS = 20  # of rows, left out one after the other
OTHER_SEEDS = 1009  # added to the seed, so that none is one of the search's

SetupOf = Callable[[Recipe, int], Setup]


@dataclass(frozen=True)
class Once:
    """One confirming run: its score on the judged rows, and its epochs."""

    score: float
    left_out: Array
    epochs: tuple[Epoch, ...]


@dataclass(frozen=True)
class Contender:
    """What is confirmed: the trial it comes from, None for the recipe as it is."""

    trial: Trial | None
    recipe: Recipe
    runs: tuple[Once, ...]

    @property
    def arm(self) -> Arm:
        """Its runs as the comparison wants them."""
        return arm([run.score for run in self.runs], [run.left_out for run in self.runs])

    def mean(self, rows: Rows) -> Difference:
        """The mean score with its error: seeds and rows."""
        own = self.arm
        return compare(own, Arm(0 * own.scores, 0 * own.left_out), rows)


@dataclass(frozen=True)
class Confirmation:
    """The winner first, then the others; `behind`: the winner minus each of them, and whether that
    is shown with one error for all."""

    contenders: tuple[Contender, ...]
    behind: tuple[Difference, ...]
    shown: tuple[bool, ...]
    rows: Rows


def confirmed(
    recipes: Sequence[tuple[Trial | None, Recipe]],
    setup_of: SetupOf,
    rows: Rows,
    seed: int,
    jobs: int,
    watch: Watch,
    doing: str = "confirming the best",
) -> Confirmation:
    """The first is the winner, unless another one is shown to be better here.

    So its score is no choice of the highest of several: that would be optimistic again.
    """
    seeds = [seed + OTHER_SEEDS + at for at in range(SEEDS)]
    runs = trained([recipe for _, recipe in recipes], seeds, setup_of, jobs, watch, doing)
    contenders = [
        Contender(trial, recipe, tuple(own))
        for (trial, recipe), own in zip(recipes, runs, strict=True)
    ]
    first = contenders[0]
    ahead = [compare(other.arm, first.arm, rows) for other in contenders[1:]]
    better = [at for at, sure in enumerate(shown(ahead, 0.0)) if sure]
    if better:
        first = contenders[1 + max(better, key=lambda at: ahead[at].mean)]
    others = [one for one in contenders if one is not first]
    behind = [compare(first.arm, other.arm, rows) for other in others]
    return Confirmation((first, *others), tuple(behind), tuple(shown(behind, 0.0)), rows)


def trained(
    recipes: Sequence[Recipe],
    seeds: Sequence[int],
    setup_of: SetupOf,
    jobs: int,
    watch: Watch,
    doing: str,
) -> list[list[Once]]:
    """Whole runs side by side, the longest first; for each recipe one from each seed."""
    watch.stage(doing, len(recipes) * len(seeds))
    costs = [work(setup_of(recipe, seeds[0])) for recipe in recipes]
    longest_first = sorted(range(len(recipes)), key=lambda at: -costs[at])
    wanted = list(product(longest_first, seeds))

    def one(which: tuple[int, int], own: Watch) -> Once:
        own.heed()
        at, seed = which
        return once(setup_of(recipes[at], seed), seed, Unseen(own))

    made = dict(zip(wanted, spread(one, wanted, jobs, watch), strict=True))
    return [[made[at, seed] for seed in seeds] for at in range(len(recipes))]


def once(setup: Setup, seed: int, watch: Watch) -> Once:
    """One whole run, judged on the test rows of its set-up; 0 where it broke."""
    judged = setup.test
    assert judged is not None
    network = setup.trainable.fresh(seed)
    watched = setup.validation or judged  # without any of its own they decide nothing
    with np.errstate(all="ignore"):
        run = fit(network, setup.train, watched, setup.course(), watch)
        if run.ending.can_go_on:
            raise Interrupted
        outputs, task = network.outputs(judged), setup.trainable.task
        groups = min(GROUPS, len(judged))
        if run.ending in BROKEN:
            return Once(0.0, np.zeros(groups), run.epochs)
        group = np.arange(len(judged)) % groups
        parts = [_score(task, outputs[group != g], judged.rows(group != g)) for g in range(groups)]
        return Once(_score(task, outputs, judged), np.array(parts), run.epochs)


def _score(task: Task, outputs: Array, rows: Batch) -> float:
    """Never below 0, where one run that fits badly would outweigh all others."""
    return max(float(score(task, outputs, rows)), 0.0)


def settings_of(contender: Contender) -> Mapping[str, Any]:
    """The values of a contender; none for the recipe as it is."""
    return {} if contender.trial is None else contender.trial.values
