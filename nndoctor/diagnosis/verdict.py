"""Healthy, sick or undecided: one function of what was shown."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..comparison import ALPHA, LOOKS, Difference
from ..findings import Verdict
from .confirmed import Confirmed
from .evidence import MARGIN
from .laboratory import arm_of
from .references import Reference
from .subject import Run
from .trials import count_lost

LOST_SEEDS = 2  # that learn nothing though the reference does: one may be chance
# Share of the reference's score that a training which is judged on its own rows may lose: to fit
# them less closely than a network without a penalty does may be what other rows would ask for.
UNLEARNED = 0.25


@dataclass(frozen=True)
class State:
    """What is known of a subject beside its reference.

    `gap`: reference minus subject, on confirmation where that was made. Of all `seeds` it was
    trained on, as many `broken` that ended in NaN or far above their first loss, as many `lost`
    that learned next to nothing. `gained`: what the prescription was shown to bring on
    confirmation. `meaningless`: a contradiction that makes any score worthless. `speaks`: something
    else does for a loss, or more seeds might. `alpha`: the error that this look may make.
    `margin`: what it may lose. `reached`: the better of the two scores, 0 being that of guessing.
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

    @property
    def next_to_nothing(self) -> bool:
        """Whether what has learned nothing would pass as well."""
        return self.reached <= self.margin

    @property
    def dies(self) -> bool:
        """Whether training breaks or gets nowhere on some seeds."""
        return self.broken > 0 or self.lost >= LOST_SEEDS


def state_of(
    runs: Sequence[Run],
    reference: Reference,
    gap: Difference,
    confirmed: Confirmed | None,
    margin: float,
    meaningless: bool = False,
    speaks: bool = False,
) -> State:
    """Of the search, and of the confirmation where that was made; `gap` is that of the search."""
    again: tuple[Run, ...] = (*confirmed.earlier, *confirmed.before) if confirmed else ()
    bar = confirmed.reference if confirmed else reference
    return State(
        gap=confirmed.in_rounds if confirmed is not None else gap,
        lost=count_lost(runs, reference.score) + count_lost(again, bar.score),
        broken=sum(one.broken for one in (*runs, *again)),
        seeds=len(runs) + len(again),
        gained=confirmed.gain if confirmed is not None and confirmed.improves else None,
        meaningless=meaningless,
        speaks=confirmed is None or not confirmed.exhausted or speaks,
        alpha=confirmed.alpha if confirmed is not None else LOOKS.get(len(runs), ALPHA),
        margin=margin,
        reached=max(bar.score, float(arm_of(again or runs).scores.mean())),
    )


def margin_beside(reference: float, held: bool) -> float:
    """What a training may lose beside a reference of this score before it is called sick."""
    return MARGIN if held else max(MARGIN, UNLEARNED * reference)


def verdict(state: State) -> Verdict:
    """Sick: shown to be worse by more than the margin, or seeds are lost, or nothing it reaches
    means anything. Undecided: the interval spans the margin and something speaks for a loss, as one
    lost seed does, or guessing is as near to the reference."""
    if state.meaningless or state.dies or state.gap.shows(state.margin, state.alpha):
        return Verdict.SICK
    gains = state.gained is not None and state.gained.shows(state.margin, state.alpha)
    if state.next_to_nothing:  # the references may be too weak to say what can be learned
        return Verdict.SICK if gains else Verdict.UNDECIDED
    if state.gap.excludes(state.margin, state.alpha):
        return Verdict.HEALTHY
    if gains:
        return Verdict.SICK
    open_ = (state.speaks or state.lost > 0) and state.gap.mean > state.margin
    return Verdict.UNDECIDED if open_ else Verdict.HEALTHY
