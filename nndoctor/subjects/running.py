"""One recipe trained on one seed."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from ..diagnosis.subject import Run
from ..setup import Setup
from ..trace import Trace
from ..trainable import Array, Batch
from ..training import fit, update_seconds
from ..watch import Unseen, Watch
from .bout import Bout, train_bout
from .scoring import score_outputs, scores_left_out

BUILDING = 2e-3  # nominal seconds to prepare and to score a run, however short


def work(setup: Setup, updates: int | None = None) -> float:
    """Nominal seconds of a whole run, or of so many updates."""
    rows = min(setup.trainable.batch_size, len(setup.train))
    rows = len(setup.train) if setup.trainable.full_batch else rows * setup.trainable.parts
    layers = sum(layer.linear for layer in setup.trainable.layers)
    each = update_seconds(setup.trainable.layout.parameters, layers, rows)
    each *= setup.trainable.passes
    return BUILDING + each * (setup.total_updates if updates is None else updates)


def judged_rows(setup: Setup) -> Batch:
    """The held-out rows; without any, all rows of the run, also those that it stops by.

    Runs that stop by some of their rows are compared with runs that don't, on the same rows.
    """
    if setup.test:
        return setup.test
    parts = [setup.train, *([setup.validation] if setup.validation else [])]
    return Batch(np.concatenate([p.x for p in parts]), np.concatenate([p.y for p in parts]))


def train(
    setup: Setup,
    looks: Sequence[int] = (),
    inside: bool = False,
    settle: bool = False,
    watch: Watch | None = None,
) -> Run:
    """One whole run of a recipe, scored on the set-up's test rows, which nothing in it sees, if it
    has any."""
    watch = Unseen(watch or Watch())
    watch.heed()
    network = setup.trainable.fresh(setup.recipe.training.seed)
    start = network.theta.copy()
    by_epochs = setup.recipe.training.early_stopping is not None
    by_epochs |= setup.recipe.schedule.name == "plateau" or setup.trainable.full_batch
    bout = Bout(
        network,
        lambda: network.theta,
        setup.train,
        setup.test or None,
        judged_rows(setup),
        setup.total_updates,
        partial(score_outputs, setup),
        partial(scores_left_out, setup),
        lambda: _draw(setup, start),
    )
    if not by_epochs:
        return train_bout(bout, looks, inside, settle, watch)

    def whole() -> Trace:
        course = replace(setup.course(), break_off=False)  # as any other, it is judged by its end
        return fit(network, setup.train, setup.validation, course, watch).trace

    return train_bout(bout, looks, inside, settle, watch, whole)


def _draw(setup: Setup, start: Array) -> str:
    """Equal for runs whose start, rows and order of rows are equal: these are one, not several."""
    recipe, batches = setup.recipe, setup.recipe.training
    dropped = any(layer.dropout for layer in setup.trainable.layers)
    ordered = setup.trainable.full_batch or not batches.shuffle
    ordered |= batches.batch_size >= len(setup.train)
    seeded = dropped or batches.noise.on or not ordered
    facts = [start.tobytes(), setup.rows.tobytes(), recipe.training.seed if seeded else ""]
    return hashlib.sha1(repr(facts).encode(), usedforsecurity=False).hexdigest()
