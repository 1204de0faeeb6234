"""Random search against a grid of as many trials: Bergstra & Bengio 2012, JMLR 13, 281-305.

A grid tries few values of each parameter, again and again; random trials are all different, so that
the one parameter that matters gets as many values as there are trials.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..comparison import Difference, arm, compare
from ..diagnosis.subject import Part
from ..recipe.editing import edit
from ..setup import Setup
from ..trainable import Array
from ..watch import Interrupted, Watch
from .bench import Bench
from .keeping import Nowhere
from .samplers import grid
from .space import Space, space_of
from .stages import FACTOR, Runner, Stage
from .trial import Trial

SEEDS = 5
TRIALS = 16
KINDS = ("random", "grid")


@dataclass(frozen=True)
class Sampled:
    """What both found: the best score so far [S, N] by sampler, `values` tried of each parameter,
    and random minus grid."""

    space: Space
    trials: int
    epochs: int
    best: dict[str, Array]
    values: dict[str, dict[str, int]]
    lead: Difference


def samplers_compared(setup: Setup, trials: int, jobs: int, watch: Watch) -> Sampled:
    """Both at equal cost, on several seeds, without stages and without breaking off losers."""
    bench = Bench.of(setup, watch)
    space = space_of(setup.recipe, len(bench.plain.train))
    count = len(grid(space, trials))
    stage = Stage(1, count, max(1, round(setup.recipe.training.epochs / FACTOR)))
    seeds = [setup.recipe.training.seed + at for at in range(SEEDS)]
    total, made = len(KINDS) * SEEDS * count, 0

    def heard(trial: Trial) -> None:
        nonlocal made
        made += 1
        watch.advance(made)

    watch.stage("random against grid", total)
    best: dict[str, list[Array]] = {kind: [] for kind in KINDS}
    values: dict[str, dict[str, int]] = {}
    for seed in seeds:
        recipe = edit(setup.recipe, {"training.seed": seed})
        here = replace(bench, subject=replace(bench.subject, recipe=recipe))
        for kind in KINDS:
            runner = Runner(here, Nowhere(), kind, seed, jobs, heard, whole=True)
            found, complete = runner.run(stage, space)
            if not complete:
                raise Interrupted
            best[kind].append(_so_far(found))
            values[kind] = {one.key: len({repr(t.values[one.key]) for t in found}) for one in space}
    curves = {kind: np.array(rows) for kind, rows in best.items()}
    high, low = (arm([*map(float, curves[kind][:, -1])], [np.zeros(1)] * SEEDS) for kind in KINDS)
    lead = compare(high, low, bench.table.between(Part.SEARCH))
    return Sampled(space, count, stage.epochs, curves, values, lead)


def _so_far(trials: Sequence[Trial]) -> Array:
    """The best score after each trial [N]; 0 before any has one."""
    scores = np.array([one.score for one in trials])
    return np.maximum.accumulate(np.maximum(np.nan_to_num(scores, nan=0.0), 0.0))
