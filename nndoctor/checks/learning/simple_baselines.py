"""ND403: does the trained network beat what needs no network?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...findings import Finding, Status, Table
from ...scores import true, unexplained
from ...trainable import Array, Batch, Task
from ..check import Check
from ..measures.ridge import fit_ridge
from ..measures.row_errors import (
    LEAST_ROWS,
    Measured,
    error_name,
    errors_of,
    measured_fall,
)
from ..measures.whole_runs import WholeRun

FITTED = 1500  # rows, evenly spaced: the closed form takes their third power


@dataclass(frozen=True)
class Compared:
    """Errors of network, constant prediction and linear model; `held_out` where on validation rows.

    `won` and `won_in_training`: by how much the network beats the constant; `behind`: by how much
    the linear model beats the network.
    """

    error: str
    rows: int
    held_out: bool
    network: float
    constant: float
    linear: float
    won: Measured
    won_in_training: float
    constant_in_training: float
    behind: Measured


@dataclass(frozen=True)
class SimpleBaselines(Check):
    """## What it does
    Compares trained networks with the most frequent class (or the mean) and with a linear model,
    ridge regression in closed form, on validation rows. Where there are fewer than 20 of those it
    takes training rows, of which the linear model predicts each by a fit to all others.

    ## Why it matters
    A network that does not beat a constant prediction is useless, however good its accuracy sounds.
    One far below a linear model has a fault in its training: a network contains every linear model.

    ## What to do
    Below the constant: `nndoctor capacity` tells whether the labels carry any signal. Below the
    linear model: scale the inputs, check the rate, train longer, regularise less or more.

    ## Source
    CS231n notes and Karpathy 2019, A Recipe for Training Neural Networks: compare with simple
    baselines. 5 % of the constant's error: skore. Half of what the linear model wins: ours, so that
    a small network on a table that is linear by nature is left alone.
    """

    code: str = "ND403"
    name: str = "simple-baselines"

    share: float = 0.05  # of the constant's error that must be won on training rows
    half: float = 0.5  # of what the linear model wins: below that it is a warning
    sigmas: float = 2.0

    def measure(
        self, task: Task, trained: Sequence[WholeRun], train: Batch, validation: Batch | None
    ) -> Compared:
        """Errors on rows that all three answer."""
        fitted = train.sample(FITTED)
        held_out = validation is not None and len(validation) >= LEAST_ROWS
        judged = validation if validation is not None and held_out else fitted
        targets = _targets(task, train.y)
        ridge = fit_ridge(fitted.x, _targets(task, fitted.y, targets.shape[1]))
        guess = np.tile(targets.mean(axis=0), (len(judged), 1))
        linear = ridge.predict(judged.x) if held_out else ridge.left_out
        models = [run.model for run in trained]
        network = errors_of(task, models, judged)
        seen = errors_of(task, models, train)
        constant = _errors(task, guess, judged.y)
        straight = _errors(task, linear, judged.y)
        constant_seen = _errors(
            task, np.tile(targets.mean(axis=0), (len(train), 1)), train.y
        ).mean()
        return Compared(
            error=error_name(task),
            rows=len(judged),
            held_out=held_out,
            network=float(network.mean()),
            constant=float(constant.mean()),
            linear=float(straight.mean()),
            won=measured_fall(constant, network),
            won_in_training=float(constant_seen - seen.mean()),
            constant_in_training=float(constant_seen),
            behind=measured_fall(network, straight),
        )

    def judge(self, seen: Compared) -> Finding:
        """Against the constant on training rows, then on the others; then against the linear."""
        where = "validation rows" if seen.held_out else "training rows"
        told = (
            f"{seen.error} {seen.network:.3g} on {seen.rows} {where}; a constant prediction "
            f"{seen.constant:.3g}, a linear model {seen.linear:.3g}"
        )
        gained = seen.constant - seen.linear
        facts: dict[str, Any] = {
            "measured": seen.network,
            "expected": min(seen.constant, seen.linear),
            "threshold": f"{self.share:.0%} of the constant's error won in training; more than "
            f"{self.sigmas:g} standard errors above the constant; {self.half:.0%} of what the "
            "linear model wins",
            "source": "Karpathy 2019, A Recipe for Training Neural Networks; 5 %: skore",
            "evidence": (self._table(seen),),
        }
        if not np.isfinite([seen.network, seen.won_in_training]).all():
            return self.finding(
                Status.ERROR,
                f"{told}: its outputs are NaN or infinite",
                **facts,
                suggests=("learning_rate_too_high", "exploding_gradient"),
                advice="run `nndoctor lr-sweep`",
            )
        if not seen.won_in_training >= self.share * seen.constant_in_training:
            return self.finding(
                Status.WARNING,
                f"{told}: no better than a constant on its own training rows",
                **facts,
                suggests=(
                    "learning_rate_too_low",
                    "too_few_epochs",
                    "class_imbalance",
                    "capacity_too_small",
                ),
                advice="run `nndoctor overfit-tiny`: can it learn at all?",
            )
        lost = seen.won.mean + self.sigmas * seen.won.error < seen.won_in_training
        if seen.held_out and lost and not seen.won.exceeds(0.0, self.sigmas):
            return self.finding(
                Status.WARNING,
                f"{told}: what it learned does not generalise to other rows",
                **facts,
                suggests=("labels_random", "labels_shuffled", "overfitting"),
                advice="run `nndoctor capacity`: do the labels carry any signal?",
            )
        if seen.behind.exceeds(0.0, self.sigmas):
            far = not seen.behind.mean < self.half * gained
            return self.finding(
                Status.WARNING if far else Status.NOTE,
                f"{told}: {'far below' if far else 'below'} a linear model",
                **facts,
                suggests=(
                    "input_not_normalised",
                    "learning_rate_too_low",
                    "too_few_epochs",
                    "overfitting",
                )
                if far
                else (),
                advice="scale the inputs, then run `nndoctor lr-sweep`; `nndoctor bias-variance` "
                "tells underfitting from overfitting",
            )
        return self.finding(Status.OK, told, **facts)

    def _table(self, seen: Compared) -> Table:
        errors = {
            "this network": seen.network,
            "a linear model": seen.linear,
            "a constant prediction": seen.constant,
        }
        rows = sorted(errors.items(), key=lambda row: -np.nan_to_num(row[1], nan=np.inf))
        return Table(
            "baselines", ("model", "error"), tuple(rows), f"{seen.error}, {seen.rows} rows"
        )


def _targets(task: Task, y: Array, classes: int = 0) -> Array:
    """What a linear model is fitted to [N, T]: numbers, labels, or one column a class."""
    if task.kind == "regression":
        return y.astype(np.float64)
    known = true(task, y)
    if task.places > 1:
        one_hot = known[:, :, None] == np.arange(task.outputs)
        return np.asarray(one_hot.reshape(len(y), -1), np.float64)
    if task.kind == "multilabel":
        return known.astype(np.float64)
    count = max(classes, int(known.max()) + 1, len(task.labels))
    return np.asarray(known[:, None] == np.arange(count), np.float64)


def _errors(task: Task, told: Array, y: Array) -> Array:
    """The errors [B] of answers in the form of `_targets`."""
    if task.kind == "regression":
        return unexplained(told, y)
    if task.places > 1:
        wrong = told.reshape(len(told), task.places, -1).argmax(axis=2) != true(task, y)
        return np.asarray(wrong.mean(axis=1, dtype=np.float64))
    if task.kind == "multilabel":
        return np.asarray(((told > 0.5) != true(task, y)).mean(axis=1, dtype=np.float64))
    return np.asarray(told.argmax(axis=1) != true(task, y), np.float64)
