"""When is it sick, when is it cured, what counts as a difference: pure functions of scores."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

ERRORS = 2.0  # standard errors that a difference has to exceed
FLOOR = 0.01  # a standard error can't be known better than this from a few seeds
LOWEST = 2 / 3  # share of the reference below which it is sick, whatever else speaks
LOW = 0.75  # below which a seed, or a sound set-up with one aspect of the recipe, is far off
MIDDLING = 0.9  # below it a strong suspicion has to speak too; above it nothing is missing
COLLAPSED = 0.5  # a seed below this share of the reference has not learnt
MATTERS = 0.05  # share of the reference below which a difference is not worth telling


@dataclass(frozen=True)
class Difference:
    """Paired by seed: the mean, and its standard error."""

    mean: float
    error: float

    @property
    def real(self) -> bool:
        """Whether it exceeds the spread over the seeds."""
        return self.mean > ERRORS * self.error


def difference(high: Sequence[float], low: Sequence[float]) -> Difference:
    """`high` minus `low`, [S] each, of the same seeds."""
    gaps = np.asarray(high, float) - np.asarray(low, float)
    error = gaps.std(ddof=1) / np.sqrt(len(gaps)) if len(gaps) > 1 else 0.0
    return Difference(float(gaps.mean()), max(float(error), FLOOR))


@dataclass(frozen=True)
class Health:
    """How a set-up does beside its reference; `share`: its mean score over the reference's."""

    share: float
    gap: Difference
    collapsed: int

    def sick(self, strong: bool, pathology: bool) -> bool:
        """`strong`: a strong suspicion stands; `pathology`: dead or saturated layers were seen."""
        if not self.gap.real:
            return False
        middling = self.share < MIDDLING and strong
        return self.share < LOWEST or middling or (self.collapsed > 0 and pathology)

    @property
    def close(self) -> bool:
        """Whether a few more seeds could turn the verdict."""
        return self.collapsed > 0 or LOW - 0.15 < self.share < MIDDLING + 0.05


def health(scores: Sequence[float], reference: Sequence[float]) -> Health:
    """Scores against the reference's on the same seeds; of nothing, nothing is missing."""
    bar = float(np.mean(reference))
    collapsed = sum(
        score < COLLAPSED * other for score, other in zip(scores, reference, strict=True)
    )
    share = float(np.mean(scores)) / bar if bar > 0 else 1.0
    return Health(share, difference(reference, scores), collapsed)


def cures(
    after: Sequence[float], before: Sequence[float], reference: Sequence[float]
) -> bool:  # fmt: skip
    """Healthy, on every seed, and better than before by more than the spread."""
    now = health(after, reference)
    well = now.share >= MIDDLING or (now.share >= LOW and not now.gap.real)
    return well and now.collapsed == 0 and improves(after, before, reference)


def solid(after: Sequence[float], reference: Sequence[float]) -> bool:
    """Near the reference, and no seed far below it."""
    far = any(score < LOW * other for score, other in zip(after, reference, strict=True))
    return health(after, reference).share >= MIDDLING and not far


def improves(after: Sequence[float], before: Sequence[float], reference: Sequence[float]) -> bool:
    """Better by more than the spread, and by more than what is worth telling."""
    gain = difference(after, before)
    return gain.real and gain.mean > MATTERS * float(np.mean(reference))


def recovery(
    after: Sequence[float], before: Sequence[float], reference: Sequence[float]
) -> tuple[float, float]:
    """The share of the lost score that came back, 0..1, and its standard error."""
    lost = max(float(np.mean(reference) - np.mean(before)), 1e-6)
    gain = difference(after, before)
    return float(np.clip(gain.mean / lost, 0.0, 1.0)), min(gain.error / lost, 1.0)


def eliminate(
    members: Sequence[str], works: Callable[[Sequence[str]], bool]
) -> list[str]:  # fmt: skip
    """A smallest set that still works, left out one by one, first come first dropped."""
    kept = list(members)
    for member in members:
        rest = [one for one in kept if one != member]
        if rest and works(rest):
            kept = rest
    return kept
