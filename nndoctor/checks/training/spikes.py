"""ND507: does the loss leap up and come back?"""

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from ...findings import Finding, Status, Where
from ...trainable import Array
from ..measures.course import Course
from ..measures.portion import portion
from .course_check import ENOUGH, CourseCheck

SHORT = 5  # batches: one with an odd row in it is no spike, three of five are


@dataclass(frozen=True)
class Spikes(CourseCheck):
    """## What it does
    Compares the median loss of five batches in a row with the median of the fiftieth of the run
    around them, in units of its usual spread, and with the total fall of the loss.

    ## Why it matters
    A spike is an update that threw away what was learned: an unusually large gradient at a learning
    rate that leaves no margin. Runs that recover from spikes often end in one.

    ## What to do
    Clip the gradient's norm (`optimizer.clip_norm`), warm up, or lower the learning rate; look at
    the rows of that batch.

    ## Source
    The robust z-score above 8 as runmedic's; clipping: Pascanu et al. 2013, arXiv:1211.5063.
    """

    code: str = "ND507"
    name: str = "loss-spikes"

    spread: float = 8.0  # robust standard deviations
    height: float = 0.5  # of what the loss fell: half of it was lost
    noted: float = 0.25

    def judge(self, seen: Course) -> Finding:
        """A warning where half of what was learned was lost for a while."""
        if len(seen.trace.loss) < ENOUGH:
            return self.skip(f"{seen.trace.updates} updates are too few to know the usual spread")
        above, score = _above(seen.trace.loss)
        with np.errstate(divide="ignore", invalid="ignore"):  # where nothing was learned
            share = np.where(above == 0, 0.0, above / seen.scale)
        spikes = _beginnings((score > self.spread) & (share > self.noted))
        if not len(spikes):
            return self.finding(
                Status.OK,
                "no loss spike beyond the usual spread",
                measured=float(share.max()),
                threshold=self._threshold(),
            )
        worst = int(np.where(score > self.spread, share, -np.inf).argmax())
        bad = share[worst] > self.height
        count = "a loss spike" if len(spikes) == 1 else f"{len(spikes)} loss spikes, the worst"
        return self.finding(
            Status.WARNING if bad else Status.NOTE,
            f"{count} at update {worst}: the loss rose by {portion(share[worst])} its fall, "
            f"{score[worst]:.0f} times the usual spread",
            measured=float(share[worst]),
            threshold=self._threshold(),
            source="robust z-score; Pascanu et al. 2013, arXiv:1211.5063",
            where=Where(step=worst),
            suggests=("learning_rate_too_high", "exploding_gradient"),
            advice="clip the gradient (--set optimizer.clip_norm=1) or lower the learning rate"
            if bad
            else "",
        )

    def _threshold(self) -> str:
        return (
            f"{self.spread:g} times the usual spread and {self.height:.0%} of the fall of the "
            f"loss, a note above {self.noted:.0%} of it"
        )


def _above(losses: Array) -> tuple[Array, Array]:
    """How far five batches in a row lie above those around them, and by how many spreads."""
    wide = max(len(losses) // 50, 4 * SHORT) | 1
    quick, around = _running_median(losses, SHORT), _running_median(losses, wide)
    # those that end before it as well: at the top of a steep fall the ones around lie lower
    lag = wide // 2 + SHORT // 2 + 1
    before = np.concatenate([np.full(lag, np.inf), around[:-lag]])
    usual = 1.4826 * float(np.median(np.abs(quick - around)))
    above = np.maximum(quick - np.maximum(around, before), 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return above, np.where(above > 0, above / usual, 0.0)


def _running_median(values: Array, width: int) -> Array:
    """The centred median; the ends are mirrored."""
    padded = np.pad(values, width // 2, mode="reflect")
    return np.asarray(np.median(sliding_window_view(padded, width), axis=1))


def _beginnings(on: Array) -> Array:
    """Where each unbroken stretch begins."""
    return np.flatnonzero(on & ~np.concatenate([[False], on[:-1]]))
