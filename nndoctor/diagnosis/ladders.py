"""Ladders of interventions, climbed alone or on top of other changes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..comparison import RELEVANT
from .causes import CAUSES
from .evidence import MARGIN, Evidence, Kind, Level, Row
from .subject import Refused, Subject
from .trials import Bench, Op, Trial

DEARER = 2.0  # times the work of the recipe as it is
FALLING = 2  # rungs in a row that bring less than the best or do harm, after which a ladder ends
SINGLE_SHARE = 0.25  # of the work, that no single trial may cost


@dataclass
class Ladders:
    """Those of all causes over one bench; `rank`: which causes come first.

    `sayable`: whether only what the subject's user can write is tried.
    """

    bench: Bench
    evidence: Evidence
    rank: Callable[[str], float]
    sayable: bool = False

    def allows(self, subject: Subject) -> bool:
        """Whether it may be tried."""
        return subject.sayable or not self.sayable

    def causes_of(self, component: str) -> list[str]:
        """Causes with a ladder that sit in a component, the likeliest first."""
        return self._ranked(lambda cause: CAUSES[cause].component == component)

    def strong_beside(self, component: str) -> list[str]:
        """What is strongly suspected and sits elsewhere, such as what a layer of it shows."""
        return self._ranked(
            lambda cause: CAUSES[cause].component != component and self.strong(cause)
        )

    def strong(self, cause: str) -> bool:
        """Whether much speaks for it before it is tested."""
        return self.evidence.level(cause) >= Level.STRONG

    def _ranked(self, wanted: Callable[[str], bool]) -> list[str]:
        known = [name for name, one in CAUSES.items() if one.ladder and wanted(name)]
        return sorted(known, key=lambda cause: -self.rank(cause))

    def climb(self, cause: str, others: Sequence[Op] = (), cheap: bool = False) -> Trial | None:
        """The rungs of a ladder until they bring less; the best of them, the mildest that passes.

        `others`: changes made besides. `cheap`: something cures already, so that dearer changes
        are no news.
        """
        if CAUSES[cause].component in {one.component for one in others}:
            return None  # it is not the recipe's own any more
        best: Trial | None = None
        reason, lower = "", 0
        strong = self.strong(cause)
        for intervention in CAUSES[cause].ladder:
            ops = (*others, Op(cause, intervention))
            subject = self.bench.changed(ops)
            if isinstance(subject, Refused):
                reason = reason or subject.reason
                continue
            if not self.allows(subject):
                continue
            if why := self.too_dear(subject, cheap):
                reason = reason or why
                break
            trial = self.attempt(ops, thorough=strong and best is None)
            if trial is None:
                continue
            if best is not None and best.passes:
                if not (trial.passes and trial.gain.mean > best.gain.mean + RELEVANT):
                    break
                best = trial
                continue
            worse = best is not None and best.gain.mean > MARGIN and trial.merit <= best.merit
            lower = lower + 1 if worse or trial.gain.mean < -MARGIN else 0
            if best is None or trial.passes or trial.merit > best.merit:
                best = trial
            if lower >= FALLING:
                break
        if best is None and reason and strong and not others:
            self.evidence.add(Row(cause, Kind.NOT_TESTED, reason))
        return best

    def attempt(self, ops: Sequence[Op], thorough: bool = False) -> Trial | None:
        """These changes together; None where they can't be made."""
        if self.sayable:
            subject = self.bench.changed(ops)
            if isinstance(subject, Refused) or not subject.sayable:
                return None
        trial = self.bench.trial(ops, thorough)
        return None if isinstance(trial, Refused) else trial

    def too_dear(self, subject: Subject, cheap: bool = False) -> str:
        """Why it is not trained; "" where it is."""
        budget, given = self.bench.laboratory.budget, self.bench.given
        if cheap and subject.cost > DEARER * given.cost:
            return "a cheaper change cures"
        if len(self.bench.seeds) * subject.cost > SINGLE_SHARE * budget.work:
            return f"it would take more than {SINGLE_SHARE:.0%} of the time budget"
        return ""
