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


def split(
    n: int,
    validation: float,
    test: float,
    seed: int,
    labels: Array | None = None,
    groups: Array | None = None,
) -> Parts:
    """Indices of the training, validation and test rows, each in random order.

    With labels [N] every part has each class in its share, unless a class is too small for that.
    With groups [N] all rows of a group go to one part; the shares, of each class too, then hold as
    nearly as that allows. Where each group is one row, parts are what they are without groups.
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
    classes = np.zeros(n, np.int64)
    if labels is not None and _large_enough(labels, validation, test):
        classes = np.unique(labels, return_inverse=True)[1]
    # Sorted by class, evenly spaced rows take each class in its share; ties stay shuffled.
    order = order[np.argsort(classes[order], kind="stable")]
    if groups is not None and len(np.unique(groups)) < n:
        train, held_out, tested = _whole_groups(groups, classes, order, validation, test)
    else:
        train, held_out, tested = _single_rows(order, validation, test)
    return Parts(rng.permutation(train), rng.permutation(held_out), rng.permutation(tested))


def split_by_time(moments: Array, validation: float, test: float) -> Parts:
    """The last rows by their moments [N] are tested on, those before them validated on.

    Rows without a moment (NaN) are trained on; rows of one moment stay on one side of each cut
    where that leaves rows for every part.
    """
    n = len(moments)
    counts = [_count(n, share) for share in (validation, test)]
    if sum(counts) >= n:
        raise DataError(f"{n} rows can't be split into training and later rows", "add rows")
    order = np.argsort(np.where(np.isnan(moments), -np.inf, moments), kind="stable")
    ranked = moments[order]
    ends = [n - sum(counts), n - counts[1]]
    before = [int(np.searchsorted(ranked, ranked[end])) if end < n else n for end in ends]
    train, tested = before if before[0] > 0 and (before[0] < before[1]) else ends
    return Parts(order[:train], order[train:tested], order[tested:])


def split_last(n: int, validation: float, test: float) -> Parts:
    """The last rows as they stand are tested on, those before them validated on.

    A part begins at the whole part of n times what stays before it, as Keras' validation_split.
    """
    first, second = (int(n * (1.0 - share)) for share in (validation + test, test))
    if not first or (validation > 0 and first == second) or (test > 0 and second == n):
        raise DataError(f"{n} rows can't be split into training and last rows", "add rows")
    rows = np.arange(n)
    return Parts(rows[:first], rows[first:second], rows[second:])


def _single_rows(order: Array, validation: float, test: float) -> tuple[Array, Array, Array]:
    """Every so many rows of an order are held out, and of those every so many tested."""
    n = len(order)
    counts = [_count(n, share) for share in (validation, test)]
    while sum(counts) >= n:  # rounding up may leave nothing for training
        counts[int(np.argmax(counts))] -= 1
    held = _evenly(n, sum(counts))
    in_test = _evenly(len(held), counts[1])
    return np.delete(order, held), np.delete(order[held], in_test), order[held][in_test]


def _whole_groups(
    groups: Array, classes: Array, order: Array, validation: float, test: float
) -> tuple[Array, Array, Array]:
    """Group after group, in the order of their first rows, goes to the part that lacks its like.

    That is where it brings the rows of each class nearest to their share, in squares.
    """
    groups = np.unique(groups, return_inverse=True)[1]
    shares = np.array([1 - validation - test, validation, test])
    sizes = np.bincount(groups)
    if len(sizes) < (shares > 0).sum():
        raise DataError(
            f"{len(sizes)} group{'s' * (len(sizes) > 1)} of rows can't be split into "
            f"{(shares > 0).sum()} parts",
            "--split random draws rows one by one, and data.validation = 0 holds none back",
        )
    held = np.zeros((len(sizes), int(classes.max()) + 1))
    np.add.at(held, (groups, classes), 1.0)
    first = np.unique(groups[order], return_index=True)[1]
    part, lacking = np.zeros(len(sizes), np.int64), np.zeros((3, held.shape[1]))
    for group in np.argsort(first):
        lacking += np.outer(shares, held[group])
        part[group] = np.argmax(np.where(shares > 0, lacking @ held[group], -np.inf))
        lacking[part[group]] -= held[group]
    for empty in np.flatnonzero((shares > 0) & (np.bincount(part, minlength=3) == 0)):
        fullest = np.bincount(part, minlength=3).argmax()
        there = np.flatnonzero(part == fullest)
        part[there[sizes[there].argmin()]] = empty
    of_row = part[groups[order]]
    return order[of_row == 0], order[of_row == 1], order[of_row == 2]


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
