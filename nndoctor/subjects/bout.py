"""One training of anything that can be trained: scored at looks, seen inside, judged at its end."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..diagnosis.subject import Inside, Run
from ..trace import EXPLODED, LOOK, Trace
from ..trainable import Array, Batch, LayerStats, Plan
from ..watch import Watch

LOOKS = 8
JUDGED = 2000  # rows of each part that scores are taken on, evenly spaced
PROBE = 256  # rows on which layers are looked at
STILL_LOOKS, NO_RISE, RISEN = 3, 0.005, 0.5  # when a run has settled: looks and scores


@dataclass(frozen=True)
class Bout:
    """A fresh model with its rows, and how what it puts out is scored.

    `network`: a `Model` with activations and a count of its updates; `weights` all its parameters
    in a row. `held`: rows that nothing in it sees, None where `every` row is judged. `score` and
    `left_out` are of outputs [B, K] and their rows; `draw` names the start and the order of rows.
    """

    network: Any
    weights: Callable[[], Array]
    train: Batch
    held: Batch | None
    every: Batch
    updates: int
    score: Callable[[Array, Batch], float]
    left_out: Callable[[Array, Batch], Array]
    draw: Callable[[], str]


def train_bout(
    bout: Bout,
    looks: Sequence[int],
    inside: bool,
    settle: bool,
    watch: Watch,
    whole: Callable[[], Trace] | None = None,
) -> Run:
    """The whole run. `looks` are the updates after which it is scored, evenly spaced by default.

    With `settle` it ends when looks have brought nothing for a while, and stays where it was;
    `whole` trains one that can't be stopped in between. Raises Interrupted at the next look where
    the user wants to stop.
    """
    network, total = bout.network, bout.updates
    held = bout.held.sample(JUDGED) if bout.held is not None else None
    rows = (bout.train if bout.held is not None else bout.every).sample(JUDGED)
    probe = bout.train.sample(PROBE)
    held_curve: list[float] = []
    train_curve: list[float] = []
    before = network.activations(probe) if inside else ()
    start, first_loss = bout.weights().copy(), network.loss(rows)

    def look() -> None:
        train_curve.append(bout.score(network.outputs(rows), rows))
        if held is not None:
            held_curve.append(bout.score(network.outputs(held), held))

    with np.errstate(all="ignore"):
        if whole is not None:
            traces, wanted = [whole()], 1
            watch.heed()
            look()
        else:
            traces, wanted = [], len(looks or _evenly(total))
            for until in looks or _evenly(total):
                plan = Plan(until - network.updates, look_every=max(total // LOOKS, 1) * inside)
                traces.append(network.train(bout.train, plan))
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
            moved = float(np.linalg.norm(bout.weights() - start) / (np.linalg.norm(start) or 1.0))
            after, first = network.activations(probe), None if whole is not None else traces[0]
            seen = Inside(before, after, _joined(traces), _ratio(first, before), moved)
        judged = rows if held is None else held
        left_out = bout.left_out(network.outputs(judged), judged) * (not diverged)
    return Run(
        held_curve=_ended(held_curve, wanted, diverged) if held is not None else (),
        train_curve=_ended(train_curve, wanted, diverged),
        left_out=left_out,
        loss=float(loss),
        diverged=diverged,
        exploded=bool(loss > EXPLODED * first_loss),
        updates=network.updates,
        draw=bout.draw(),
        inside=seen,
    )


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
    if trace is None or len(trace.looks) == 0 or trace.looks.shape[1] != len(before):
        return np.nan  # modules that run more than once have no look of their own
    norms = trace.looks[0, :, LOOK.index("gradient_norm")]
    hidden = [norm for norm, layer in zip(norms, before, strict=True) if layer.is_hidden]
    return float(hidden[0] / hidden[-1]) if len(hidden) > 1 and hidden[-1] > 0 else np.nan
