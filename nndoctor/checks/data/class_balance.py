"""ND111: are all classes there, and in what shares?"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...findings import Finding, Status, Table
from ...trainable import Array
from ..measures.raw_table import RawTable
from .data_check import DataCheck, counted, named


@dataclass(frozen=True)
class Classes:
    """Rows of each class; `single` where a row has one class, else each label has its own share.

    `elsewhere`: classes that only rows held out have, `held`: how many rows.
    """

    names: tuple[str, ...]
    counts: tuple[int, ...]
    rows: int
    single: bool = True
    elsewhere: int = 0
    held: int = 0


@dataclass(frozen=True)
class ClassBalance(DataCheck):
    """## What it does
    Counts the training rows of each class: the accuracy of predicting the majority class, the ratio
    of the largest class to the smallest, classes with few rows, classes that never occur and those
    that only held-out rows have.

    ## Why it matters
    With one class there is nothing to learn. Where one class holds nearly all rows, always
    predicting it is hard to beat, and an accuracy that sounds high means little. A class with a
    handful of rows is memorised at best.

    ## What to do
    Compare accuracy with that of the majority class; weight the loss, or oversample the rare
    classes; collect more of them; if some classes never occur, check how labels were made.

    ## Source
    He and Garcia 2009, Learning from Imbalanced Data, IEEE TKDE 21. Ratio 3: Tensight and SageMaker
    Debugger warn at 10, which many sound tables exceed; a majority of 90 % is what we warn at.
    """

    code: str = "ND111"
    name: str = "class-balance"

    majority: float = 0.9
    ratio: float = 3.0
    few: int = 10  # rows of a class

    def skips(self, table: RawTable) -> str:
        """A regression has no classes."""
        return "a regression has no classes" if table.kind == "regression" else ""

    def measure(self, table: RawTable) -> Classes:
        """Counts over the training rows whose target is not missing."""
        y = table.train.y[np.isfinite(table.train.y).all(axis=1)]
        if table.kind == "multilabel":
            return Classes(table.targets, tuple(map(int, (y > 0.5).sum(axis=0))), len(y), False)
        counts = np.bincount(y[:, 0].astype(np.int64), minlength=len(table.labels))
        held = [part.y[:, 0] for part in (table.validation, table.test) if part is not None]
        seen = np.concatenate([y[:0, 0], *held])
        new = seen[np.isfinite(seen)].astype(np.int64)
        new = new[counts[new] == 0]
        only = len(np.unique(new))
        return Classes(table.labels, tuple(map(int, counts)), len(y), True, only, len(new))

    def judge(self, seen: Classes) -> Finding:
        """An error where nothing is to be told apart, a warning where one class is nearly all."""
        counts = np.asarray(seen.counts)
        return self._of_classes(seen, counts) if seen.single else self._of_labels(seen, counts)

    def _of_classes(self, seen: Classes, counts: Array) -> Finding:
        largest, there = int(counts.argmax()), counts[counts > 0]
        share = float(counts[largest] / max(seen.rows, 1))
        ratio = float(there.max() / there.min()) if len(there) else 1.0
        absent = [name for name, n in zip(seen.names, seen.counts, strict=True) if not n]
        rare = [n for n, count in zip(seen.names, counts, strict=True) if 0 < count < self.few]
        told = (
            f"predicting the majority class {seen.names[largest]} is right for {share:.1%} of rows"
        )
        suggests: tuple[str, ...] = ("class_imbalance",)
        if len(there) < 2:
            status, suggests = Status.ERROR, ("degenerate_labels",)
            told = f"all {seen.rows} rows are of class {seen.names[largest]}: nothing to learn"
            if seen.elsewhere:
                told += "; the others are only in held-out rows"
            elif len(counts) > 2:  # many were promised: numbers were scaled, or lost their decimals
                suggests = ("labels_wrong_encoding", "degenerate_labels")
                told += f", where {len(counts)} classes are declared"
        elif seen.held >= self.few:  # fewer may be all that there are of a class
            status, suggests = Status.WARNING, ("train_test_mismatch",)
            told = (
                f"{counted(len(absent), 'class')} of {len(counts)} without training rows: "
                f"{named(absent)}; {seen.held} held-out rows are of such a class"
            )
        elif len(absent) > len(counts) / 2:
            status, suggests = Status.WARNING, ("degenerate_labels",)
            told = f"{len(absent)} of {len(counts)} classes never occur: {named(absent)}"
        elif not share < self.majority:
            status = Status.WARNING
        elif absent:
            status, suggests = Status.NOTE, ("degenerate_labels",)
            told = (
                f"{counted(len(absent), 'class')} of {len(counts)} without training rows: "
                f"{named(absent)}"
            )
        elif rare and seen.rows >= 2 * self.few * len(counts):
            status, told = Status.NOTE, f"fewer than {self.few} rows of class {named(rare)}; {told}"
        elif ratio >= self.ratio:
            status = Status.NOTE
            told = f"the largest class has {ratio:.3g} times as many rows as the smallest; {told}"
        else:
            status, suggests = Status.OK, ()
        return self.finding(
            status,
            told,
            measured=share,
            expected=1 / max(len(counts), 1),
            threshold=f"majority below {self.majority:.0%} of rows, else a warning; ratio below "
            f"{self.ratio:g}, else a note",
            source="majority: our choice; ratio: Tensight",
            suggests=suggests,
            advice="" if status is Status.OK else _advice(suggests),
            evidence=(self._table(seen),),
        )

    def _of_labels(self, seen: Classes, counts: Array) -> Finding:
        fixed = [name for name, n in zip(seen.names, counts, strict=True) if n in (0, seen.rows)]
        shares = np.maximum(counts, seen.rows - counts) / max(seen.rows, 1)
        worst = float(shares.max())
        told = (
            f"the more frequent value of each label covers {shares.min():.1%} to "
            f"{worst:.1%} of rows"
        )
        status = Status.OK if worst < self.majority else Status.NOTE  # rare labels are usual
        if fixed:
            status = Status.ERROR if len(fixed) == len(counts) else Status.WARNING
            told = f"{counted(len(fixed), 'label')} with one value in every row: {named(fixed)}"
        suggests = ("degenerate_labels",) if fixed else ("class_imbalance",)
        return self.finding(
            status,
            told,
            measured=worst,
            threshold=f"below {self.majority:.0%}, else a note; a warning where a label never "
            "changes",
            source="He and Garcia 2009",
            suggests=() if status is Status.OK else suggests,
            advice="" if status is Status.OK else _advice(suggests),
            evidence=(self._table(seen),),
        )

    def _table(self, seen: Classes) -> Table:
        rows = tuple(
            (name, count, count / max(seen.rows, 1))
            for name, count in zip(seen.names, seen.counts, strict=True)
        )
        return Table("classes", ("class" if seen.single else "label", "rows", "share"), rows)


def _advice(suggests: Sequence[str]) -> str:
    if "train_test_mismatch" in suggests:
        return "shuffle the rows before the last ones are held out, or split at random"
    if "degenerate_labels" in suggests:
        return "check how the labels were made: a wrong column, or class numbers that were scaled?"
    return "compare with the majority class; weight the loss or oversample the rare classes"
