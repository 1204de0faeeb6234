"""Data that nothing is learnt from: one verdict, in its readings."""

import math
from collections.abc import Mapping, Sequence

import numpy as np

from ..findings import Finding, Verdict
from ..scores import true
from ..setup import Setup
from ..trainable import Array
from .causes import CAUSES
from .diagnosis import Diagnosis, NamedCause
from .naming import named, of_data
from .references import CHANCE, Reference
from .suspicions import Level, Suspicion

MAJORITY = 0.9
RARE = 10  # rows of all other classes together, below which nothing can be told of them
MEMORISED = 0.5  # score on training rows from which on a network knows them by heart
EDGE = 1.1  # times the largest eigenvalue of noise


def data_verdict(
    setup: Setup, references: Sequence[Reference], suspects: Mapping[str, Suspicion],
    findings: Sequence[Finding],
) -> Diagnosis:  # fmt: skip
    """No reference beats chance: the data are the finding, in its readings.

    `setup`: as it was examined, with nothing held out where there are few rows.
    """
    told = [named(one, None, False) for one in suspects.values()
            if one.level is Level.CONTRADICTION]  # fmt: skip
    told += [one for one in of_data(findings) if one.cause not in {c.cause for c in told}]
    known = {one.cause for one in told}
    inside = max(float(np.mean(one.train)) for one in references)
    if setup.validation is None and inside > CHANCE:
        return _too_few(setup, told)
    network = max(float(np.mean(one.train)) for one in references if one.last)
    outside = max(float(np.mean(one.held)) for one in references)
    top = _majority(setup)
    seen = f"networks reach {network:.2f} on training rows"
    if setup.validation is not None:
        seen += f", but nothing reaches more than {outside:.2f} on held-out rows"
    why = (
        seen,
        *((f"one answer is right in {top:.0%}",) if top > MAJORITY else ()),
    )
    readings = [] if "degenerate_labels" in known else _readings(setup, network, top, known)
    told += [
        NamedCause(cause, False, why=why, advice=CAUSES[cause].treatment)
        for cause in readings
        if cause not in known
    ]
    return Diagnosis(Verdict.SICK, _unlearnt(setup, known), causes=tuple(told))


def _too_few(setup: Setup, told: Sequence[NamedCause]) -> Diagnosis:
    """So few rows that even those that were trained on can be learnt by luck."""
    if told:
        return Diagnosis(
            Verdict.SICK, _unlearnt(setup, {one.cause for one in told}), causes=tuple(told)
        )
    rows = f"{len(setup.train)} rows are too few to tell learning from luck"
    advice = CAUSES["too_little_data"].treatment
    cause = NamedCause("too_little_data", False, why=(rows,), advice=advice)
    return Diagnosis(Verdict.UNDECIDED, rows, causes=(cause,))


def _unlearnt(setup: Setup, known: set[str]) -> str:
    if "degenerate_labels" in known:
        return "there is nothing to tell apart in the targets of these rows"
    if "train_test_mismatch" in known:
        return "what training rows teach does not hold on these held-out rows"
    if setup.validation is None:
        return "no model learns anything from these rows"
    if _majority(setup) > MAJORITY and _rare(setup) < RARE:
        return (
            f"only {_rare(setup)} rows are of another class than the largest: too few to learn from"
        )
    return "no model learns anything from these rows that holds on others"


def _readings(setup: Setup, memorised: float, majority: float, known: set[str]) -> list[str]:
    """The likeliest first: inputs that hang together once belonged to some other target."""
    if "train_test_mismatch" in known:
        return []
    if majority > MAJORITY:
        rare = _rare(setup) < RARE
        return ["class_imbalance", "too_little_data" if rare else "input_uninformative"]
    if known & {"conflicting_labels", "constant_features"}:
        return []  # that explains it
    if memorised >= MEMORISED and structured(setup.train.x):
        return ["labels_shuffled", "labels_random"]
    return ["input_uninformative", "labels_random", "labels_shuffled"]


def structured(x: Array) -> bool:
    """Whether columns [B, D] vary together more than independent noise of this shape does.

    The largest eigenvalue of their correlations against the edge (1 + sqrt(D / B))^2 of
    Marchenko & Pastur 1967; one column alone always counts.
    """
    columns = x[:, x.std(axis=0) > 0].astype(np.float64)
    rows, count = columns.shape
    if count < 2 or rows < 3:
        return True
    largest = float(np.linalg.eigvalsh(np.corrcoef(columns, rowvar=False))[-1])
    return largest > EDGE * (1 + math.sqrt(count / rows)) ** 2


def _rare(setup: Setup) -> int:
    """Rows of all classes but the largest, held out or not."""
    task, batches = setup.trainable.task, (setup.train, setup.validation)
    y = np.concatenate([true(task, batch.y) for batch in batches if batch is not None])
    return len(y) - int(np.unique(y, return_counts=True)[1].max())


def _majority(setup: Setup) -> float:
    if setup.trainable.task.kind != "classification":
        return 0.0
    _, counts = np.unique(true(setup.trainable.task, setup.train.y), return_counts=True)
    return float(counts.max() / counts.sum())
