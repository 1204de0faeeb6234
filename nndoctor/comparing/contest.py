"""Set-ups trained side by side on the same rows and seeds: their scores, costs and curves."""

import itertools
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..comparison import Arm
from ..diagnosis.laboratory import arm_of
from ..diagnosis.subject import Part, Run
from ..running import spread
from ..trainable import Array
from ..watch import Interrupted, Watch
from .ranking import Standing, standings
from .variants import Variant

POINTS = 50  # of a curve of losses


@dataclass(frozen=True)
class Trained:
    """One set-up with its runs, a seed each, and the seconds of one processor that each took."""

    variant: Variant
    runs: tuple[Run, ...]
    seconds: tuple[float, ...]

    @property
    def arm(self) -> Arm:
        """Its scores; a broken run has learned nothing."""
        return arm_of(self.runs)

    @property
    def updates(self) -> float:
        """The mean over its runs."""
        return float(np.mean([run.updates for run in self.runs]))

    def losses(self) -> Array:
        """Loss of the batches over the run in so many even parts [P]: the mean over seeds."""
        planned = self.variant.subject.updates
        each = np.stack([_parts(run, planned) for run in self.runs])
        return np.asarray(each.mean(axis=0))


@dataclass(frozen=True)
class Contest:
    """Set-ups in the order they were named, and where each stands, the best first.

    `cut`: the user stopped it, and only the seeds count that all had been trained on.
    """

    trained: tuple[Trained, ...]
    standings: tuple[Standing, ...]
    seeds: int
    cut: bool

    @property
    def ranked(self) -> list[tuple[Standing, Trained]]:
        """The best first."""
        return [(one, self.trained[one.at]) for one in self.standings]


def hold(variants: Sequence[Variant], seeds: int, jobs: int, watch: Watch) -> Contest:
    """Trains every set-up on every seed, from the first recipe's own on.

    Raises Interrupted where the user stops it before two seeds are through.
    """
    watch.stage(f"training {len(variants)} set-ups on {seeds} seeds", len(variants) * seeds)
    first = variants[0].subject.recipe.training.seed

    def train(task: tuple[int, int], _: Watch) -> tuple[Run, float] | None:
        number, at = task
        begun = time.thread_time()  # of this thread alone, whatever else goes on beside it
        try:
            run = variants[at].subject.run(first + number, Part.SEARCH, inside=True)
        except Interrupted:
            return None
        return run, time.thread_time() - begun

    tasks = [*itertools.product(range(seeds), range(len(variants)))]
    results = spread(train, tasks, jobs, watch)
    by_seed = [results[at : at + len(variants)] for at in range(0, len(results), len(variants))]
    whole = []
    for row in by_seed:
        if any(one is None for one in row):
            break
        whole.append([one for one in row if one is not None])
    if len(whole) < 2:
        raise Interrupted
    trained = [
        Trained(variant, tuple(run for run, _ in column), tuple(spent for _, spent in column))
        for variant, column in zip(variants, zip(*whole, strict=True), strict=True)
    ]
    rows = variants[0].subject.between(Part.SEARCH)
    broken = [sum(run.broken for run in one.runs) for one in trained]
    found = standings([one.arm for one in trained], broken, rows)
    return Contest(tuple(trained), tuple(found), len(whole), len(whole) < seeds)


def _parts(run: Run, planned: int) -> Array:
    """The means of its losses in even parts of the run [P], NaN from where it broke."""
    losses = run.inside.trace.loss if run.inside is not None else np.zeros(0)
    edges = np.linspace(0, planned if run.diverged else len(losses), POINTS + 1)
    pieces = [losses[int(a) : max(round(b), int(a) + 1)] for a, b in itertools.pairwise(edges)]
    return np.array([piece.mean() if len(piece) else np.nan for piece in pieces])
