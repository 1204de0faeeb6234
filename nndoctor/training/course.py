"""How a whole run goes, and after which of its epochs it is looked at."""

from dataclasses import dataclass

import numpy as np

from .nominal import forward_seconds, update_seconds

SURE = 100  # looks are this part of the epochs made apart at most, so that no curve is coarse
SHARE = 0.05  # of the time may go into looks beyond those
LOOKING = 4e-4  # nominal seconds of a look, however small the network


@dataclass(frozen=True)
class Course:
    """How a whole run goes: `patience` 0: no early stopping; `budget` in seconds.

    `watch`: what early stopping asks to improve, as a recipe names it.

    Validation rows are asked, and decisions taken, every `validate_every` epochs and after the
    last; None: after each of the first, later as often as it costs little. `snapshots`: how many
    states are kept for an ensemble, evenly spaced, the last included. `break_off`: it ends where
    the loss stays above three times the first. `look_every`: so many updates lie between looks at
    the layers, 0: none.
    """

    epochs: int
    epoch_updates: int
    validate_every: int | None = None
    patience: int = 0
    min_delta: float = 0.0
    watch: str = "validation_loss"
    budget: float = np.inf
    snapshots: int = 0
    break_off: bool = True
    look_every: int = 0

    @property
    def updates(self) -> int:
        """All updates together."""
        return self.epochs * self.epoch_updates

    @property
    def restores(self) -> bool:
        """Whether the network gets the parameters of its best epoch back."""
        return self.patience > 0 and self.watch != "training_loss"

    @property
    def kept(self) -> frozenset[int]:
        """The epochs after which a state is kept."""
        parts = range(1, self.snapshots + 1)
        return frozenset(round(self.epochs * part / self.snapshots) for part in parts)

    def next_look(self, epoch: int, most: int) -> int:
        """The first epoch after this one that is looked at; `most`: how far apart they may be.

        Which are looked at never depends on the clock, on the epochs to come, or on where the run
        was stopped and went on.
        """
        apart = self.validate_every or min(most, power_of_two(epoch // SURE))
        return min((epoch // apart + 1) * apart, self.epochs)

    def looked_at(self, epoch: int, most: int) -> bool:
        """Whether this one is."""
        return self.next_look(epoch - 1, most) == epoch


def power_of_two(number: float) -> int:
    """The highest that is not above it; 1 at least."""
    return 1 << max(int(number).bit_length() - 1, 0)


def far_apart(parameters: int, layers: int, rows: int, updates: int, held: int) -> int:
    """So many epochs apart, looks at `held` rows take less than their share of nominal time.

    An epoch has `updates` on `rows`. A power of two.
    """
    epoch = updates * update_seconds(parameters, layers, rows / updates)
    look = forward_seconds(parameters, held) + LOOKING
    return 2 * power_of_two(look / (SHARE * epoch)) if look > SHARE * epoch else 1
