"""One set-up trained on one seed: what it reached on judged rows, and what was seen inside."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ..diagnosis.subject import Inside, Run
from ..setup import Setup
from ..trace import EXPLODED, LOOK, Trace
from ..trainable import Array, Batch, LayerStats, Plan
from ..training import fit, update_seconds
from ..watch import Unseen, Watch
from .scoring import score_outputs, scores_left_out

LOOKS = 8
JUDGED = 2000  # rows of each part that scores are taken on, evenly spaced
PROBE = 256  # rows on which layers are looked at
STILL_LOOKS, NO_RISE, RISEN = 3, 0.005, 0.5  # when a run has settled: looks and scores
BUILDING = 2e-3  # nominal seconds to prepare and to score a run, however short


def work(setup: Setup, updates: int | None = None) -> float:
    """Nominal seconds of a whole run, or of so many updates."""
    rows = min(setup.trainable.batch_size, len(setup.train))
    rows = len(setup.train) if setup.trainable.full_batch else rows * setup.trainable.parts
    layers = sum(layer.linear for layer in setup.trainable.layers)
    each = update_seconds(setup.trainable.layout.parameters, layers, rows)
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
    setup: Setup, looks: Sequence[int] = (), inside: bool = False, settle: bool = False,
    watch: Watch | None = None,
) -> Run:  # fmt: skip
    """One whole run, scored on the set-up's test rows, which nothing in it sees, if it has any.

    `looks` are the updates after which it is scored, evenly spaced by default. With `settle` it
    ends when looks have brought nothing for a while, and stays where it was. Raises Interrupted at
    the next look where the user wants to stop.
    """
    watch = Unseen(watch or Watch())
    watch.heed()
    network = setup.trainable.fresh(setup.recipe.training.seed)
    total, training = setup.total_updates, setup.recipe.training
    held = setup.test.sample(JUDGED) if setup.test else None
    rows = (setup.train if setup.test else judged_rows(setup)).sample(JUDGED)
    probe = setup.train.sample(PROBE)
    held_curve, train_curve = [], []
    before = network.activations(probe) if inside else ()
    start, first_loss = network.theta.copy(), network.loss(rows)

    def look() -> None:
        train_curve.append(score_outputs(setup, network.outputs(rows), rows))
        if held is not None:
            held_curve.append(score_outputs(setup, network.outputs(held), held))

    by_epochs = training.early_stopping is not None or setup.recipe.schedule.name == "plateau"
    with np.errstate(all="ignore"):
        if by_epochs or setup.trainable.full_batch:
            run = fit(network, setup.train, setup.validation, setup.course(), watch)
            watch.heed()
            traces, wanted = [run.trace], 1
            look()
        else:
            traces, wanted = [], len(looks or _evenly(total))
            for until in looks or _evenly(total):
                plan = Plan(until - network.updates, look_every=max(total // LOOKS, 1) * inside)
                traces.append(network.train(setup.train, plan))
                watch.heed()
                look()
                if traces[-1].first_bad is not None:
                    break
                if settle and _settled(train_curve) and _settled(held_curve or train_curve):
                    break
        loss = network.loss(rows)
        diverged = traces[-1].first_bad is not None or not np.isfinite(loss)
        seen = None
        if inside:
            moved = float(np.linalg.norm(network.theta - start) / (np.linalg.norm(start) or 1.0))
            after, first = network.activations(probe), None if by_epochs else traces[0]
            seen = Inside(before, after, _joined(traces), _ratio(first, before), moved)
        judged = held or rows
        left_out = scores_left_out(setup, network.outputs(judged), judged) * (not diverged)
    return Run(
        held_curve=_ended(held_curve, wanted, diverged) if held is not None else (),
        train_curve=_ended(train_curve, wanted, diverged),
        left_out=left_out,
        loss=float(loss),
        diverged=diverged,
        exploded=bool(loss > EXPLODED * first_loss),
        updates=network.updates,
        draw=_draw(setup, start),
        inside=seen,
    )


def _draw(setup: Setup, start: Array) -> str:
    """Equal for runs whose start, rows and order of rows are equal: these are one, not several."""
    recipe, batches = setup.recipe, setup.recipe.training
    dropped = any(layer.dropout for layer in setup.trainable.layers)
    ordered = setup.trainable.full_batch or not batches.shuffle
    ordered |= batches.batch_size >= len(setup.train)
    seeded = dropped or batches.noise.input_std > 0 or not ordered
    facts = [start.tobytes(), setup.rows.tobytes(), recipe.training.seed if seeded else ""]
    return hashlib.sha1(repr(facts).encode(), usedforsecurity=False).hexdigest()


def _settled(curve: Sequence[float]) -> bool:
    """Whether it once stood well above 0 and has not risen since."""
    early, late = curve[:-STILL_LOOKS], curve[-STILL_LOOKS:]
    return bool(early) and max(early) > RISEN and max(late) < max(early) + NO_RISE


def _evenly(total: int) -> list[int]:
    return sorted({max(1, round(total * part / LOOKS)) for part in range(1, LOOKS + 1)})


def _ended(curve: Sequence[float], wanted: int, diverged: bool) -> tuple[float, ...]:
    """A broken run scores 0 from there on, one that settled what it had."""
    padded = [*curve, *[0.0 if diverged else curve[-1]] * (wanted - len(curve))]
    if diverged and padded:
        padded[-1] = 0.0
    return tuple(padded)


def _joined(traces: Sequence[Trace]) -> Trace:
    return replace(
        traces[0],
        loss=np.concatenate([trace.loss for trace in traces]),
        rate=np.concatenate([trace.rate for trace in traces]),
        first_bad=traces[-1].first_bad,
    )


def _ratio(trace: Trace | None, before: Sequence[LayerStats]) -> float:
    """Norm of the gradient of the first over that of the last hidden layer."""
    if trace is None or len(trace.looks) == 0:
        return np.nan
    norms = trace.looks[0, :, LOOK.index("gradient_norm")]
    hidden = [
        norm for norm, layer in zip(norms, before, strict=True)
        if not layer.is_output and layer.name != "input"
    ]  # fmt: skip
    return float(hidden[0] / hidden[-1]) if len(hidden) > 1 and hidden[-1] > 0 else np.nan
