"""What one trial came to."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np

from .parameter import Inner


class Outcome(StrEnum):
    """How a trial ended."""

    COMPLETE = "complete"
    LOSER = "loser"
    BROKEN = "broken"
    INVALID = "invalid"


@dataclass(frozen=True)
class Trial:
    """Values tried, and the validation scores they reached by epoch.

    `inner` are the values as the study holds them, `values` by key of the recipe. `reason` says why
    it broke or can't be run; `epochs` how many it would have had.
    """

    stage: int
    number: int
    inner: Mapping[str, Inner]
    values: Mapping[str, Any]
    epochs: int
    outcome: Outcome
    scores: tuple[tuple[int, float], ...] = ()
    reason: str = ""
    seconds: float = 0.0

    @property
    def score(self) -> float:
        """The last score; NaN where training broke or never began, so that it never wins."""
        return self.scores[-1][1] if self.sound and self.scores else np.nan

    @property
    def sound(self) -> bool:
        """Whether it trained as far as it went."""
        return self.outcome in (Outcome.COMPLETE, Outcome.LOSER)

    @property
    def trained(self) -> int:
        """Epochs that were made, as far as they were scored."""
        return self.scores[-1][0] if self.scores else 0
