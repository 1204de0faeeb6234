"""Learning rows by heart under true and under shuffled labels, looked at on the way."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ...scores import score
from ...trainable import Array, Batch, Plan, Trainable
from .row_errors import row_errors

STREAM = 0x51F7  # keeps the shuffling apart from other draws of the same seed
LOOKS = 40


@dataclass(frozen=True)
class Memory:
    """One run: losses and scores on its rows at `updates`, the first before any; `errors` [B] are
    those on validation rows, the mean over the looks, empty without such rows; `learned_at`: None
    if it never was."""

    shuffled: bool
    updates: tuple[int, ...]
    losses: tuple[float, ...]
    scores: tuple[float, ...]
    errors: Array
    learned_at: int | None
    bad_step: int | None = None

    @property
    def speed(self) -> float:
        """The mean score on the way, none below 0: the higher, the sooner it learned."""
        return float(np.maximum(self.scores[1:], 0.0).mean())


def shuffled(batch: Batch, seed: int) -> Batch:
    """The same rows, each with the targets of another."""
    rng = np.random.default_rng(np.random.SeedSequence([seed, STREAM]))
    return Batch(batch.x, np.ascontiguousarray(batch.y[rng.permutation(len(batch))]))


def memorise(
    setup: Trainable,
    batch: Batch,
    held: Batch | None,
    *,
    is_shuffled: bool,
    seed: int,
    updates: int,
    rate: float,
    learned: float,
    go_on: Callable[[int], bool],
) -> Memory:
    """Trains without regularisation until the rows are learned or the updates are made."""
    task, model, every = setup.task, setup.fresh(seed), -(-updates // LOOKS)
    steps: list[int] = []
    losses: list[float] = []
    scores: list[float] = []
    errors: list[Array] = []

    def look(done: int) -> None:
        steps.append(done)
        losses.append(model.loss(batch))
        scores.append(score(task, model.outputs(batch), batch))
        if held is not None and done:
            errors.append(row_errors(task, model.outputs(held), held.y))

    def asked(done: int) -> bool:
        look(done)
        return scores[-1] < learned and go_on(done)

    look(0)
    plan = Plan(updates, rate=rate, regularised=False, every=every)
    trace = model.train(batch, plan, asked)
    bad = trace.first_bad.step if trace.first_bad else None
    unknown = np.full(0 if held is None else len(held), np.nan)  # it broke before the first look
    if bad is None and steps[-1] != trace.updates:
        look(trace.updates)
    at = next((s for s, told in zip(steps, scores, strict=True) if told >= learned), None)
    rest = range(steps[-1] + every, updates + 1, every)  # what is learned stays so
    errors += errors[-1:] * len(rest)
    return Memory(
        is_shuffled,
        (*steps, *rest),
        (*losses, *(losses[-1] for _ in rest)),
        (*scores, *(scores[-1] for _ in rest)),
        np.mean(errors, axis=0) if errors else unknown,
        at,
        bad,
    )
