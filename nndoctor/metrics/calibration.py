"""Whether probabilities mean what they say."""

from dataclasses import dataclass

import numpy as np

from ..trainable import Array

BINS = 15  # Guo et al. 2017


@dataclass(frozen=True)
class Bin:
    """The answers given with a probability in (low, high]: how many, how sure, how often right."""

    low: float
    high: float
    count: int
    claimed: float
    right: float


def reliability(claimed: Array, right: Array, bins: int = BINS) -> tuple[Bin, ...]:
    """Bins of equal width over the probabilities `claimed` [B]; empty ones are left out."""
    at = np.clip(np.ceil(claimed * bins).astype(np.int64) - 1, 0, bins - 1)
    found = []
    for number in np.unique(at):
        here = at == number
        means = float(claimed[here].mean()), float(right[here].mean())
        found.append(Bin(number / bins, (number + 1) / bins, int(here.sum()), *means))
    return tuple(found)


def expected_error(bins: tuple[Bin, ...]) -> float:
    """ECE, the mean gap between claimed and right: Guo et al. 2017, arXiv:1706.04599, eq. 3."""
    rows = sum(one.count for one in bins)
    return sum(one.count * abs(one.claimed - one.right) for one in bins) / rows if rows else np.nan


def brier(probabilities: Array, truth: Array) -> float:
    """The squared distance of each row's probabilities [B, C] from its 0 and 1 (Brier 1950).

    0 is perfect, 2 as wrong as can be.
    """
    return float(((probabilities - truth) ** 2).sum(axis=1).mean())
