"""What the data allow: neighbours, a linear model, and networks in a sound set-up."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..checks.parallel import run_all
from ..scores import true
from ..setup import Setup
from ..trainable import Array, Batch
from .scoring import agreement, truth_of
from .trial import Patient, judged_rows, train_all

RATES = (1e-3, 1e-2)
LONG = 2000  # updates: enough for a small network on a small table
LONGEST = 6000
WIDTHS = (64, 64)
BATCH = 32
NEIGHBOURS = (1, 5)
RIDGE = 1e-3
MOST_ROWS = 4000
CHANCE = 0.05


@dataclass(frozen=True)
class Reference:
    """One kind of model over the seeds, [S] each; `soon`: after as many updates as the recipe."""

    name: str
    held: tuple[float, ...]
    train: tuple[float, ...]
    soon: tuple[float, ...] = ()


def sound_edits(setup: Setup, rate: float, updates: int) -> dict[str, object]:
    """The same data and task under standardised numbers, a fitting loss, He weights and Adam."""
    kind = setup.trainable.task.kind
    rows = len(setup.train)
    batch = min(BATCH, rows)
    encoding = {"data.target_encoding": "class"} if kind == "classification" else {}
    scaled = {"data.preprocess.target": "standardize"} if kind == "regression" else {}
    epochs = max(1, -(-updates // -(-rows // batch)))
    return {
        "data.preprocess": {"features": "standardize"},
        **encoding,
        **scaled,
        "data.task": kind,
        "model": {"hidden": list(WIDTHS)},
        "loss": None,
        "regularization": None,
        "optimizer": {"name": "adam", "learning_rate": rate},
        "schedule": None,
        "training": {"epochs": epochs, "batch_size": batch},
    }


def references(patient: Patient, seeds: Sequence[int], jobs: int = 1) -> list[Reference]:
    """Every kind on every seed; a network counts at its best look common to the seeds."""
    budget = patient.plain.total_updates
    updates = min(max(budget, LONG), LONGEST)
    looks = sorted({*np.linspace(0, updates, 9).astype(int)[1:].tolist(), min(budget, updates)})
    patient.watch.stage("references: neighbours and a linear model")
    found = run_all(lambda seed: _simple(patient, seed, updates), seeds, jobs)
    told = [
        Reference(name, tuple(one[name][0] for one in found), tuple(one[name][1] for one in found))
        for name in found[0]
    ]

    for rate in RATES:
        patient.watch.stage(f"references: a network at rate {rate:g}, {len(seeds)} seeds")
        edits = sound_edits(patient.plain, rate, updates)
        runs = train_all(patient, edits, seeds, jobs, looks=looks)
        inner = np.array([run.train_curve for run in runs])
        outer = np.array([run.held_curve or run.train_curve for run in runs])
        best, soon = int(outer.mean(axis=0).argmax()), looks.index(min(budget, updates))
        told.append(
            Reference(
                f"network at {rate:g}",
                tuple(outer[:, best].tolist()),
                tuple(inner.max(axis=1).tolist()),
                tuple(outer[:, : soon + 1].max(axis=1).tolist()),
            )
        )
    return told


def best(found: Sequence[Reference], held: bool) -> Reference:
    """The one with the highest mean; neighbours know their training rows, so they don't count."""
    rows = [one for one in found if held or not one.name.endswith("neighbours")]
    return max(rows, key=lambda one: float(np.mean(one.held if held else one.train)))


def beats_chance(scores: Sequence[float], rows: int) -> bool:
    """Whether a mean score can't be luck: twice the deviation of a correlation of nothing."""
    luck = 2 / math.sqrt(max(rows, 1) * len(scores))
    return float(np.mean(scores)) > max(CHANCE, luck)


def _simple(patient: Patient, seed: int, updates: int) -> dict[str, tuple[float, float]]:
    """Held-out and training score of the models that need no training."""
    setup = patient.setup(sound_edits(patient.plain, RATES[0], updates), seed)
    rows, held = judged_rows(setup)
    fitted = setup.train.sample(MOST_ROWS)
    answers = {"linear": (_linear(setup, fitted, held), _linear(setup, fitted, rows))}
    for k in NEIGHBOURS:
        score = _neighbours(setup, fitted, held, k)
        answers[f"{k} neighbours"] = (score, score)
    return answers


def _targets(setup: Setup, batch: Batch) -> Array:
    """Numbers that can be averaged [B, K]: one-hot rows for classes."""
    task = setup.trainable.task
    if task.kind != "classification":
        return batch.y.astype(np.float64)
    return np.eye(len(task.labels))[true(task, batch.y)]


def _judge(setup: Setup, answers: Array, batch: Batch) -> float:
    kind = setup.trainable.task.kind
    if kind == "regression":
        guess = setup.target.invert(answers)
    else:
        guess = answers > 0.5 if kind == "multilabel" else answers.argmax(axis=1)
    return agreement(kind, truth_of(setup, batch), guess)


def _linear(setup: Setup, fitted: Batch, batch: Batch | None) -> float:
    """Ridge regression on the targets, one-hot for classes."""
    if batch is None:
        return 0.0
    x = fitted.x.astype(np.float64)
    y = _targets(setup, fitted)
    mean = y.mean(axis=0)
    if x.shape[1] <= len(x):
        gram = x.T @ x + RIDGE * len(x) * np.eye(x.shape[1])
        weights = np.linalg.solve(gram, x.T @ (y - mean))
    else:
        gram = x @ x.T + RIDGE * len(x) * np.eye(len(x))
        weights = x.T @ np.linalg.solve(gram, y - mean)
    return _judge(setup, batch.x.astype(np.float64) @ weights + mean, batch)


def _neighbours(setup: Setup, fitted: Batch, batch: Batch | None, k: int) -> float:
    if batch is None or len(fitted) < k:
        return 0.0
    x, y = fitted.x.astype(np.float64), _targets(setup, fitted)
    rows = batch.x.astype(np.float64)
    squares = (x * x).sum(axis=1)
    distances = squares - 2 * rows @ x.T
    nearest = np.argpartition(distances, k - 1, axis=1)[:, :k]
    return _judge(setup, y[nearest].mean(axis=1), batch)
