"""Healthy, sick or undecided: one function of what was shown."""

from dataclasses import dataclass

from ..comparison import ALPHA, LOOKS, Difference
from ..findings import Verdict
from .confirmed import Confirmed
from .evidence import MARGIN
from .laboratory import arm_of
from .look import Look
from .outdone import Outdone
from .subject import Run
from .trials import count_lost

LOST_SEEDS = 2  # that learn nothing though the reference does: one may be chance


@dataclass(frozen=True)
class State:
    """What is known of a subject beside its reference.

    `gap`: reference minus subject, on confirmation where that was made. Of all `seeds` it was
    trained on, as many `broken` that ended in NaN or far above their first loss, as many `lost`
    that learned next to nothing. `gained`: what the prescription was shown to bring on
    confirmation. `meaningless`: a contradiction that makes any score worthless. `speaks`: something
    else does for a loss, or more seeds might. `alpha`: the error that this look may make.
    `margin`: what it may lose. `reached`: the better of the two scores, 0 being that of guessing.
    `outdone`: by a simple model, as the reference is.
    """

    gap: Difference
    lost: int = 0
    broken: int = 0
    seeds: int = 0
    gained: Difference | None = None
    meaningless: bool = False
    speaks: bool = False
    alpha: float = ALPHA
    margin: float = MARGIN
    reached: float = 1.0
    outdone: Outdone | None = None

    @property
    def next_to_nothing(self) -> bool:
        """Whether what has learned nothing would pass as well."""
        return self.reached <= self.margin

    @property
    def dies(self) -> bool:
        """Whether training breaks or gets nowhere on some seeds."""
        return self.broken > 0 or self.lost >= LOST_SEEDS


def state_of(
    look: Look, confirmed: Confirmed | None, meaningless: bool = False, speaks: bool = False
) -> State:
    """Of the search, and of the confirmation where that was made."""
    again: tuple[Run, ...] = (*confirmed.earlier, *confirmed.before) if confirmed else ()
    bar, runs = confirmed.reference if confirmed else look.reference, look.runs
    return State(
        gap=confirmed.in_rounds if confirmed is not None else look.gap,
        lost=look.lost + count_lost(again, bar.score),
        broken=sum(one.broken for one in (*runs, *again)),
        seeds=len(runs) + len(again),
        gained=confirmed.gain if confirmed is not None and confirmed.improves else None,
        meaningless=meaningless,
        speaks=confirmed is None or not confirmed.exhausted or speaks,
        alpha=confirmed.alpha if confirmed is not None else LOOKS.get(len(runs), ALPHA),
        margin=look.margin,
        reached=max(bar.score, float(arm_of(again or runs).scores.mean())),
        outdone=look.outdone,
    )


def verdict(state: State) -> Verdict:
    """Sick: shown to be worse by more than the margin, or far worse than a simple model, or seeds
    are lost, or nothing it reaches means anything. Undecided: the interval spans the margin and
    something speaks for a loss, as one lost seed does, or guessing is as near to the reference."""
    far = state.outdone is not None and state.outdone.shown
    if state.meaningless or state.dies or far or state.gap.shows(state.margin, state.alpha):
        return Verdict.SICK
    gains = state.gained is not None and state.gained.shows(state.margin, state.alpha)
    if state.next_to_nothing:  # the references may be too weak to say what can be learned
        return Verdict.SICK if gains else Verdict.UNDECIDED
    if state.gap.excludes(state.margin, state.alpha):
        return Verdict.HEALTHY if state.outdone is None else Verdict.UNDECIDED
    if gains:
        return Verdict.SICK
    least = MARGIN if state.lost else state.margin
    open_ = (state.speaks or state.lost > 0) and state.gap.mean > least
    return Verdict.UNDECIDED if open_ or state.outdone is not None else Verdict.HEALTHY
