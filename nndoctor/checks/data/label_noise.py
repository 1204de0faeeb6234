"""ND118: are rows labelled otherwise even where their class is surest?"""

from dataclasses import dataclass

import numpy as np

from ...findings import Finding, Status, Table
from ...trainable import Array
from ..measures.class_opinions import over_majority, told_rows
from ..measures.raw_table import RawTable
from .data_check import DataCheck, counted

SHOWN = 20


@dataclass(frozen=True)
class Surest:
    """Rows whose class small models are surest of, and those of them that are labelled otherwise:
    row, label, what it looks like, by how much the models prefer that.

    `error`: the share of all rows labelled otherwise; `gain`: the models' accuracy, 0 for naming
    the majority always, 1 for no error.
    """

    rows: int
    error: float
    gain: float
    surest: int
    otherwise: tuple[tuple[int, str, str, float], ...] = ()
    drawn: str = ""

    @property
    def share(self) -> float:
        """Of the surest rows, those labelled otherwise."""
        return len(self.otherwise) / self.surest if self.surest else np.nan

    @property
    def overlap(self) -> float:
        """The share that is left far from the border of two classes of logistic noise that overlap
        so that this `error` is made: the odds of the one squared are those of the other."""
        right = 1 - self.error
        return self.error**2 / (self.error**2 + right**2)

    @property
    def chance(self) -> float:
        """That overlap alone gives as many, as a binomial number."""
        from scipy.special import bdtrc  # a fifth of a second

        return float(bdtrc(len(self.otherwise) - 1, self.surest, self.overlap))


@dataclass(frozen=True)
class LabelNoise(DataCheck):
    """## What it does
    Asks two small models, never by the row's own label, for the class of each training row (linear
    discriminants and the nearest other rows), takes the quarter of each class that they are surest
    of, as far as it leads by a third, and counts the rows there that are labelled otherwise. Where
    classes merely overlap these get rare away from the border; wrong labels are everywhere.

    ## Why it matters
    Wrong labels set a ceiling to every score, and a large network memorises them. With a tenth of
    them wrong, the problem just looks hard: more training, a larger network or another learning
    rate do not help.

    ## What to do
    Look at the rows in the table and correct what is wrong. Where they are right, the features do
    not decide the class even there, as with outliers of heavy tails: what is missing is a feature.

    ## Source
    That a row's margin tells wrong labels from hard rows: Pleiss et al. 2020, Identifying
    Mislabeled Data using the Area Under the Margin Ranking, arXiv 2001.10528. The measure of
    overlap is ours: two classes of logistic noise, whose tails are heavier than those of normal
    ones, are wrong there in e^2 / (e^2 + (1 - e)^2) of the rows if they are in e of all.
    """

    code: str = "ND118"
    name: str = "label-noise"

    quarter: float = 0.25  # of each class, the farthest from its borders
    lead: float = 1 / 3  # of the first class over the second: what a third of wrong labels leaves
    chance: float = 0.001  # that overlap alone gives as many
    share: float = 0.05  # of the surest rows; fewer are rather odd rows, which ND116 names
    flat: float = 2 / 3  # of what it is over all rows: wrong labels are as many everywhere
    gain: float = 0.25  # over the majority; poorer models are sure of nothing
    rows: int = 100

    def skips(self, table: RawTable) -> str:
        """Only single classes have labels that can be named wrong."""
        if table.kind != "classification" or table.train.y.shape[1] > 1:
            return "the check needs one class per row"
        few = len(table.train.complete) < self.rows
        return f"{len(table.train.complete)} rows are too few" if few else ""

    def measure(self, table: RawTable) -> Surest:
        """By the lead of the first over the second class, which no row's own label is part of."""
        judged = table.judged
        rows, kinds, given = judged.rows, judged.kinds, judged.given
        if judged.opinions is None:
            return Surest(len(rows), np.nan, 0.0, 0)
        opinions = judged.opinions.many
        first = opinions.argmax(axis=1)
        second, best = np.sort(opinions, axis=1)[:, -2:].T
        lead, wrong = best - second, first != given
        sure = _surest(first, lead, self.quarter)
        sure = sure[lead[sure] >= self.lead]  # classes that are one and the same have no border
        there = sure[wrong[sure]]
        there = there[np.argsort(-lead[there], kind="stable")]
        return Surest(
            len(rows),
            float(wrong.mean()),
            over_majority(first, given),
            len(sure),
            told_rows(there, rows.numbers, given, first, lead, [table.labels[k] for k in kinds]),
            table.drawn(len(table.train.complete), len(rows)),
        )

    def judge(self, seen: Surest) -> Finding:
        """A warning where there are more than overlap leaves, about as many as everywhere."""
        if not seen.gain >= self.gain:
            return self.skip(
                "small models hardly beat the majority class, so labels can't be judged"
            )
        if not seen.surest:
            return self.skip("small models are not confident about any row")
        count = len(seen.otherwise)
        told = (
            f"of {counted(seen.surest, 'row')} whose class is surest {count} are labelled "
            f"otherwise ({seen.share:.1%}; of all rows {seen.error:.1%})"
        )
        everywhere = seen.share >= max(self.share, self.flat * seen.error)
        noisy = everywhere and not seen.chance > self.chance
        if noisy:
            left = f"class overlap would explain {seen.overlap:.1%}"
            told = f"labels look wrong: {told}, where {left}"
        caption = "look at these rows" + f"; {count - SHOWN} more" * (count > SHOWN)
        heads = ("row", "label", "looks like", "lead over the next class")
        return self.finding(
            Status.WARNING if noisy else Status.OK,
            told + seen.drawn,
            measured=seen.share,
            expected=seen.overlap,
            threshold=f"{self.share:.0%} of these rows, {self.flat:.2g} of the share of all rows, "
            f"and more than overlap gives with chance {self.chance:g}",
            source="Pleiss et al. 2020, arXiv 2001.10528; overlap of logistic classes",
            suggests=("labels_noisy", "labels_shuffled") if noisy else (),
            advice="look at these rows and correct what is wrong" if noisy else "",
            evidence=(Table("labelled otherwise", heads, seen.otherwise[:SHOWN], caption),)
            if noisy
            else (),
        )


def _surest(first: Array, lead: Array, share: float) -> Array:
    """The rows of largest lead, as large a share of each class that is first."""
    kept = []
    for kind in np.unique(first):
        rows = np.flatnonzero(first == kind)
        kept.append(rows[np.argsort(-lead[rows], kind="stable")][: round(share * len(rows))])
    return np.concatenate(kept)
