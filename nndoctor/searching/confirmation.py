"""The best few trained again, whole, from fresh seeds, on rows that the search never saw."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..comparison import Arm, Difference, Rows, arm, compare, shown
from ..recipe import Recipe
from ..running import run_all
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
    recipes: Sequence[tuple[Trial | None, Recipe]], setup_of: SetupOf, rows: Rows, seed: int,
    jobs: int, watch: Watch, doing: str = "confirming the best",
) -> Confirmation:  # fmt: skip
    """The first is the winner, unless another one is shown to be better here.

    So its score is no choice of the highest of several: that would be optimistic again.
    """
    seeds = [seed + OTHER_SEEDS + at for at in range(SEEDS)]
    runs = trained(
        [(recipe, s) for _, recipe in recipes for s in seeds], setup_of, jobs, watch, doing
    )
    contenders = [
        Contender(trial, recipe, tuple(runs[at * SEEDS : (at + 1) * SEEDS]))
        for at, (trial, recipe) in enumerate(recipes)
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
    wanted: Sequence[tuple[Recipe, int]], setup_of: SetupOf, jobs: int, watch: Watch, doing: str
) -> list[Once]:
    """Whole runs side by side, the longest first; answers in the order asked."""
    watch.stage(doing, len(wanted))
    setups = [setup_of(recipe, seed) for recipe, seed in wanted]
    order = sorted(range(len(setups)), key=lambda at: -work(setups[at]))
    made: dict[int, Once] = {}

    def one(at: int) -> None:
        watch.heed()
        made[at] = once(setups[at], wanted[at][1], Unseen(watch))
        watch.advance(len(made))

    run_all(one, order, jobs)
    return [made[at] for at in range(len(setups))]


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
