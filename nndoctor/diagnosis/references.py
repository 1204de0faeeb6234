"""What the data allow: neighbours, a linear model, and networks in a sound set-up."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..checks.measures.parallel import run_all
from ..scores import true
from ..setup import Setup
from ..trainable import Array, Batch
from .scoring import agreement, truth_of
from .trial import Patient, judged_rows, train_all

NETWORK, LINEAR = "network", "linear"
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
    """One kind of model over the seeds, [S] each.

    `last`: a network's at the end of training, which may be below the best look; () for others.
    """

    name: str
    held: tuple[float, ...]
    train: tuple[float, ...]
    last: tuple[float, ...] = ()

    def scores(self, held: bool) -> tuple[float, ...]:
        """On held-out rows or on training rows."""
        return self.held if held else self.train


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


def length(setup: Setup) -> int:
    """How many updates a network of the references makes."""
    return min(max(setup.total_updates, LONG), LONGEST)


def references(
    patient: Patient, seeds: Sequence[int], jobs: int = 1, only: str = ""
) -> list[Reference]:
    """Every kind on every seed, or `only` one; a network counts at its best look on all seeds."""
    told = []
    if not only.startswith(NETWORK):
        patient.watch.stage("references: neighbours and a linear model")
        found = run_all(lambda seed: _simple(patient, seed), seeds, jobs)
        told = [
            Reference(name, tuple(pair[0] for pair in pairs), tuple(pair[1] for pair in pairs))
            for name, pairs in ((name, [one[name] for one in found]) for name in found[0])
        ]
    told += [
        _network(patient, seeds, jobs, rate) for rate in RATES if only in ("", _named(rate))
    ]  # fmt: skip
    return [one for one in told if only in ("", one.name)]


def _named(rate: float) -> str:
    return f"{NETWORK} at {rate:g}"


def _network(patient: Patient, seeds: Sequence[int], jobs: int, rate: float) -> Reference:
    updates, budget = length(patient.plain), patient.plain.total_updates
    looks = sorted({*np.linspace(0, updates, 9).astype(int)[1:].tolist(), min(budget, updates)})
    edits = sound_edits(patient.plain, rate, updates)
    patient.watch.stage(f"references: a network at rate {rate:g}, {len(seeds)} seeds")
    runs = train_all(patient, edits, seeds, jobs, looks=looks, settle=True)
    inner = np.array([run.train_curve for run in runs])
    outer = np.array([run.held_curve or run.train_curve for run in runs])
    best = int(outer.mean(axis=0).argmax())
    return Reference(
        _named(rate),
        tuple(outer[:, best].tolist()),
        tuple(inner.max(axis=1).tolist()),
        tuple(outer[:, -1].tolist()),
    )


def best(found: Sequence[Reference], held: bool) -> Reference:
    """The one with the highest mean; neighbours know their training rows, so they don't count."""
    rows = [one for one in found if held or not one.name.endswith("neighbours")]
    return max(rows, key=lambda one: float(np.mean(one.held if held else one.train)))


def better_network(found: Sequence[Reference], held: bool) -> tuple[Reference, float]:
    """The better one, and its rate."""
    reference = best([one for one in found if one.last], held)
    return reference, next(rate for rate in RATES if reference.name == _named(rate))


def beats_chance(patient: Patient, reference: Reference, held: bool, deviations: float) -> bool:
    """Whether its mean score can't be luck: beside the deviation of a correlation of nothing.

    Several seeds look at the same rows, so that they can't tell more than all rows do.
    """
    setup, scores = patient.plain, np.array(reference.scores(held))
    rows = setup.validation if held else setup.train
    if not rows:
        return False
    if setup.trainable.task.kind == "regression":
        scores = np.sqrt(scores)  # R^2 is the square of a correlation
    distinct = min(len(rows) * len(scores), len(patient.dataset))
    return float(scores.mean()) > max(CHANCE, deviations / math.sqrt(distinct))


def _simple(patient: Patient, seed: int) -> dict[str, tuple[float, float]]:
    """Held-out and training score of the models that need no training."""
    setup = patient.setup(sound_edits(patient.plain, RATES[0], 1), seed)
    rows, held = judged_rows(setup)
    fitted = setup.train.sample(MOST_ROWS)
    answers = {LINEAR: (_linear(setup, fitted, held), _linear(setup, fitted, rows))}
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
