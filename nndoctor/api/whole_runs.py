"""Whole runs of a recipe as it is and as it is cured, and the figures that show what they did."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ..adapters.network import Network
from ..checks.measures.layer_statistics import statistics_table
from ..checks.measures.update_ratios import HEALTHY
from ..findings import Curves, Evidence, Heatmap, Scatter, Series, Table
from ..metrics.classes import confusion
from ..scores import probabilities
from ..setup import Setup
from ..subjects.running import work
from ..trace import LOOK
from ..trainable import Array, Batch
from ..training import Ending, Progress, Run, fit
from ..watch import Watch
from .common import PROBE, seed_of
from .evaluated_classes import MATRIX, answered
from .evaluated_numbers import beside_truth, targets_of

LOOKS = 50  # at the layers, evenly spaced over the run
PARTS = 100  # of a run, in a strip over time
MOST_LINES = 6  # layers in one plot of curves
MOST_LAYERS = 30  # in a strip or a ridge
JUDGED = 2000  # validation rows whose answers are counted
DECADES = 8  # of gradients that colours tell apart
DIGITS = 4  # that a figure can show


@dataclass(frozen=True)
class WholeRun:
    """A run with its network at the end; `looks` [R, L, M] at the updates `steps` [R]."""

    name: str
    setup: Setup
    network: Network
    run: Run
    steps: Array
    looks: Array

    @property
    def broken(self) -> bool:
        """Whether it ended in NaN, infinity or far above where it began."""
        return self.run.ending in (Ending.EXPLODED, Ending.NON_FINITE_LOSS)


def whole_run(name: str, setup: Setup, most: float, watch: Watch) -> WholeRun | None:
    """None where it takes more than `most` seconds of nominal work, or is interrupted."""
    if work(setup) > most or watch.cancelled():
        return None
    network, progress = setup.trainable.fresh(seed_of(setup)), Progress()
    course = setup.course(look_every=max(setup.total_updates // LOOKS, 1))
    with np.errstate(all="ignore"):
        run = fit(network, setup.train, setup.validation, course, watch, progress)
    if run.ending is Ending.INTERRUPTED:
        return None
    none = np.zeros((0, len(run.trace.layers), len(LOOK)))
    steps = np.concatenate([np.zeros(0), *progress.look_steps])
    return WholeRun(name, setup, network, run, steps, np.concatenate([none, *progress.looks]))


def figures(runs: Sequence[WholeRun]) -> tuple[Evidence, ...]:
    """Losses, gradients over time, answers, what layers put out, and how large the updates are."""
    return (
        *(_losses(runs) if runs else ()),
        *_gradients(runs),
        *(one for run in runs for one in _answers(run)),
        *(one for run in runs for one in _layers(run)),
        *(one for run in runs for one in _updates(run)),
    )


def _losses(runs: Sequence[WholeRun]) -> Iterator[Curves]:
    """On the same axes where they are losses of the same kind, of targets scaled alike."""
    losses = [run.setup.trainable.task.loss for run in runs]
    scaled = [run.setup.recipe.data.preprocess.target for run in runs]
    if len(set(losses)) > 1 or len(set(scaled)) > 1:
        for run in runs:
            yield from _losses([run])
        return
    lines = [line for run in runs for line in _loss_lines(run)]
    values = [y for _, _, ys in lines for y in ys if np.isfinite(y)]
    if not values:
        return
    limit = 2 * max(abs(run.run.epochs[0].loss) for run in runs)
    top = limit if 0 < limit < max(values) else None
    shown = [y for y in values if top is None or y <= top]
    log = min(shown, default=0.0) > 0 and max(shown) > 20 * min(shown)
    label = losses[0].replace("_", " ")
    yield Curves(
        f"loss, {runs[0].name}" if len(runs) == 1 else "loss",
        tuple(Series(name, x, y, "epoch", label, log_y=log, top=top) for name, x, y in lines),
        "training: mean over the batches of an epoch; epoch 0: the untrained network",
    )


def _loss_lines(run: WholeRun) -> Iterator[tuple[str, tuple[float, ...], tuple[float, ...]]]:
    epochs, end = run.run.epochs, run.run.trace.updates / run.setup.epoch_updates
    lost = run.run.ending is Ending.NON_FINITE_LOSS and end > epochs[-1].number
    x = (*(float(one.number) for one in epochs), *[end] * lost)
    gap = [np.nan] * lost  # it broke within an epoch
    yield f"{run.name}, training", x, (*(_short(one.loss) for one in epochs), *gap)
    if run.setup.validation is not None:
        held = (_short(one.validation_loss) for one in epochs)
        yield f"{run.name}, validation", x, (*held, *gap)


def _answers(run: WholeRun) -> Iterator[Heatmap | Scatter]:
    """On validation rows, beside the truth."""
    task, held = run.setup.trainable.task, run.setup.validation
    if held is None:
        return
    rows = held.sample(JUDGED)
    if task.kind == "regression":
        unscaled = run.setup.target.invert
        given = unscaled(probabilities(task, run.network.outputs(rows)))
        names = targets_of(run.setup, given.shape[1])
        yield from beside_truth(run.name, names, unscaled(rows.y), given)
    elif task.kind == "classification" and 2 <= len(task.labels) <= MATRIX:
        yield _confusion(run, rows)


def _confusion(run: WholeRun, rows: Batch) -> Heatmap:
    task = run.setup.trainable.task
    labels = task.labels
    counts = confusion(*answered(task, rows.y, run.network.outputs(rows)), len(labels))
    wide = len(labels) + bool(counts[:, -1].any())
    return Heatmap(
        f"confusion matrix, {run.name}",
        tuple(tuple(float(count) for count in row[:wide]) for row in counts),
        "predicted",
        "true",
        labels,
        (*labels, "no answer")[:wide],
        signed=False,
        caption=f"counts of {len(rows)} validation rows",
    )


def _layers(run: WholeRun) -> Iterator[Table]:
    rows = run.setup.train.sample(PROBE)
    with np.errstate(all="ignore"):
        layers = run.network.activations(rows)
    yield statistics_table(
        [layers[at] for at in _spaced(len(layers), MOST_LAYERS)],
        f"what each layer puts out after training, {run.name}",
        len(rows),
    )


def _gradients(runs: Sequence[WholeRun]) -> Iterator[Heatmap]:
    """All on one scale of colours and one of time, which is the share of the run."""
    rows, names = [], []
    for run in (one for one in runs if len(one.steps)):
        total = max(run.setup.total_updates, 1)
        at = np.searchsorted(run.steps, np.arange(PARTS) / PARTS * total, side="right") - 1
        ended = np.arange(PARTS) / PARTS * total > run.run.trace.updates
        norms = run.looks[at, :, LOOK.index("gradient_norm")]
        with np.errstate(all="ignore"):
            known = ~ended[:, None] & (norms > 0) & np.isfinite(norms)
            logs = np.where(known, np.log10(norms), np.nan)
        for layer in _spaced(logs.shape[1], MOST_LAYERS):
            names.append(f"{run.name}, {run.run.trace.layers[layer]}")
            rows.append(tuple(_short(value) for value in logs[:, layer]))
    finite = [value for row in rows for value in row if np.isfinite(value)]
    if finite:
        low = _short(max(finite) - DECADES)
        below = f"; below {low:g}: drawn as {low:g}" if min(finite) < low else ""
        yield Heatmap(
            "gradient of each layer over time",
            tuple(rows),
            "share of the run [%]",
            "",
            tuple(names),
            signed=False,
            caption="log10 of the gradient's norm; no value: it is 0 or not finite, or the run is "
            f"over{below}",
            low=low,
        )


def _updates(run: WholeRun) -> Iterator[Curves]:
    if len(run.steps) < 2:
        return
    update, weight = (run.looks[:, :, LOOK.index(name)] for name in ("update_norm", "weight_norm"))
    with np.errstate(all="ignore"):
        ratios = np.where(weight > 0, update / weight, np.nan)
    if not (np.isfinite(ratios) & (ratios > 0)).any():
        return
    chosen = _spaced(len(run.run.trace.layers), MOST_LINES)
    lines = tuple(
        Series(
            run.run.trace.layers[at],
            tuple(map(float, run.steps)),
            tuple(_short(value) for value in ratios[:, at]),
            "update",
            "norm of the update / norm of the weights",
            log_y=True,
            levels=(("about right", HEALTHY),) if at == chosen[0] else (),
        )
        for at in chosen
    )
    left = len(run.run.trace.layers) - len(chosen)
    caption = f"{left} layers between these are left out" if left else ""
    yield Curves(f"update / weight, {run.name}", lines, caption)


def _spaced(count: int, most: int) -> list[int]:
    """All of so many, or the first, the last and some evenly between."""
    if count <= most:
        return list(range(count))
    return [round(at * (count - 1) / (most - 1)) for at in range(most)]


def _short(value: float) -> float:
    """With the digits that a figure can show, which keeps a result small."""
    return float(f"{value:.{DIGITS}g}")
