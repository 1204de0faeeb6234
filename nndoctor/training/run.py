"""What a whole training run was: its updates, its epochs, and why it ended."""

from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from ..trace import FirstBad, Trace
from ..trainable import Array


class Ending(StrEnum):
    """Why a run ended; `sentence` says it to people."""

    COMPLETED = "completed"
    CONVERGED = "converged"
    EARLY_STOPPED = "early_stopped"
    PLATEAU = "plateau"
    EXPLODED = "exploded"
    NON_FINITE_LOSS = "non_finite_loss"
    BUDGET = "budget"
    INTERRUPTED = "interrupted"

    @property
    def sentence(self) -> str:
        """What it means."""
        return SENTENCES[self]

    @property
    def can_go_on(self) -> bool:
        """Whether a resumed run would make further updates."""
        return self in (Ending.BUDGET, Ending.INTERRUPTED)


SENTENCES = {
    Ending.COMPLETED: "all epochs were run",
    Ending.CONVERGED: "the full-batch optimizer could not lower the loss any further",
    Ending.EARLY_STOPPED: "what early stopping watches did not improve within its patience",
    Ending.PLATEAU: "the loss stopped falling, and the schedule had cut its rate to almost 0",
    Ending.EXPLODED: "the loss stayed above three times that of the untrained network",
    Ending.NON_FINITE_LOSS: "the loss became NaN or infinite",
    Ending.BUDGET: "the time budget was used up",
    Ending.INTERRUPTED: "the user interrupted it",
}


@dataclass(frozen=True)
class Epoch:
    """What was seen of an epoch: losses without penalty, and scores.

    On training rows the means over the epoch, while it trained, with dropout, noise and all; on
    validation rows what the network was worth after it, NaN where there are none. Number 0 is the
    untrained network; full-batch optimizers are measured after their update.
    """

    number: int
    updates: int
    rate: float
    loss: float
    score: float
    validation_loss: float = np.nan
    validation_score: float = np.nan

    @property
    def watched(self) -> float:
        """The loss that decides: on validation rows where there are any."""
        return self.loss if np.isnan(self.validation_score) else self.validation_loss

    @property
    def watched_score(self) -> float:
        """The score of the same rows."""
        return self.score if np.isnan(self.validation_score) else self.validation_score


@dataclass(frozen=True)
class Run:
    """A whole run; `best`: the epoch whose parameters the network has now, where restored."""

    trace: Trace
    epochs: tuple[Epoch, ...]
    ending: Ending
    best: Epoch | None = None


@dataclass
class Progress:
    """How far a run has come: all that a checkpoint needs besides the network itself.

    `kept`: the parameters after some epochs, by their number, for an ensemble. `looks` at the
    layers, as a trace has them, are not kept in a checkpoint. `ended`: how a run ended that has
    nothing to go on with.
    """

    epochs: list[Epoch] = field(default_factory=list)
    losses: list[Array] = field(default_factory=list)
    rates: list[Array] = field(default_factory=list)
    scores: list[Array] = field(default_factory=list)
    best: Epoch | None = None
    best_arrays: dict[str, Array] = field(default_factory=dict)
    plateau: tuple[float, int, float] = (np.inf, 0, 1.0)
    first_bad: FirstBad | None = None
    kept: dict[int, dict[str, Array]] = field(default_factory=dict)
    look_steps: list[Array] = field(default_factory=list)
    looks: list[Array] = field(default_factory=list)
    updates: int = 0
    ended: Ending | None = None

    def trace(self, layers: tuple[str, ...]) -> Trace:
        """All updates as one trace."""
        empty = [np.zeros(0)]
        losses, rates, scores = (
            np.concatenate(empty + parts) for parts in (self.losses, self.rates, self.scores)
        )
        return Trace(losses, rates, self.first_bad, layers, score=scores)
