"""What two small models, which need no training loop, make of the class of each row."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...trainable import Array
from .least_squares import class_probabilities, inputs

NEIGHBOURS = 10
BLOCK = 500  # rows whose distances to all others are in memory at once


@dataclass(frozen=True)
class Opinions:
    """Probabilities of each row's class [N, C], never by its own label.

    The mean of linear discriminants, out of fold, and of the classes of the nearest other rows:
    of `few`, which tell odd rows, or of `many`, which average wrong labels out.
    """

    few: Array
    many: Array


def class_opinions(x: Array, classes: Array, seed: int) -> Opinions | None:
    """What two models make of the classes [N] of x [N, D]; None where x tells nothing."""
    count, z = int(classes.max()) + 1, inputs(x, seed)
    if count < 2 or not z.shape[1]:
        return None
    linear = class_probabilities(z, classes, count, seed)
    nearest = (NEIGHBOURS, max(NEIGHBOURS, int(len(z) ** 0.5)))
    shares = neighbour_shares(z[:, : z.shape[1] // 2], classes, count, nearest)
    return Opinions(*((linear + local) / 2 for local in shares))


def neighbour_shares(
    z: Array, classes: Array, count: int, nearest: Sequence[int]
) -> tuple[Array, ...]:
    """The shares of the classes among so many nearest other rows of z [N, F], [N, C] for each."""
    member = np.asarray(classes[:, None] == np.arange(count), np.float64)
    squares = (z**2).sum(axis=1)
    nearest = [min(most, len(z) - 1) for most in nearest]
    shares = tuple(np.empty((len(z), count)) for _ in nearest)
    for start in range(0, len(z), BLOCK):
        block = np.arange(start, min(start + BLOCK, len(z)))
        distance = squares - 2 * z[block] @ z.T
        distance[np.arange(len(block)), block] = np.inf
        ranked = np.argpartition(distance, [most - 1 for most in nearest], axis=1)
        for most, held in zip(nearest, shares, strict=True):
            held[block] = member[ranked[:, :most]].mean(axis=1)
    return shares


def over_majority(guessed: Array, given: Array) -> float:
    """The accuracy of guessed classes [N], 0 for naming the majority always, 1 for no error."""
    majority = np.bincount(given).max() / len(given)
    return float(((guessed == given).mean() - majority) / max(1 - majority, 1e-12))


def told_rows(
    order: Array, numbers: Array, given: Array, guessed: Array, amounts: Array, names: Sequence[str]
) -> tuple[tuple[int, str, str, float], ...]:
    """Some rows in an order: number, label, what it looks like, how much speaks for that."""
    return tuple(
        (int(numbers[i]), names[given[i]], names[guessed[i]], float(amounts[i])) for i in order
    )
