"""Batch sizes: progress by update and by time, and what a forward pass keeps in memory."""

import time
from collections.abc import Sequence

import numpy as np

from ...diagnosis.subject import Part
from ...errors import UsageError
from ...findings import Curves, Table
from ...setup import Setup
from ...trainable import Plan
from ..contest import POINTS, Contest
from ..desk import Desk
from ..story import Story
from ..tables import joined, rounded
from ..variants import Variant

SMALLEST, LARGEST = 16, 1024
TIMED = 50  # updates, three times over


def _tell(desk: Desk) -> None:
    if desk.setup.trainable.full_batch:
        raise UsageError(
            f"{desk.setup.recipe.optimizer.name} takes all rows in each update",
            "--set optimizer.name=sgd",
        )
    subject = desk.subject
    rows, recipe = len(subject.setup(desk.seed, Part.SEARCH).train), subject.recipe
    doubled = [SMALLEST * 2**k for k in range(LARGEST.bit_length()) if SMALLEST * 2**k <= LARGEST]
    sizes = {f"{size}": size for size in doubled if size < rows} | {f"all {rows}": rows}
    epochs = recipe.training.epochs
    by_rows = desk.hold(
        desk.variants("batch size", {n: {"training.batch_size": s} for n, s in sizes.items()}),
        f"{epochs} epoch{'s' * (epochs > 1)} each",
        drawn=False,
        costs=False,
    )
    updates = subject.updates
    alike = {
        name: {"training.batch_size": size, "training.epochs": max(1, updates // -(-rows // size))}
        for name, size in sizes.items()
    }
    variants = desk.variants("batch size", alike)
    made = [variant.subject.updates for variant in variants]  # no run is below one epoch
    span = f"{min(made)} to {max(made)}" if min(made) < max(made) else f"{made[0]}"
    desk.hold(variants, f"{span} updates each", drawn=False, costs=False)
    seconds = [_seconds(desk, one.variant) for one in by_rows.trained]
    desk.page.show(_costs(by_rows, seconds, rows, desk.seed), *_progress(by_rows, seconds))
    small, large = (one.variant.name for one in (by_rows.trained[0], by_rows.trained[-1]))
    desk.page.say(
        f"an update of {large} rows takes {rounded(seconds[-1] / seconds[0]):g} times as long as "
        f"one of {small}, and an epoch of them {rounded(_epoch(by_rows, seconds, -1, rows)):g} "
        "times as long (measured here, rough); the learning rate is the same for all"
    )


def _seconds(desk: Desk, variant: Variant) -> float:
    """Of one update: the fastest of three stretches."""
    desk.watch.heed()
    setup, spent = variant.subject.setup(desk.seed, Part.SEARCH), []
    network = setup.trainable.fresh(desk.seed)
    for _ in range(3):
        begun = time.thread_time()
        trace = network.train(setup.train, Plan(TIMED))
        spent.append((time.thread_time() - begun) / max(trace.updates, 1))
    return min(spent)


def _forward_bytes(setup: Setup, size: int) -> int:
    """What a forward pass keeps for the backward one: values before and after each activation."""
    form = setup.trainable.layout
    return size * (form.places + form.units) * setup.trainable.dtype.itemsize


def _epoch(held: Contest, seconds: Sequence[float], at: int, rows: int) -> float:
    """How long an epoch takes, in those of the first set-up."""
    whole = [
        spent * -(-rows // one.variant.subject.recipe.training.batch_size)
        for spent, one in zip(seconds, held.trained, strict=True)
    ]
    return whole[at] / whole[0]


def _costs(held: Contest, seconds: Sequence[float], rows: int, seed: int) -> Table:
    found = []
    for spent, one in zip(seconds, held.trained, strict=True):
        size, setup = one.variant.subject.recipe.training.batch_size, one.variant.subject.plain
        updates = -(-rows // size)
        found.append(
            (
                one.variant.name,
                updates,
                rounded(1e6 * spent),
                rounded(1e3 * spent * updates),
                _forward_bytes(setup, size),
            )
        )
    return Table(
        "what an update costs",
        (
            "batch size",
            "updates an epoch",
            "microseconds an update",
            "milliseconds an epoch",
            "bytes of a forward pass",
        ),
        tuple(found),
        "times are those of one processor here, and rough; bytes: values before and after each "
        "activation, which the backward pass needs",
    )


def _progress(held: Contest, seconds: Sequence[float]) -> list[Curves]:
    """The loss by updates and by time: each curve ends where its run does."""
    ends = [one.updates for one in held.trained]
    spans = {
        "updates": np.array(ends),
        "seconds": np.array([end * spent for end, spent in zip(ends, seconds, strict=True)]),
    }
    found = []
    for label, span in spans.items():
        x = np.geomspace(span.min() / POINTS, span.max(), POINTS)
        found.append(
            joined(
                f"loss on training batches by {label}",
                x.tolist(),
                {
                    one.variant.name: np.interp(
                        x[x <= end * 1.0001], end * (np.arange(POINTS) + 0.5) / POINTS, one.losses()
                    ).tolist()
                    for one, end in zip(held.trained, span, strict=True)
                },
                label,
                "loss",
                log_x=True,
            )
        )
    return found


BATCH_SIZES = Story("batch-sizes", "How many rows an update?", "digits", _tell)
