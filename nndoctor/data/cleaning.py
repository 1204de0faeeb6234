"""Rows that miss something: kept, left out, or refused by name, as the user wants it."""

import numpy as np

from nndoctor.errors import DataError, Mistake
from nndoctor.trainable import Array

from .dataset import Dataset, is_missing

MOST = 5  # columns named one by one
CELLS = 1 << 20  # looked at in one piece, so that no mask as big as the table is made


def cleaned(dataset: Dataset, missing: str = "fill", drop_unlabelled: bool = False) -> Dataset:
    """The rows that can be trained on.

    A missing input stays with "fill", its row goes with "drop", "refuse" raises DataError. A
    missing target raises DataError, unless its row goes.
    """
    bad_x = _Bad(dataset.x if missing != "fill" else dataset.x[:, :0])  # nobody asks for them
    bad_y = _Bad(dataset.y)
    drop_targets = drop_unlabelled or missing == "drop"
    refused = [] if drop_targets else bad_y.mistakes(dataset.targets, "target", _DROP_UNLABELLED)
    if missing == "refuse":
        refused += bad_x.mistakes(dataset.origins or dataset.columns, "column", _FILL)
    if refused:
        raise DataError.of(_few(refused))
    bad = (bad_x.rows if missing == "drop" else False) | (
        bad_y.rows if drop_targets else np.zeros(len(dataset), bool)
    )
    if not bad.any():
        return dataset
    dropped, rows = int(bad.sum()), len(dataset)
    if rows - dropped < 2:
        raise DataError(
            f"{dropped} of {rows} rows have missing values, which leaves {rows - dropped}",
            "--missing fill keeps them"
            if missing == "drop" and bad_y.rows.sum() < rows - 1
            else "is it the right target?",
        )
    return dataset.rows(~bad).noted(
        f"{rows - dropped} of {rows} rows stay: {dropped} {'is' if dropped == 1 else 'are'} left "
        "out, for missing or infinite values"
    )


def incomplete(dataset: Dataset) -> Array:
    """Which rows have a missing or infinite value [N]."""
    return _Bad(dataset.x).rows | _Bad(dataset.y).rows


def answered(dataset: Dataset) -> Array:
    """Which rows have a target [N]."""
    return ~_Bad(dataset.y).rows


_DROP_UNLABELLED = "--set data.drop_unlabelled=true leaves those rows out, {rows} of {all}"
_FILL = "--missing fill fills them in, --missing drop leaves those rows out, {rows} of {all}"


def _few(mistakes: list[Mistake]) -> list[Mistake]:
    """The first mistakes; what is to be done stands once, at the end."""
    shown = [Mistake(mistake.problem) for mistake in mistakes[:MOST]]
    more = len(mistakes) - MOST
    if more > 0:
        shown.append(Mistake(f"and {more} more columns like these"))
    return [*shown[:-1], Mistake(shown[-1].problem, mistakes[0].hint)]


class _Bad:
    """Which rows [N] of a table have a bad value; how many, and the first, by column [D]."""

    def __init__(self, values: Array) -> None:
        n, d = values.shape
        self.values = values
        self.rows = np.zeros(n, bool)
        self.counts = np.zeros(d, np.int64)
        self.first = np.full(d, n)
        if values.dtype.kind in "biu":
            return
        step = max(1, CELLS // max(d, 1))
        for start in range(0, n, step):
            piece = values[start : start + step]
            bad = is_missing(piece) if piece.dtype == object else ~np.isfinite(piece)
            if bad.any():
                self.rows[start : start + step] = bad.any(axis=1)
                self.counts += bad.sum(axis=0)
                here = np.where(bad.any(axis=0), start + bad.argmax(axis=0), n)
                self.first = np.minimum(self.first, here)

    def mistakes(self, names: tuple[str, ...], kind: str, hint: str) -> list[Mistake]:
        told = hint.format(rows=int(self.rows.sum()), all=len(self.rows))
        firsts = {names[j]: j for j in np.flatnonzero(self.counts)[::-1]}  # parts miss together
        return [
            Mistake(
                f"{kind} '{names[j]}' has {self.counts[j]} missing or infinite values, "
                f"the first in row {self.first[j] + 1}: {_shown(self.values[self.first[j], j])}",
                told,
            )
            for j in sorted(firsts.values())
        ]


def _shown(value: object) -> str:
    return "missing" if value is None or value != value else str(value)
