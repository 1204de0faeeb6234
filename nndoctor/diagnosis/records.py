"""What a diagnosis consists of: causes, gains, what was not tested, and the sides it compares."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..findings import Status
from .status import Status as CauseStatus

if TYPE_CHECKING:
    from ..comparison import Difference

Edits = Mapping[str, Any]


@dataclass(frozen=True)
class Gain:
    """A difference of scores with its interval of 95 %."""

    mean: float
    low: float
    high: float

    @classmethod
    def of(cls, difference: "Difference") -> "Gain":
        """As a comparison found it."""
        return cls(difference.mean, *difference.interval())

    def __str__(self) -> str:
        if not math.isfinite(self.low):
            return f"{self.mean:+.2f} (one run only)"
        return f"{self.mean:+.2f} ({self.low:+.2f} to {self.high:+.2f})"

    def to_dict(self) -> dict[str, Any]:
        """For machines."""
        low, high = self.ends
        return {"mean": self.mean, "low": low, "high": high}

    @property
    def ends(self) -> tuple[float | None, float | None]:
        """Of its interval; None for infinity, which has no place in JSON."""
        low, high = (end if math.isfinite(end) else None for end in (self.low, self.high))
        return low, high


@dataclass(frozen=True)
class NamedCause:
    """One cause with its status, which follows from the evidence alone.

    `gain`: what its intervention brought, on confirmation where that was made (`tested_on`).
    `context`: in what it was made, a `Context`; "" where it was not. `recovery`: the share of the
    gap to the reference that the gain is. `change`: the edits of that intervention. `cost`: its
    work over that of the recipe. `pair`: both recipes of the comparison where it was not made
    alone. `shared`: other causes lie in what was changed there.
    """

    cause: str
    status: CauseStatus
    proof: str = ""
    gain: Gain | None = None
    tested_on: str = ""
    context: str = ""
    recovery: float | None = None
    why: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()
    change: Edits = field(default_factory=dict)
    advice: str = ""
    cures: bool = False
    cost: float | None = None
    pair: tuple[str, str] | None = None
    refuted: bool = False
    shared: bool = False

    @property
    def confirmed(self) -> bool:
        """By experiment."""
        return self.status is CauseStatus.CONFIRMED

    @property
    def certainty(self) -> str:
        """For people: confirmed by experiment, certain without one, or suspected."""
        return str(self.status.value)


@dataclass(frozen=True)
class Alternative:
    """Another single change that cured in the search; `cost`: its work over that of the recipe."""

    cause: str
    change: Edits
    gain: Gain
    cost: float | None = None


@dataclass(frozen=True)
class Improvement:
    """A change that was shown to bring more to a healthy network.

    `cause`: what it would remove; "" where no run shows that.
    """

    cause: str
    words: str
    change: Edits
    gain: Gain


@dataclass(frozen=True)
class NotTested:
    """A cause that was not tried, and why."""

    cause: str
    why: str


@dataclass(frozen=True)
class Side:
    """One side of a comparison: means, and the deviation over the seeds."""

    score: float
    score_spread: float
    loss: float
    scores: tuple[float, ...] = ()


@dataclass(frozen=True)
class Reached:
    """What one kind of reference reaches: mean, and the deviation over the seeds."""

    name: str
    score: float
    spread: float


@dataclass(frozen=True)
class Optimism:
    """Scores where equal rows stand on both sides of the split, and where they are kept apart.

    `more`: by how much the first are higher; `shown`: whether that is no chance.
    """

    mixed: float
    apart: float
    more: Gain
    shown: bool


@dataclass(frozen=True)
class Step:
    """One step of the examination: how it ended, None where nothing is judged, what was seen."""

    name: str
    status: Status | None
    seen: str
