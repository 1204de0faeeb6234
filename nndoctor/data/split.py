"""Rows for training, validation and test: disjoint, complete, the same for the same seed."""

from typing import NamedTuple

import numpy as np

from nndoctor.errors import DataError
from nndoctor.trainable import Array

STREAM = 0x5917  # keeps these draws apart from others made from the same seed


class Parts(NamedTuple):
    """Indices of the rows that are trained on, validated on and tested on."""

    train: Array
    validation: Array
    test: Array


def split(n: int, validation: float, test: float, seed: int, labels: Array | None = None) -> Parts:
    """Indices of the training, validation and test rows, each in random order.

    With labels [N] every part has each class in its share, unless a class is too small for that.
    """
    if not (validation >= 0 and test >= 0 and validation + test < 1):
        raise DataError(
            f"validation = {validation} and test = {test} leave no rows for training",
            "both are shares from 0 on and their sum is below 1",
        )
    parts = 1 + (validation > 0) + (test > 0)
    if n < parts:
        raise DataError(
            f"{n} rows can't be split into {parts} parts", "set data.validation or data.test to 0"
        )
    rng = np.random.default_rng(np.random.SeedSequence([seed, STREAM]))
    order = rng.permutation(n)
    counts = [_count(n, share) for share in (validation, test)]
    while sum(counts) >= n:  # rounding up may leave nothing for training
        counts[int(np.argmax(counts))] -= 1
    if labels is not None and _large_enough(labels, validation, test):
        # Sorted by class, evenly spaced rows take each class in its share; ties stay shuffled.
        order = order[np.argsort(np.unique(labels, return_inverse=True)[1][order], kind="stable")]
    held = _evenly(n, sum(counts))
    in_test = _evenly(len(held), counts[1])
    train = np.delete(order, held)
    return Parts(
        rng.permutation(train),
        rng.permutation(np.delete(order[held], in_test)),
        rng.permutation(order[held][in_test]),
    )


def _count(n: int, share: float) -> int:
    return max(1, round(n * share)) if share > 0 else 0


def _evenly(n: int, count: int) -> Array:
    """`count` of the positions 0..n-1, evenly spaced."""
    return ((np.arange(count) + 0.5) * n / max(count, 1)).astype(np.int64)


def _large_enough(labels: Array, validation: float, test: float) -> bool:
    """Whether every part's share of the rarest class is at least one row."""
    shares = [share for share in (validation, test, 1 - validation - test) if share > 0]
    rarest = np.unique(labels, return_counts=True)[1].min()
    return bool(rarest * min(shares) >= 1)
