"""ND110: are the rows sorted, and trained on in that order?"""

from dataclasses import dataclass

import numpy as np

from ...findings import Finding, Status
from ...trainable import Array
from ..measures.least_squares import unit
from ..measures.raw_table import RawTable
from .data_check import DataCheck

LEAST_PAIRS = 30  # fewer correlate by more than 0.5 through chance


@dataclass(frozen=True)
class Order:
    """How much neighbouring rows are alike: the share of batches of one class beyond chance, or
    for a regression the correlation of neighbouring targets."""

    sorted: float
    what: str
    shuffled: bool
    batches: int


@dataclass(frozen=True)
class RowOrder(DataCheck):
    """## What it does
    Where the recipe does not shuffle, cuts the training rows into batches in their order: the
    share of batches that hold one class only, beyond what a random order gives; for a regression
    the correlation of targets a quarter of a batch apart.

    ## Why it matters
    A batch of one class teaches "always this class", and the next batch undoes it. The network
    follows the order of the file and forgets.

    ## What to do
    training.shuffle = true.

    ## Source
    Bengio 2012, Practical Recommendations for Gradient-Based Training of Deep Architectures,
    section 3: examples in random order. Half of the batches and a correlation of 0.5 are our
    choice.
    """

    code: str = "ND110"
    name: str = "row-order"

    most: float = 0.5

    def skips(self, table: RawTable) -> str:
        """The order is that of the prepared rows."""
        return "" if table.prepared is not None else table.unprepared

    def measure(self, table: RawTable) -> Order:
        """Batches as the training cuts them."""
        assert table.answers is not None
        y = table.answers
        size = min(table.batch_size, len(y))
        batches = -(-len(y) // size)
        if table.kind == "regression":
            columns = unit(y.astype(np.float64)).T
            level = max(_neighbours(column, max(size // 4, 1)) for column in columns)
            return Order(level, "correlation of neighbouring targets", table.shuffle, batches)
        alone = y.shape[1] == 1  # of which equal ones are found much faster
        _, classes = np.unique(y, axis=None if alone else 0, return_inverse=True)
        pure = _one_class(classes.ravel(), size)
        expected = float(((np.bincount(classes.ravel()) / len(y)) ** size).sum())
        beyond = (pure - expected) / (1 - expected) if expected < 1 else 0.0
        return Order(
            max(beyond, 0.0),
            "share of one-class batches beyond chance",
            table.shuffle,
            batches,
        )

    def judge(self, seen: Order) -> Finding:
        """Only where rows are trained on as they stand, in several batches."""
        if seen.shuffled or seen.batches < 2:
            told = "rows are shuffled" if seen.shuffled else "each update uses all rows"
            return self.finding(Status.OK, f"{told}: their order does not matter")
        told = f"{seen.what}: {seen.sorted:.2f}"
        if seen.sorted <= self.most:
            return self.finding(Status.OK, told, measured=seen.sorted, expected=0.0)
        return self.finding(
            Status.WARNING,
            f"rows are sorted and not shuffled: {told}",
            measured=seen.sorted,
            expected=0.0,
            threshold=f"up to {self.most:g}",
            source="Bengio 2012, arXiv 1206.5533, section 3",
            suggests=("unshuffled_data",),
            advice="set training.shuffle = true",
        )


def _one_class(classes: Array, size: int) -> float:
    """The share of batches that hold one class only."""
    starts = np.arange(0, len(classes), size)
    low, high = np.minimum.reduceat(classes, starts), np.maximum.reduceat(classes, starts)
    return float((low == high).mean())


def _neighbours(y: Array, lag: int) -> float:
    """The correlation of values a quarter of a batch apart; 0 where nothing varies."""
    a, b = y[:-lag], y[lag:]
    if len(a) < LEAST_PAIRS or not (a.std() > 0 and b.std() > 0):
        return 0.0
    return float(np.corrcoef(a, b)[0, 1])
