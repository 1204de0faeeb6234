"""The plateau schedule: a factor on the learning rate that falls once the loss stops falling."""

import math
from dataclasses import dataclass


@dataclass
class Plateau:
    """PyTorch's ReduceLROnPlateau in mode min with a relative threshold and no cooldown.

    `eps`: a smaller change of the factor is left out; PyTorch's 1e-8 is of the rate itself, so its
    equal is 1e-8 / rate. What follows it is the state.
    """

    factor: float = 0.1
    patience: int = 10
    min_delta: float = 1e-4
    eps: float = 1e-8
    best: float = math.inf
    waited: int = 0
    current: float = 1.0

    def observe(self, loss: float) -> float:
        """The factor after one more epoch with this loss; NaN and infinity are no progress."""
        if -math.inf < loss < self.best * (1 - self.min_delta):
            self.best, self.waited = loss, 0
        else:
            self.waited += 1
        if self.waited > self.patience:
            lower = self.current * self.factor
            if self.current - lower > self.eps:
                self.current, self.waited = lower, 0
        return self.current

    @property
    def spent(self) -> bool:
        """Whether a cut is due that is too small to be made."""
        return self.waited > self.patience

    @property
    def state(self) -> tuple[float, int, float]:
        """What a checkpoint has to keep: best loss, epochs waited since, factor now."""
        return self.best, self.waited, self.current

    @state.setter
    def state(self, kept: tuple[float, int, float]) -> None:
        best, waited, current = kept
        self.best, self.waited, self.current = float(best), int(waited), float(current)
