"""scikit-learn's patience: each epoch has to gain so much on the best so far, however that came."""

import math
from dataclasses import dataclass


@dataclass
class Patience:
    """Counts epochs in a row without such a gain, as `MLPClassifier` does with tol.

    So many small gains that add up are no progress here. What follows `min_delta` is the state.
    """

    most: int
    min_delta: float
    best: float = math.inf
    waited: int = 0

    def spent_after(self, value: float, epochs: int) -> bool:
        """Whether it is spent where so many more epochs led to this value; NaN is no progress."""
        self.waited = 0 if value <= self.best - self.min_delta else self.waited + epochs
        self.best = min(value, self.best) if not math.isnan(value) else self.best
        return self.waited > self.most
