"""Two trainings compared: arms of runs over seeds and rows, their difference and its interval.

The only place where it is decided whether one training does better than another. Its error covers
the rows that scores were taken on as well as the seeds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from .trainable import Array

ALPHA = 0.05  # one-sided, for all looks at one question together
# A question may be asked anew with more seeds: its error is spent over the looks (Bonferroni, so
# that it holds however they depend on each other). Pilot runs decide large differences.
LOOKS: dict[int, float] = {3: 0.01, 5: 0.015, 10: 0.025}
RELEVANT = 0.02  # in units of the score: no smaller difference is a cause, whatever its p


class Split(StrEnum):
    """How the rows that runs are scored on hang together."""

    NEW = "new"  # each seed splits the same rows anew
    FIXED = "fixed"  # all seeds are scored on the same held-out rows
    TRAINING = "training"  # scored on the rows that were trained on: says nothing of others


@dataclass(frozen=True)
class Arm:
    """The runs of one set-up, one a seed.

    `scores` [S]. `left_out` [S, G]: the same with each of G groups of rows left out. `draws`: runs
    of one draw (same start, rows and batches) count once; () where all differ but for what the
    other arm says. `lost`: which have learned nothing; () where all have.
    """

    scores: Array
    left_out: Array
    draws: tuple[str, ...] = ()
    lost: tuple[bool, ...] = ()


@dataclass(frozen=True)
class Rows:
    """Where the scores of two arms come from; `ratio`: rows scored on over rows trained on."""

    split: Split
    ratio: float = 0.0


@dataclass(frozen=True)
class Difference:
    """A mean difference of scores with its standard error, in degrees of freedom `df` of a t."""

    mean: float
    error: float
    df: float

    def lower(self, alpha: float = ALPHA) -> float:
        """What it exceeds but with this probability."""
        return self.mean - self._width(alpha)

    def upper(self, alpha: float = ALPHA) -> float:
        """What it stays below but with this probability."""
        return self.mean + self._width(alpha)

    def interval(self, alpha: float = ALPHA) -> tuple[float, float]:
        """Two-sided: in all but this share of samples the true difference lies in it.

        Scores lie between 0 and 1, and their differences between -1 and 1.
        """
        low, high = self.lower(alpha / 2), self.upper(alpha / 2)
        return (max(low, -1.0), min(high, 1.0)) if np.isfinite(high) else (low, high)

    def shows(self, margin: float, alpha: float = ALPHA) -> bool:
        """Whether it is shown to be larger than the margin; NaN is not."""
        return self.lower(alpha) > margin

    def excludes(self, margin: float, alpha: float = ALPHA) -> bool:
        """Whether it is shown to be smaller than the margin; NaN is not."""
        return self.upper(alpha) < margin

    def _width(self, alpha: float) -> float:
        from scipy.special import stdtrit  # half a second that only comparing pays

        if not np.isfinite(self.error):
            return np.inf
        return float(stdtrit(self.df, 1 - alpha)) * self.error if self.error > 0 else 0.0


UNKNOWN = Difference(0.0, np.inf, 1.0)


def compare(high: Arm, low: Arm, rows: Rows) -> Difference:
    """`high` minus `low`, paired by seed; of one draw alone nothing is known (infinite error).

    Seeds that split the same rows anew share most of them, so that the variance of the mean is
    (1 / J + rows scored / rows trained) times that over the J seeds: Nadeau & Bengio 2003,
    "Inference for the Generalization Error", equation 7; a t with J - 1 degrees of freedom is exact
    where all pairs of seeds correlate by scored / (scored + trained). Of the rows comes only the
    variance among seeds on which the same arms learn: whether one is lost is drawn with its start,
    which no two seeds share. On fixed rows the variance of the rows (a jackknife over groups of
    them) adds to that of the seeds, with degrees of freedom after Satterthwaite 1946.
    """
    at = _draws(high, low)
    gaps = _by_draw(high.scores - low.scores, at)
    count = len(gaps)
    if count < 2:
        return Difference(float(gaps.mean()) if count else np.nan, np.inf, 1.0)
    mean, seeds = float(gaps.mean()), float(gaps.var(ddof=1))
    if rows.split is Split.TRAINING:
        return Difference(mean, float(np.sqrt(seeds / count)), count - 1.0)
    groups = _by_draw(high.left_out - low.left_out, at)
    of_rows, parts = _jackknife(groups), groups.shape[1]
    if rows.split is Split.NEW:
        lost = np.array([_lost(high)[one[0]] * 2 + _lost(low)[one[0]] for one in at])
        variance = seeds / count + rows.ratio * _within(gaps, lost)
        # scores on few rows come in steps, so that seeds can agree by chance
        if variance >= of_rows:
            return Difference(mean, float(np.sqrt(variance)), count - 1.0)
        return Difference(mean, float(np.sqrt(of_rows)), max(parts - 1.0, 1.0))
    shares = np.array([seeds / count, of_rows])
    df = np.array([count - 1.0, max(parts - 1.0, 1.0)])
    total = float(shares.sum())
    joint = total**2 / float((shares**2 / df).sum()) if total > 0 else count - 1.0
    return Difference(mean, float(np.sqrt(total)), joint)


def level(one: Arm, rows: Rows) -> Difference:
    """The mean score of one set-up, as its difference to 0."""
    nothing = Arm(np.zeros_like(one.scores), np.zeros_like(one.left_out), one.draws)
    return compare(one, nothing, rows)


def shown(
    differences: Sequence[Difference], margin: float = RELEVANT, alpha: float = ALPHA
) -> list[bool]:
    """Which of several differences are shown, with one error for all (Holm 1979)."""
    found = [False] * len(differences)
    order = sorted(range(len(found)), key=lambda at: -_evidence(differences[at], margin))
    for rank, at in enumerate(order):
        if not differences[at].shows(margin, alpha / (len(found) - rank)):
            break
        found[at] = True
    return found


def chance_of_f(f: Array, between: float, within: float) -> Array:
    """How often chance gives such an F or a larger one; 1 where nothing is free within groups."""
    from scipy.special import fdtrc

    return np.asarray(fdtrc(between, within, f)) if within > 0 else np.ones(np.shape(f))


def arm(
    scores: Sequence[float],
    left_out: Sequence[Array],
    draws: Sequence[str] = (),
    lost: Sequence[bool] = (),
) -> Arm:
    """Of the runs of one set-up, in the order of their seeds."""
    given = np.asarray(scores, np.float64), np.asarray(left_out, np.float64)
    return Arm(*given, tuple(draws), tuple(lost))


def _draws(high: Arm, low: Arm) -> list[Array]:
    """For each distinct pair of draws the seeds that have it."""
    stated = [one.draws for one in (high, low) if one.draws]
    pairs: list[object] = [*zip(*stated, strict=True)] or [*range(len(high.scores))]
    return [
        np.array([at for at, pair in enumerate(pairs) if pair == name])
        for name in dict.fromkeys(pairs)
    ]


def _by_draw(values: Array, at: Sequence[Array]) -> Array:
    """Means over the seeds of each draw [J, ...]."""
    return np.array([values[one].mean(axis=0) for one in at])


def _lost(one: Arm) -> Array:
    return np.array(one.lost or np.zeros(len(one.scores)), bool)


def _within(gaps: Array, kinds: Array) -> float:
    """Their variance but for what the means of the kinds differ in."""
    apart = [gaps[kinds == one] - gaps[kinds == one].mean() for one in np.unique(kinds)]
    return float(sum((one**2).sum() for one in apart) / (len(gaps) - 1))


def _jackknife(groups: Array) -> float:
    """The variance of the mean over the runs that comes from the rows (Efron & Stein 1981)."""
    mean, parts = groups.mean(axis=0), groups.shape[1]
    if parts < 2:
        return 0.0
    return float((parts - 1) / parts * ((mean - mean.mean()) ** 2).sum())


def _evidence(one: Difference, margin: float) -> float:
    """Larger is stronger: the level at which it would be shown orders as t over its freedom."""
    from scipy.special import stdtr

    if not np.isfinite(one.mean) or not np.isfinite(one.error):
        return -np.inf
    if one.error == 0:
        return np.inf if one.mean > margin else -np.inf
    return float(stdtr(one.df, (one.mean - margin) / one.error))
