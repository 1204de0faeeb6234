"""ND114: can a small model tell the training rows from those held out?"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...findings import Finding, Status
from ...trainable import Array
from ..measures.least_squares import class_probabilities, filled, inputs
from ..measures.raw_table import RawTable
from .data_check import DataCheck

MOST_ROWS = 5000  # of each part
LEAST_ROWS = 20


@dataclass(frozen=True)
class Separation:
    """How well the rows of a part are told from training rows: the area under the ROC curve."""

    part: str
    auc: float
    rows: int
    held_out: int
    drawn: str = ""


@dataclass(frozen=True)
class DomainClassifier(DataCheck):
    """## What it does
    Trains a small linear model on columns and their squares to tell training rows from held-out
    rows, and measures out of fold how well it does (AUC). Sees shifts that no single column shows.

    ## Why it matters
    If the rows can be told apart, they do not come from the same distribution, and the held-out
    score does not measure what training rows can teach.

    ## What to do
    Shuffle before splitting; look at the columns that differ; leave out columns that give a row's
    origin away, such as a running number or a date.

    ## Source
    Lopez-Paz and Oquab 2017, Revisiting Classifier Two-Sample Tests, arXiv 1610.06545; 0.625:
    deepchecks, MultivariateDrift (0.25 for 2 AUC - 1).
    """

    code: str = "ND114"
    name: str = "domain-classifier"

    auc: float = 0.625
    noted: float = 0.56
    sigmas: float = 4.0  # beyond chance, in deviations of the Mann-Whitney statistic

    def skips(self, table: RawTable) -> str:
        """There have to be two parts, of some rows each."""
        if not table.held_out:
            return "there are no validation or test rows"
        if table.split != "random":
            others = "later ones" if table.split in ("time", "last") else "of other groups"
            return f"held-out rows are {others}, so a difference is expected"
        parts = (table.train, *table.held_out.values())
        fewest = min(len(table.dealt(rows)) for rows in parts)
        return f"{fewest} rows are too few to compare" if fewest < LEAST_ROWS else ""

    def measure(self, table: RawTable) -> tuple[Separation, ...]:
        """One model for each part, on rows drawn from the seed."""
        train = table.train.sample(MOST_ROWS, table.seed, table.dealt(table.train))
        seen = []
        for part, every in table.held_out.items():
            rows = every.sample(MOST_ROWS, table.seed, table.dealt(every))
            z = inputs(filled(np.vstack([train.x, rows.x])), table.seed)
            side = np.repeat([0, 1], [len(train), len(rows)])
            if not z.shape[1]:
                continue
            odds = class_probabilities(z, side, 2, table.seed)[:, 1]
            drawn = table.drawn(len(table.train) + len(every), len(side))
            area = roc_area(odds, side == 1)
            seen.append(Separation(part, area, len(train), len(rows), drawn))
        return tuple(seen)

    def judge(self, seen: Sequence[Separation]) -> Finding:
        """A warning where the rows are told apart well, and beyond chance."""
        if not seen:
            return self.skip("no column varies")
        worst = max(seen, key=lambda one: one.auc)
        n, m = worst.rows, worst.held_out
        chance = 0.5 + self.sigmas * np.sqrt((n + m + 1) / (12 * n * m))
        status = Status.OK
        if not worst.auc < max(self.noted, chance):
            status = Status.NOTE if worst.auc < self.auc else Status.WARNING
        able = "can hardly tell" if status is Status.OK else "tells"
        return self.finding(
            status,
            f"a small model {able} {worst.part} rows from training rows: AUC {worst.auc:.2f}"
            + worst.drawn,
            measured=worst.auc,
            expected=0.5,
            threshold=f"below {max(self.noted, chance):.2f}, which chance hardly reaches, else "
            "a note; "
            f"a warning from {max(self.auc, chance):.2f}",
            source="deepchecks, MultivariateDrift: 2 AUC - 1 = 0.25",
            suggests=() if status is Status.OK else ("train_test_mismatch",),
            advice=""
            if status is Status.OK
            else "shuffle before splitting; look for columns that tell where a row comes from",
        )


def roc_area(scores: Array, positive: Array) -> float:
    """The chance that a positive row scores above a negative one, ties counting half."""
    low, high = np.sort(scores[~positive]), scores[positive]
    below = np.searchsorted(low, high, "left") + np.searchsorted(low, high, "right")
    return float(below.mean() / 2 / len(low))
