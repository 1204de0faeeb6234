"""What a diagnosis needs of a thing that can be trained: a recipe today, people's own models next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

import numpy as np

from ..trace import Trace
from ..trainable import Array, LayerStats
from .interventions import Intervention

Change = Mapping[str, Any]  # dotted key -> value in the subject's own form; None removes the key


class Part(StrEnum):
    """Which rows a run may use: those of the search, or all with the confirmation part judged."""

    SEARCH = "search"
    CONFIRMATION = "confirmation"


@dataclass(frozen=True)
class Refused:
    """An intervention that a subject can't make, and why."""

    reason: str


@dataclass(frozen=True)
class Inside:
    """What was seen of one run's layers: untrained, trained, and in between.

    `gradients`: norm of the first over that of the last hidden layer at the start, NaN where there
    are less than two. `moved`: |theta - theta0| / |theta0|.
    """

    before: tuple[LayerStats, ...]
    after: tuple[LayerStats, ...]
    trace: Trace
    gradients: float
    moved: float


@dataclass(frozen=True)
class Run:
    """One training: scores on held-out and on training rows, 0 is chance and 1 perfect.

    Curves hold the score at each look, the last one at the end; `held_curve` is () where nothing is
    held out. `left_out`: the last score of the judged rows with each of G groups of them left out
    [G]. `draw`: equal where start, rows and batches of two runs were equal.
    """

    held_curve: tuple[float, ...]
    train_curve: tuple[float, ...]
    held_left_out: Array
    train_left_out: Array
    loss: float
    diverged: bool
    updates: int
    draw: str = ""
    inside: Inside | None = None

    def curve(self, held: bool) -> tuple[float, ...]:
        """On held-out rows or on training rows."""
        return self.held_curve if held else self.train_curve

    def score(self, held: bool) -> float:
        """At the end."""
        return self.curve(held)[-1]

    def left_out(self, held: bool) -> Array:
        """The scores with groups of rows left out [G]."""
        return self.held_left_out if held else self.train_left_out

    def area(self, held: bool) -> float:
        """The mean over the looks: how soon it got there."""
        return float(np.mean(self.curve(held)))


class Subject(Protocol):
    """A thing that can be trained, changed, and compared component by component with another."""

    def run(self, seed: int, part: Part, looks: Sequence[int] = (), inside: bool = False) -> Run:
        """One whole training from this seed; raises Interrupted where the user breaks off."""

    def apply(self, intervention: Intervention) -> "Subject | Refused":
        """Changed so, or why that can't be done."""

    def swap(self, component: str, donor: "Subject") -> "Subject | Refused":
        """With this component as it is in the donor."""

    @property
    def cost(self) -> float:
        """Nominal seconds of work of one whole run."""

    @property
    def change(self) -> Change:
        """What was changed since the subject was given."""
