"""A simple model that no network of usual settings comes near, not even on its training rows."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..comparison import ALPHA, LOOKS, Difference, Rows, compare
from .laboratory import arm_of
from .references import Reference, best, margin_beside
from .subject import Run


@dataclass(frozen=True)
class Outdone:
    """`gap`: what the simple model has ahead on as many `seeds`; `margin`: what it may."""

    name: str
    score: float
    gap: Difference
    margin: float
    seeds: int

    @property
    def shown(self) -> bool:
        """Whether it can't be chance."""
        return self.gap.shows(self.margin, LOOKS.get(self.seeds, ALPHA))


def outdone(found: Sequence[Reference], runs: Sequence[Run], rows: Rows) -> Outdone | None:
    """None where networks fit their training rows as well, and only fail to carry that over.

    The reference networks are no bar then: they have the same fault, or were trained too briefly.
    """
    networks = [one for one in found if one.network]
    simple = [one for one in found if not one.network and len(one.arm.scores) == len(runs)]
    if not simple:
        return None
    ahead = best(simple)
    margin = margin_beside(ahead.score, held=False)
    fitted = [max(one.score, float(np.mean(one.train_scores))) for one in networks]
    own = np.mean([max(one.score, one.train_score) * (not one.broken) for one in runs])
    if ahead.score - max(*fitted, float(own)) <= margin:
        return None
    gap = compare(ahead.arm, arm_of(runs), rows)
    return Outdone(ahead.name, ahead.score, gap, margin, len(runs))
