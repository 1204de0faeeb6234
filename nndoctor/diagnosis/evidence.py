"""The evidence table: every suspicion, test and refutation is a row, and a cause's status follows.

No status is assigned anywhere; what is not in a row is not known.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

from ..comparison import ALPHA, Difference, shown
from .context import Context
from .status import Status

MARGIN = 0.05  # of the score: what a training loses beside another before it is called sick
HINT = 0.1  # error at which a gain beyond the margin on confirmation still speaks for a cause


class Kind(StrEnum):
    """Where a row of evidence comes from."""

    SUSPICION = "suspicion"  # a finding, the recipe or a run speaks for it; nothing was tested
    CONTRADICTION = "contradiction"  # recipe or data contradict themselves
    SCREENED = "screened"  # a test of the search, on the rows and seeds that chose it
    CONFIRMATION = "confirmation"  # a test on seeds, and where there are enough rows, never used
    NOT_TESTED = "not tested"
    IMPOSSIBLE = "impossible"  # what the runs did leaves no room for it, whatever its change brings


class Level(IntEnum):
    """How much speaks for a cause before it is tested."""

    GENERIC = 0
    WEAK = 1
    STRONG = 2


@dataclass(frozen=True)
class Row:
    """One piece of evidence on one cause.

    `gain`: the score with the cause's intervention minus that without, None where nothing was
    compared. `own`: whether what was changed is the cause's own intervention, and not a whole
    component that other causes sit in, too. `blind`: nothing was learned with the intervention
    either, so that one cause of several could not show itself.
    """

    cause: str
    kind: Kind
    text: str = ""
    level: Level = Level.GENERIC
    findings: tuple[str, ...] = ()
    gain: Difference | None = None
    context: Context = Context.ALONE
    own: bool = True
    blind: bool = False


@dataclass
class Evidence:
    """`opposites`: causes that exclude each other. `observable`: those that a run would show.
    `alpha`: the error of the confirmation."""

    opposites: Mapping[str, str] = field(default_factory=dict)
    observable: frozenset[str] = frozenset()
    alpha: float = ALPHA
    rows: list[Row] = field(default_factory=list)

    def add(self, *rows: Row) -> None:
        """More of it."""
        self.rows.extend(rows)

    def of(self, cause: str, *kinds: Kind) -> list[Row]:
        """The rows on one cause, in order."""
        return [row for row in self.rows if row.cause == cause and (not kinds or row.kind in kinds)]

    @property
    def causes(self) -> list[str]:
        """All that any row is on, in order."""
        return list(dict.fromkeys(row.cause for row in self.rows))

    @property
    def certain(self) -> frozenset[str]:
        """Those that need no test, since recipe or data contradict themselves."""
        return frozenset(row.cause for row in self.rows if row.kind is Kind.CONTRADICTION)

    def level(self, cause: str) -> Level:
        """The most that speaks for it without a test."""
        rows = self.of(cause, Kind.SUSPICION, Kind.CONTRADICTION)
        return max((row.level for row in rows), default=Level.GENERIC)

    def gain(self, cause: str) -> Difference | None:
        """The largest gain that is shown on confirmation; None where none is."""
        return max(self._shown(cause), key=lambda one: one.mean, default=None)

    def status(self, cause: str) -> Status:
        """What follows from the rows, and from nothing else.

        Confirmed: its own intervention gained more than is irrelevant on confirmation, with one
        error for all that were claimed there, its opposite did not gain as much, and it was seen
        where a run would show it. Ruled out: it was tested where something is learned, and every
        such test leaves no room for a gain beyond the margin.
        """
        if self.of(cause, Kind.CONTRADICTION):
            return Status.CERTAIN
        if self._confirmed(cause):
            return Status.CONFIRMED
        other = self.opposites.get(cause, "")
        if self._confirmed(other):
            return Status.UNKNOWN
        rows = self.of(cause, Kind.SCREENED, Kind.CONFIRMATION)
        tests = [row.gain for row in rows if row.gain and not row.blind]
        if tests and all(one.excludes(MARGIN) for one in tests):
            return Status.RULED_OUT
        gained = self.likely(cause) or any(
            one.mean > MARGIN for row in self.of(cause, Kind.SCREENED) if (one := row.gain)
        )
        if (self.level(cause) >= Level.STRONG or gained) and self.tenable(cause):
            return Status.SUSPECTED
        return Status.UNKNOWN

    def likely(self, cause: str) -> bool:
        """Whether it helped on confirmation by more than the margin, though that is not sure."""
        rows = self.of(cause, Kind.CONFIRMATION)
        gains = [row.gain for row in rows if row.gain and row.context is not Context.SPARED]
        return any(one.mean > MARGIN and one.shows(0.0, HINT) for one in gains)

    def refuted(self, cause: str) -> bool:
        """Whether it helped in the search and did not on confirmation."""
        rows = self.of(cause, Kind.CONFIRMATION)
        return bool(rows) and not self._shown(cause)

    def _confirmed(self, cause: str) -> bool:
        return bool(self._shown(cause)) and self.tenable(cause)

    def tenable(self, cause: str) -> bool:
        """Whether it can be what its intervention helped against: not where its opposite helped as
        much, nor where the runs leave no room for it or none shows what it would."""
        if self.of(cause, Kind.IMPOSSIBLE):
            return False
        said = self.of(cause, Kind.SUSPICION, Kind.CONTRADICTION)
        seen = cause not in self.observable or any(row.text for row in said)
        return seen and not self.beaten(cause)

    def beaten(self, cause: str) -> bool:
        """Whether its opposite has as much: of gains on confirmation, else of the search; where
        neither helped, of what speaks for them."""
        other = self.opposites.get(cause)
        if other is None or not self.of(other):
            return False
        for kind in (Kind.CONFIRMATION, Kind.SCREENED):
            mine, theirs = self._best(cause, kind) or 0.0, self._best(other, kind) or 0.0
            if max(mine, theirs) > 0:
                return theirs >= mine
        first = self.causes.index(cause) < self.causes.index(other)
        return (self.level(other), not first) > (self.level(cause), first)

    def _best(self, cause: str, kind: Kind) -> float | None:
        """The largest mean gain of its own intervention."""
        gains = [row.gain.mean for row in self.of(cause, kind) if row.gain and row.own]
        return max(gains, default=None)

    def _shown(self, cause: str) -> list[Difference]:
        """What spoils a sound set-up has to cost it what makes a training sick; and where a cure
        leaves it as it is, it costs this one nothing."""
        claims = [row for row in self.rows if row.kind is Kind.CONFIRMATION and row.gain]
        told = shown([row.gain for row in claims if row.gain], alpha=self.alpha)
        return [
            row.gain
            for row, sure in zip(claims, told, strict=True)
            if sure
            and row.own
            and row.cause == cause
            and row.gain
            and row.context is not Context.SPARED
            and (row.context is not Context.SOUND or row.gain.shows(MARGIN, self.alpha))
        ]


def placebo_named(evidence: Evidence, placebo: str) -> bool:
    """Whether a change without substance would be named."""
    return evidence.status(placebo) in (Status.CONFIRMED, Status.SUSPECTED)


def strongest(rows: Iterable[Row]) -> tuple[str, ...]:
    """What speaks for a cause, in words, each once."""
    return tuple(dict.fromkeys(row.text for row in rows if row.text))
