"""Whole training runs of a set-up on given rows, side by side, for checks that compare them."""

from collections.abc import Sequence
from dataclasses import dataclass

from ...running import spread
from ...trainable import Batch, Model, Plan, Trainable
from ...watch import Watch


@dataclass(frozen=True)
class WholeRun:
    """A trained model; `bad_step`: the update at which it broke."""

    model: Model
    seed: int
    bad_step: int | None = None


def train_all(
    setup: Trainable,
    trials: Sequence[tuple[Batch, int]],
    updates: int,
    text: str,
    jobs: int,
    watch: Watch,
) -> list[WholeRun]:
    """One run as the set-up says for each pair of rows and seed; fewer where the user broke off."""
    watch.stage(text, updates * len(trials))

    def train(number: int, own: Watch) -> WholeRun | None:
        batch, seed = trials[number]
        if own.cancelled():
            return None
        model = setup.fresh(seed)
        trace = model.train(batch, Plan(updates), own.go_on)
        bad = trace.first_bad.step if trace.first_bad else None
        cut = own.cancelled() and bad is None and trace.updates < updates
        return None if cut else WholeRun(model, seed, bad)

    runs = spread(train, range(len(trials)), jobs, watch, updates)
    return [run for run in runs if run is not None]
