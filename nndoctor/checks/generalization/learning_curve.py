"""ND704: would more rows help?"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from ...findings import Cell, Finding, Series, Status, Table
from ...trainable import Batch, Trainable
from ...watch import Watch
from ..check import Check
from ..measures.errors_by_seed import why_not
from ..measures.row_errors import (
    LEAST_ROWS,
    Measured,
    error_name,
    errors_of,
    measured,
    measured_fall,
)
from ..measures.whole_runs import train_all

SHARES = (1 / 8, 1 / 4, 1 / 2, 1.0)
STREAM = 0x704C  # keeps this order apart from other draws of the same seed


@dataclass(frozen=True)
class Point:
    """So many training rows, and the errors after training on them."""

    rows: int
    train: float
    dev: Measured


@dataclass(frozen=True)
class Curve:
    """Points by rising number of rows; `fell`: by how much the last doubling lowered the error on
    validation rows; `skipped` says in words why there is none."""

    error: str
    points: tuple[Point, ...] = ()
    fell: Measured | None = None
    seeds: int = 0
    skipped: str = ""


@dataclass(frozen=True)
class LearningCurve(Check):
    """## What it does
    Trains on an eighth, a quarter, half and all of the rows, over several seeds, each for as many
    updates as the whole training makes, and measures the error on the same validation rows.

    ## Why it matters
    Where the last doubling of the rows still lowered the error, the next one probably does too.
    Where it did not, more rows of the same kind are wasted effort.

    ## What to do
    Still falling: more rows, or what stands in for them (augmentation, regularisation). Flat: a
    larger network, other features, or accept it.

    ## Source
    Cortes, Jackel, Solla, Vapnik & Denker 1993, Learning Curves: Asymptotic Values and Rate of
    Convergence; Ng 2017, Machine Learning Yearning, chapters 28 to 32.
    """

    code: str = "ND704"
    name: str = "learning-curve"

    fell: float = 0.02  # two points: less is not worth collecting as many rows again
    sigmas: float = 2.0
    seeds: int = 3

    def measure(
        self,
        setup: Trainable,
        train: Batch,
        validation: Batch | None,
        *,
        updates: int,
        seed: int,
        jobs: int,
        watch: Watch,
    ) -> Curve:
        """Each seed draws its own order of the rows; the parts of one seed hold each other."""
        task = setup.task
        name = error_name(task)
        why = why_not(validation)
        if validation is None or why:
            return Curve(name, skipped=why)
        counts = sorted({max(round(share * len(train)), 1) for share in SHARES})
        counts = [count for count in counts if count >= LEAST_ROWS]
        if len(counts) < 2:
            return Curve(name, skipped=f"{len(train)} training rows are too few to take half")
        seeds = range(seed, seed + self.seeds)
        parts = [_first(train, count, its_seed) for count in counts for its_seed in seeds]
        trials = [
            (part, its_seed) for part, its_seed in zip(parts, [*seeds] * len(counts), strict=True)
        ]
        text = f"learning curve: {len(trials)} runs of {updates} updates"
        runs = train_all(setup, trials, updates, text, jobs, watch)
        if len(runs) < len(trials):
            return Curve(name, skipped="interrupted")
        points, dev = [], []
        for at, count in enumerate(counts):
            few = slice(at * self.seeds, (at + 1) * self.seeds)
            dev.append(errors_of(task, [run.model for run in runs[few]], validation))
            of_train = [
                errors_of(task, [run.model], part).mean()
                for run, part in zip(runs[few], parts[few], strict=True)
            ]
            points.append(Point(count, float(np.mean(of_train)), measured(dev[-1])))
        return Curve(name, tuple(points), measured_fall(dev[-2], dev[-1]), self.seeds)

    def judge(self, seen: Curve) -> Finding:
        """By the last doubling, on the same validation rows; never more than a note."""
        if seen.skipped or seen.fell is None:
            return self.skip(seen.skipped)
        half, whole = seen.points[-2:]
        told = f"{seen.error} {half.dev} with {half.rows} rows, {whole.dev} with {whole.rows}"
        facts: dict[str, Any] = {
            "measured": seen.fell.mean,
            "threshold": f"the last doubling lowers the error by {self.fell:g} and by "
            f"{self.sigmas:g} standard errors, {self.sigmas * seen.fell.error:.2g}",
            "source": "Cortes et al. 1993; Ng 2017, Machine Learning Yearning",
            "evidence": self._evidence(seen),
        }
        if not np.isfinite(seen.fell.mean):
            return self.finding(
                Status.WARNING,
                f"the error is not finite with some of the rows: {told}",
                **facts,
                suggests=("learning_rate_too_high",),
                advice="run `nndoctor lr-sweep`",
            )
        if self.more_rows(seen):
            return self.finding(
                Status.NOTE,
                f"more rows would help: {told}",
                **facts,
                advice="collect more rows, or regularise",
            )
        little = seen.fell.mean + self.sigmas * seen.fell.error < self.fell
        what = "the last doubling changed little" if little else "more rows are not shown to help"
        return self.finding(Status.OK, f"{what}: {told}", **facts)

    def more_rows(self, seen: Curve) -> bool | None:
        """Whether the last doubling is shown to have helped; None where that could not be asked."""
        if seen.fell is None or not np.isfinite(seen.fell.mean):
            return None
        return seen.fell.exceeds(self.fell, self.sigmas)

    def _evidence(self, seen: Curve) -> tuple[Table | Series, ...]:
        rows: tuple[tuple[Cell, ...], ...] = tuple(
            (p.rows, p.train, p.dev.mean, p.dev.error) for p in seen.points
        )
        x = tuple(float(point.rows) for point in seen.points)
        y = tuple(point.dev.mean for point in seen.points)
        return (
            Table(
                "learning curve",
                ("rows", "training error", "validation error", "standard error"),
                rows,
                f"{seen.error}; mean of {seen.seeds} seeds, as many updates for each",
            ),
            Series("validation error by rows", x, y, "training rows", seen.error, log_x=True),
        )


def _first(train: Batch, count: int, seed: int) -> Batch:
    """So many rows of the order that belongs to a seed, in the order of the file."""
    rng = np.random.default_rng(np.random.SeedSequence([seed, STREAM]))
    return train.rows(np.sort(rng.permutation(len(train))[:count]))
