"""ND705: are the validation rows of another kind than the training rows?"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from ...findings import Finding, Status, Table
from ...trainable import Batch, Trainable
from ...watch import Watch
from ..check import Check
from ..measures.row_errors import (
    LEAST_ROWS,
    Measured,
    error_name,
    errors_of,
    gap,
    measured,
)
from ..measures.whole_runs import train_all

STREAM = 0x705D  # keeps this draw apart from others of the same seed


@dataclass(frozen=True)
class Mismatched:
    """Errors on the rows trained on, on rows of the same file held back, and on the other file's;
    `skipped` says in words why there are none."""

    error: str = ""
    train: Measured | None = None
    train_dev: Measured | None = None
    dev: Measured | None = None
    rows: tuple[int, int, int] = (0, 0, 0)
    skipped: str = ""


@dataclass(frozen=True)
class Mismatch(Check):
    """## What it does
    Where the validation rows come from a second file, holds back a fifth of the training rows
    ("train-dev"), trains on the rest over several seeds, and compares the errors on both.

    ## Why it matters
    Between training and validation lie two gaps: rows the network has not seen, and rows of another
    kind. Only the first is variance; against the second neither more rows of the same kind nor
    regularisation helps.

    ## What to do
    Find what differs (`nndoctor data report`: drift, domain classifier): units, source, time. Train
    on rows like those that count.

    ## Source
    Ng 2017, Machine Learning Yearning, chapters 40 and 41, "training dev set".
    """

    code: str = "ND705"
    name: str = "train-dev-mismatch"

    margin: float = 0.03  # as in ND701
    sigmas: float = 3.0  # the two sets of rows are other rows, so chance has two ways
    held_back: float = 0.2
    seeds: int = 3

    def measure(
        self,
        setup: Trainable,
        train: Batch,
        validation: Batch | None,
        *,
        second_file: bool,
        updates: int,
        seed: int,
        jobs: int,
        watch: Watch,
    ) -> Mismatched:
        """One split, several starts."""
        if not second_file or validation is None:
            return Mismatched(
                skipped="the validation rows come from the same file as the training rows"
            )
        task = setup.task
        count = min(max(round(self.held_back * len(train)), LEAST_ROWS), len(train) // 2)
        if count < LEAST_ROWS or len(validation) < LEAST_ROWS:
            return Mismatched(skipped=f"{LEAST_ROWS} rows of each kind are needed")
        order = np.random.default_rng(np.random.SeedSequence([seed, STREAM])).permutation(
            len(train)
        )
        kept, held = train.rows(np.sort(order[count:])), train.rows(np.sort(order[:count]))
        trials = [(kept, seed + number) for number in range(self.seeds)]
        text = f"training {self.seeds} networks without a train-dev part"
        runs = train_all(setup, trials, updates, text, jobs, watch)
        if len(runs) < len(trials):
            return Mismatched(skipped="interrupted")
        models = [run.model for run in runs]
        of_train, of_train_dev, of_dev = (
            measured(errors_of(task, models, rows)) for rows in (kept, held, validation)
        )
        counts = (len(kept), len(held), len(validation))
        return Mismatched(error_name(task), of_train, of_train_dev, of_dev, counts)

    def judge(self, seen: Mismatched) -> Finding:
        """The error on the other file against that on rows held back."""
        if seen.skipped or seen.train is None or seen.train_dev is None or seen.dev is None:
            return self.skip(seen.skipped)
        beyond = gap(seen.dev, seen.train_dev)
        told = (
            f"{seen.error} {seen.train_dev} on training rows held back, {seen.dev} on the "
            "validation file"
        )
        parts = (
            ("training", seen.train.mean, seen.train.error, seen.rows[0]),
            ("train-dev", seen.train_dev.mean, seen.train_dev.error, seen.rows[1]),
            ("validation", seen.dev.mean, seen.dev.error, seen.rows[2]),
        )
        facts: dict[str, Any] = {
            "measured": beyond.mean,
            "expected": 0.0,
            "threshold": f"{self.margin:g} and {self.sigmas:g} standard errors, "
            f"{self.sigmas * beyond.error:.2g}",
            "source": "Ng 2017, Machine Learning Yearning, chapter 40",
            "evidence": (
                Table(
                    "train-dev",
                    ("rows of", seen.error, "standard error", "rows"),
                    parts,
                    f"mean of {self.seeds} seeds",
                ),
            ),
        }
        if not np.isfinite(beyond.mean):
            return self.finding(
                Status.ERROR,
                f"the error is not finite: {told}",
                **facts,
                suggests=("learning_rate_too_high",),
                advice="run `nndoctor lr-sweep`",
            )
        if beyond.exceeds(self.margin, self.sigmas):
            return self.finding(
                Status.WARNING,
                f"the two files are of different kinds: {told}",
                **facts,
                suggests=("train_test_mismatch",),
                advice="run `nndoctor data report`: which columns differ?",
            )
        return self.finding(Status.OK, f"no mismatch beyond chance: {told}", **facts)
