"""Steps 3 and 4: references and the recipe as it is, on as many seeds as the decision needs."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np

from ..findings import Finding, Status
from ..watch import Interrupted
from . import decisions
from .laboratory import Budget
from .references import Reference, beats_chance, best, references
from .trial import Outcome, Patient, train_all, work

SEEDS = 3
MORE_SEEDS = 5  # where the decision is close
MOST_SEEDS = 10  # where seeds disagree: three misjudge one set-up in forty, five one in a hundred
HINT, DEVIATIONS = 1.5, 3.0  # of luck: from where more seeds may decide, and where they did
LOOKING = 0.5  # of the budget on the clock, beyond which no more seeds are looked at
# What spoils some seeds and not others.
FICKLE = {
    "learning_rate_too_high", "dead_relu", "exploding_gradient", "too_deep", "vanishing_gradient",
}  # fmt: skip


@dataclass(frozen=True)
class Seen:
    """The references, the recipe as it is, and on which rows both are judged."""

    references: tuple[Reference, ...]
    plain: tuple[Outcome, ...]
    held: bool
    learnable: bool
    unsure: bool = False

    @property
    def reference(self) -> Reference:
        """The best on the rows that are judged."""
        return best(self.references, self.held)

    @property
    def bar(self) -> tuple[float, ...]:
        """Its scores [S]."""
        return self.reference.scores(self.held)

    @property
    def share(self) -> float:
        """The recipe's mean score over the reference's."""
        return float(np.mean(self.scores)) / max(float(np.mean(self.bar)), 1e-9)

    @property
    def scores(self) -> tuple[float, ...]:
        """Those of the recipe as it is [S]."""
        return tuple(one.score(self.held) for one in self.plain)


def look(patient: Patient, findings: Sequence[Finding], spent: Budget, jobs: int = 1) -> Seen:
    """More seeds where it is close, and where `findings` tell of what spoils some seeds only."""
    fickle = any(set(f.suggests) & FICKLE for f in findings if f.status is not Status.OK)
    affordable = int(spent.work / work(patient.plain))
    seen = _look(patient, patient.seeds(min(max(affordable, 1), SEEDS)), jobs, spent)
    with suppress(Interrupted):
        while (wanted := _seeds_wanted(seen, fickle)) > (made := len(seen.plain)):
            if spent.seconds * wanted / made > LOOKING * spent.limit:
                break
            further = _look(patient, patient.seeds(wanted)[made:], jobs, spent)
            seen = _more(patient, seen, further)
    return seen


def _look(patient: Patient, seeds: Sequence[int], jobs: int, spent: Budget) -> Seen:
    found = tuple(references(patient, seeds, jobs))
    patient.watch.stage(f"training as it is, {len(seeds)} seeds")
    plain = tuple(train_all(patient, {}, seeds, jobs, inside=True))
    spent.runs += len(plain)
    spent.updates += sum(one.updates for one in plain)
    spent.spent += work(patient.plain) * len(plain)
    return _judged(patient, found, plain)


def _judged(
    patient: Patient, found: tuple[Reference, ...], plain: tuple[Outcome, ...]
) -> Seen:  # fmt: skip
    """On which rows the recipe can be judged, if on any."""
    outer, inner = best(found, True), best(found, False)
    held = beats_chance(patient, outer, True, DEVIATIONS)
    # with rows held out, what holds on none of them is nothing learnt
    open_ = not patient.plain.validation
    learnable = held or (open_ and beats_chance(patient, inner, False, HINT))
    unsure = not held and beats_chance(patient, outer, True, HINT)
    return Seen(found, plain, held, learnable, unsure)


def enough(patient: Patient) -> bool:
    """Whether there are so many rows that a perfect score on them can't be luck."""
    return len(patient.dataset) > DEVIATIONS**2


def _more(patient: Patient, seen: Seen, further: Seen) -> Seen:
    """Further seeds of the same patient; rows that could be judged stay those that are judged."""
    both = zip(seen.references, further.references, strict=True)
    longer = tuple(
        Reference(
            one.name,
            one.held + two.held,
            one.train + two.train,
            one.last + two.last,
        )
        for one, two in both
    )
    plain = seen.plain + further.plain
    if seen.held:
        return replace(seen, references=longer, plain=plain)
    return _judged(patient, longer, plain)


def _seeds_wanted(seen: Seen, fickle: bool) -> int:
    """More where the decision is close, most where some seeds learn and others don't.

    `fickle`: something was seen beforehand that spoils some seeds and not others.
    """
    if seen.unsure:
        return MOST_SEEDS
    if not seen.learnable:
        return SEEDS
    state, made = decisions.health(seen.scores, seen.bar), len(seen.plain)
    if made > SEEDS and 0 < state.collapsed < made:
        return MOST_SEEDS
    if fickle and state.share > decisions.LOW:
        return MOST_SEEDS
    return MORE_SEEDS if state.close else SEEDS
