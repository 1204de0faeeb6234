"""What a diagnosis needs of a thing that can be trained: a recipe, or other people's models."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol, Self

import numpy as np

from ..comparison import Rows
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
    [G]. `exploded`: it ended at several times its first loss. `draw`: equal where start, rows and
    order of two runs were equal.
    """

    held_curve: tuple[float, ...]
    train_curve: tuple[float, ...]
    left_out: Array
    loss: float
    diverged: bool
    updates: int
    exploded: bool = False
    draw: str = ""
    inside: Inside | None = None

    @property
    def curve(self) -> tuple[float, ...]:
        """On the judged rows: held-out ones where there are any."""
        return self.held_curve or self.train_curve

    @property
    def score(self) -> float:
        """On the judged rows, at the end."""
        return self.curve[-1]

    @property
    def train_score(self) -> float:
        """On training rows, at the end."""
        return self.train_curve[-1]

    @property
    def broken(self) -> bool:
        """Whether it ended in NaN, infinity or far above where it began."""
        return self.diverged or self.exploded

    @property
    def area(self) -> float:
        """The mean over the looks: how soon it got there."""
        return float(np.mean(self.curve))


@dataclass(frozen=True)
class Tabular:
    """The rows of one run as arrays for models of another kind.

    x and judged_x [B, D] standardised by the training rows; y and judged_y as the truth is decoded:
    class numbers [B], switches [B, K] or numbers in the target's own units [B, T]. `alike`: how
    many rows tell no more of others than one does, where groups of them share their targets.
    """

    x: Array
    y: Array
    judged_x: Array
    judged_y: Array
    alike: float = 1.0


class Subject(Protocol):
    """A thing that can be trained, changed, and compared component by component with another."""

    @property
    def key(self) -> str:
        """Equal for subjects that train alike."""

    @property
    def text(self) -> str:
        """The subject as its user would write it."""

    @property
    def kind(self) -> str:
        """Classification, multilabel or regression."""

    @property
    def updates(self) -> int:
        """How many updates a whole run makes."""

    @property
    def cost(self) -> float:
        """Nominal seconds of work of one whole run."""

    @property
    def change(self) -> Change:
        """What was changed since the subject was given."""

    @property
    def sayable(self) -> bool:
        """Whether its user can write all that was changed: not each library has a word for it."""

    def run(self, seed: int, part: Part, looks: Sequence[int] = (), inside: bool = False) -> Run:
        """One whole training from this seed; raises Interrupted where the user breaks off."""

    def apply(self, intervention: Intervention) -> Self | Refused:
        """Changed so, or why that can't be done."""

    def swap(self, component: str, donor: Self) -> Self | Refused:
        """With this component as it is in the donor; refused where the two don't differ in it."""

    def thinner(self, share: float) -> Self | Refused:
        """With this share of its rows, and so much shorter; refused where too few would be left."""

    def mixed(self) -> Self | Refused:
        """Split with equal rows on both sides; refused where they are not kept apart."""

    def sound(self, rate: float, updates: int) -> Self:
        """The same rows and task in a standard set-up that is known to be good."""

    @property
    def judged_on(self) -> str:
        """Which rows scores are taken on, in words."""

    def between(self, part: Part) -> Rows:
        """How the judged rows of several seeds hang together."""

    def rows(self, seed: int, part: Part) -> Tabular:
        """The rows of a run for models of another kind."""

    def agreement(self, truth: Array, guess: Array) -> float:
        """The score of decoded answers, as in runs."""
