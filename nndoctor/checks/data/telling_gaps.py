"""ND123: does it tell the target whether a value is missing?"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ...findings import Finding, Status, Table, Where
from ...trainable import Array
from ..measures.raw_table import RawTable
from .data_check import DataCheck, named

MOST_ROWS = 50_000  # an effect of 0.02 is then beyond chance


@dataclass(frozen=True)
class Gap:
    """What is told of the target by a value of one column being missing.

    `effect`: Cramer's V of classes, or how much surer than even it is which side has the larger
    target; `without` and `with_value`: the share of the class named `what`, or the median.
    """

    column: str
    missing: int
    effect: float
    chance: float
    what: str
    without: float
    with_value: float
    drawn: str = ""


@dataclass(frozen=True)
class TellingGaps(DataCheck):
    """## What it does
    Compares the target of training rows that lack a value with that of the others, column by
    column: a chi-square test of classes, a rank test of numbers, the chance divided by the number
    of columns.

    ## Why it matters
    Values are seldom missing at random. Where missingness predicts the target, filling hides it,
    and dropping the rows leaves an untypical sample. If a value is missing because the outcome was
    already known, that is a leak.

    ## What to do
    Ask why these values are missing. Keep missingness as a feature of its own, or leave the column
    out if values go missing with the target or after it.

    ## Source
    Rubin 1976, Inference and Missing Data, Biometrika 63. Mann and Whitney 1947, Annals of
    Mathematical Statistics 18. An effect of 0.1 is "small": Cohen 1988, Statistical Power Analysis.
    """

    code: str = "ND123"
    name: str = "telling-gaps"

    effect: float = 0.1
    chance: float = 0.001  # of a false remark over all columns of a table
    rows: int = 10  # on either side

    def skips(self, table: RawTable) -> str:
        """One target, or one class a row."""
        if table.train.y.shape[1] > 1:
            return "there are several targets"
        return ""

    def measure(self, table: RawTable) -> tuple[Gap, ...]:
        """The columns with enough gaps, those that tell most first; their chance is over all."""
        rows = table.train.sample(MOST_ROWS, table.seed)
        there = np.isfinite(rows.y[:, 0])
        y, found = rows.y[there, 0], []
        for name, inputs in table.inputs_of.items():
            if any(table.profiles[j].missing for j in inputs):
                gaps = np.asarray(np.isnan(rows.x[:, inputs][there]).any(axis=1))
                if min(gaps.sum(), (~gaps).sum()) >= self.rows and np.ptp(y) > 0:
                    found.append(_gap(name, gaps, y, table))
        drawn = table.drawn(len(table.train), len(rows))
        corrected = [replace(one, chance=one.chance * len(found), drawn=drawn) for one in found]
        return tuple(sorted(corrected, key=lambda one: -one.effect))

    def judge(self, seen: Sequence[Gap]) -> Finding:
        """A note of what is beyond chance."""
        telling = [
            one for one in seen if not one.effect < self.effect and not one.chance > self.chance
        ]
        if not telling:
            told = "missing values do not depend on the target"
            if not seen:
                told = "no feature has enough missing values to tell"
            return self.finding(
                Status.OK, told, measured=max((g.effect for g in seen), default=0.0)
            )
        worst = telling[0]
        more = f"; likewise {named([one.column for one in telling[1:]])}" * (len(telling) > 1)
        rows = tuple((g.column, g.missing, g.what, g.without, g.with_value) for g in telling)
        heads = ("column", "missing", "of the target", "where missing", "elsewhere")
        return self.finding(
            Status.NOTE,
            f"missing values depend on the target: {_told(worst)}{more}{worst.drawn}",
            measured=worst.effect,
            expected=0.0,
            threshold=f"an effect of {self.effect:g}, with a chance below {self.chance:g}",
            source="Rubin 1976, Inference and Missing Data; Cohen 1988",
            where=Where(column=worst.column),
            advice="ask why they are missing; keep that as a feature if it is known in time",
            evidence=(Table("missing values and the target", heads, rows),),
        )


def _gap(name: str, gaps: Array, y: Array, table: RawTable) -> Gap:
    if table.kind == "regression":
        from scipy.stats import mannwhitneyu

        test = mannwhitneyu(y[gaps], y[~gaps], method="asymptotic")
        effect = abs(2 * test.statistic / (gaps.sum() * (~gaps).sum()) - 1)
        medians = float(np.median(y[gaps])), float(np.median(y[~gaps]))
        return Gap(name, int(gaps.sum()), float(effect), float(test.pvalue), "median", *medians)
    from scipy.special import chdtrc  # scipy.stats.chi2_contingency does the same, 0.5 s later

    kinds, number = np.unique(y, return_inverse=True)
    counts = np.array([np.bincount(number[side], minlength=len(kinds)) for side in (gaps, ~gaps)])
    expected = counts.sum(axis=1, keepdims=True) * counts.sum(axis=0) / counts.sum()
    statistic = float(((counts - expected) ** 2 / expected).sum())
    shares = counts / counts.sum(axis=1, keepdims=True)
    most = int(np.abs(shares[0] - shares[1]).argmax())
    if len(kinds) == 2:
        most = 1  # the class that is asked for, by custom
    label = table.labels[int(kinds[most])]
    effect = float(np.sqrt(statistic / len(y)))
    chance = float(chdtrc(len(kinds) - 1, statistic))
    told = float(shares[0, most]), float(shares[1, most])
    return Gap(name, int(gaps.sum()), effect, chance, f"class {label}", *told)


def _told(gap: Gap) -> str:
    """In the words of one who looks at the two kinds of rows."""
    if gap.what == "median":
        return (
            f"rows without '{gap.column}' have a median target of {gap.without:.4g}, the others "
            f"{gap.with_value:.4g}"
        )
    return (
        f"{gap.without:.0%} of rows without '{gap.column}' are of {gap.what}, but "
        f"{gap.with_value:.0%} of the others"
    )
