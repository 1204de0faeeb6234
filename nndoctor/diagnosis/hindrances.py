"""What holds a healthy recipe back: strong suspects whose change makes it better, or far faster."""

from collections.abc import Sequence

from . import decisions
from .laboratory import Laboratory
from .search import Found
from .suspicions import Level, Suspicion
from .trial import Outcome

# What holds a network back on its training rows may do so on purpose.
RESTRAINTS = {
    "over_regularised", "dropout_too_high", "early_stopping_too_early", "too_few_epochs",
    "capacity_too_small", "batch_size_too_small", "batch_size_too_large",
}  # fmt: skip


def hindrances(laboratory: Laboratory, strong: dict[str, Suspicion]) -> Found:
    """Strong suspects whose change makes a healthy run better, on held-out or training rows."""
    singles = {}
    laboratory.watch.stage("trying one change at a time", len(strong))
    for at, cause in enumerate(strong):
        laboratory.watch.advance(at, cause)
        if (test := laboratory.single(cause, thorough=True)) is not None:
            singles[cause] = test
    better = [cause for cause, test in singles.items() if _better(laboratory, cause, test.outcomes)]
    better.sort(key=lambda cause: -strong[cause].order)
    contradicting = [c for c in singles if strong[c].level is Level.CONTRADICTION]
    first = next(iter([*better, *contradicting]), None)
    cure = singles[first] if first is not None else None
    return Found(tuple(better), (), cure, singles)


def _better(laboratory: Laboratory, cause: str, outcomes: Sequence[Outcome]) -> bool:
    held, bar = laboratory.held, laboratory.reference
    after = [one.score(held) for one in outcomes]
    inner, outer = [one.score(False) for one in outcomes], laboratory.before
    if decisions.improves(after, outer, bar) or _far_slower(laboratory, outcomes):
        return True
    worse = decisions.improves(outer, after, bar) and cause in RESTRAINTS
    return not worse and decisions.improves(
        inner, [one.score(False) for one in laboratory.plain], [1.0]
    )


def _far_slower(laboratory: Laboratory, outcomes: Sequence[Outcome]) -> bool:
    """Whether the recipe as it is takes far longer to get where these got."""
    now, then = (
        [one.area(laboratory.held) for one in runs] for runs in (outcomes, laboratory.plain)
    )
    state = decisions.health(then, now)
    return state.gap.real and state.share < decisions.LOW
