"""Healthy, sick or undecided: one function of what was shown."""

from dataclasses import dataclass

from ..comparison import ALPHA, Difference
from ..findings import Verdict
from .evidence import MARGIN

LOST_SEEDS = 0.3  # share of seeds that break or learn nothing, from which on that is the disease


@dataclass(frozen=True)
class State:
    """What is known of a subject beside its reference.

    `gap`: reference minus subject, on confirmation where that was made. `lost`: the share of seeds
    that broke or learned next to nothing where the reference learns. `gained`: the largest gain of
    a change that was shown on confirmation. `meaningless`: a contradiction that makes any score
    worthless. `speaks`: something else does for a loss.
    """

    gap: Difference
    lost: float = 0.0
    gained: Difference | None = None
    meaningless: bool = False
    speaks: bool = False
    alpha: float = ALPHA


def verdict(state: State) -> Verdict:
    """Sick: shown to be worse by more than the margin, or seeds are lost, or nothing it reaches
    means anything. Undecided: the interval spans the margin and something speaks for a loss."""
    if state.meaningless or state.lost >= LOST_SEEDS or state.gap.shows(MARGIN, state.alpha):
        return Verdict.SICK
    if state.gap.excludes(MARGIN, state.alpha):
        return Verdict.HEALTHY
    if state.gained is not None and state.gained.shows(MARGIN, state.alpha):
        return Verdict.SICK
    open_ = state.speaks and state.gap.mean > MARGIN
    return Verdict.UNDECIDED if open_ else Verdict.HEALTHY
