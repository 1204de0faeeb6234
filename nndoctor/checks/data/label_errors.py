"""ND116: which labels are probably wrong?"""

from dataclasses import dataclass

import numpy as np

from ...findings import Finding, Status, Table
from ..measures.class_opinions import over_majority, told_rows
from ..measures.raw_table import RawTable
from .data_check import DataCheck, counted

SHOWN = 20


@dataclass(frozen=True)
class Doubts:
    """Rows whose label both models doubt, the most doubtful first: row, label, suggested label,
    probability of the label.

    `gain` is the models' accuracy out of fold: 0 for naming the majority always, 1 for no error.
    """

    rows: int
    gain: float
    doubted: tuple[tuple[int, str, str, float], ...]
    drawn: str = ""


@dataclass(frozen=True)
class LabelErrors(DataCheck):
    """## What it does
    Asks two small models, out of fold, what class each training row should have: linear
    discriminants and the ten nearest other rows. A label is doubted where their joint probability
    of another class reaches what is usual for that class and the given label is very unlikely.

    ## Why it matters
    Wrong labels set a ceiling to every score, and a large network memorises them. A few percent of
    the labels of well-known benchmarks are wrong.

    ## What to do
    Look at the rows in the table, the most doubtful first, and correct what is wrong. A rare but
    correct case looks the same: don't drop rows without looking.

    ## Source
    Northcutt, Jiang and Chuang 2021, Confident Learning: Estimating Uncertainty in Dataset Labels,
    JAIR 70, arXiv 1911.00068.
    """

    code: str = "ND116"
    name: str = "label-errors"

    certain: float = 0.05  # joint probability of the label, at most
    gain: float = 0.5  # over the majority; poorer models have no say
    share: float = 0.015  # of the rows; below lies what is merely odd in clean data
    fewest: int = 4
    rows: int = 100

    def skips(self, table: RawTable) -> str:
        """Only single classes have labels that can be named wrong."""
        if table.kind != "classification" or table.train.y.shape[1] > 1:
            return "the check needs one class per row"
        few = len(table.train.complete) < self.rows
        return f"{len(table.train.complete)} rows are too few" if few else ""

    def measure(self, table: RawTable) -> Doubts:
        """Confident learning over the joint probabilities of both models."""
        judged = table.judged
        rows, kinds, given = judged.rows, judged.kinds, judged.given
        if judged.opinions is None:
            return Doubts(len(rows), 0.0, ())
        joint = judged.opinions.few
        own = joint[np.arange(len(given)), given]
        usual = np.array([own[given == k].mean() for k in range(len(kinds))])
        other = joint.argmax(axis=1)
        doubted = (other != given) & (joint.max(axis=1) >= usual[other]) & (own <= self.certain)
        order = np.flatnonzero(doubted)[np.argsort(own[doubted], kind="stable")]
        return Doubts(
            len(rows),
            over_majority(other, given),
            told_rows(order, rows.numbers, given, other, own, [table.labels[k] for k in kinds]),
            table.drawn(len(table.train.complete), len(rows)),
        )

    def judge(self, seen: Doubts) -> Finding:
        """A note, never more: only a person can say what is right."""
        if not seen.gain >= self.gain:
            return self.skip(
                "small models hardly beat the majority class, so labels can't be judged"
            )
        count = len(seen.doubted)
        share = count / seen.rows
        enough = count >= self.fewest and share >= self.share
        told = f"{counted(count, 'label')} of {seen.rows} probably wrong ({share:.1%})"
        more = count - SHOWN
        caption = "look at these rows, the most doubtful first" + f"; {more} more" * (more > 0)
        heads = ("row", "label", "looks like", "probability of the label")
        return self.finding(
            Status.NOTE if enough else Status.OK,
            (told if enough else "labels agree with the predictions of small models") + seen.drawn,
            measured=share,
            expected=0.0,
            threshold=f"below {self.share:.1%} of the rows or {self.fewest} rows, else a note",
            source="Northcutt et al. 2021, Confident Learning, arXiv 1911.00068",
            suggests=("labels_noisy",) if enough else (),
            advice="look at these rows and correct what is wrong" if enough else "",
            evidence=(Table("doubtful labels", heads, seen.doubted[:SHOWN], caption),)
            if enough
            else (),
        )
