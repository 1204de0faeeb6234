"""What one training run recorded, whoever trained: plain arrays, one entry an update."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class FirstBad:
    """The first non-finite value of a run: at which update (0 is the first) and in which layer."""

    step: int
    layer: str


EXPLODED = 3.0  # times the first loss: CS231n lecture 5 (2016) breaks off there
LOOK = ("mean", "std", "zeros", "saturated", "gradient_norm", "update_norm", "weight_norm")


@dataclass(frozen=True)
class Trace:
    """The record of a run.

    loss[t]: the data loss of update t's batch before that update; rate[t]: its learning rate.
    looks [R, L, M]: what was seen of each of `layers` at the updates `look_steps` [R], in the
    columns LOOK; norms are Euclidean, of the weights without biases. score[t]: that of the rows of
    loss[t], where it was asked for.
    """

    loss: NDArray[np.float64]
    rate: NDArray[Any]
    first_bad: FirstBad | None = None
    layers: tuple[str, ...] = ()
    look_steps: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    looks: NDArray[np.float64] = field(default_factory=lambda: np.zeros((0, 0, len(LOOK))))
    score: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))

    @property
    def updates(self) -> int:
        """How many updates were made; none follows a loss that is not finite."""
        broken = len(self.loss) > 0 and not np.isfinite(self.loss[-1])
        return len(self.loss) - int(broken)
