"""Missing and infinite values: refused by name, or left out when asked for."""

import numpy as np

from nndoctor.errors import DataError, Mistake
from nndoctor.trainable import Array

from .dataset import Dataset, is_missing

MOST = 5  # columns named one by one
CELLS = 1 << 20  # looked at in one piece, so that no mask as big as the table is made


def check_finite(dataset: Dataset, drop_missing: bool = False) -> Dataset:
    """Refuses missing and infinite values, or with `drop_missing` leaves their rows out."""
    bad_x, bad_y = _Bad(dataset.x), _Bad(dataset.y)
    bad = bad_x.rows | bad_y.rows
    if not bad.any():
        return dataset
    dropped = int(bad.sum())
    if not drop_missing:
        mistakes = bad_x.mistakes(dataset.columns, "column")
        mistakes += bad_y.mistakes(dataset.targets, "target")
        more = len(mistakes) - MOST
        if more > 0:
            mistakes = [*mistakes[:MOST], Mistake(f"and {more} more columns like these")]
        hint = f"--set data.drop_missing=true leaves those rows out, {dropped} of {len(dataset)}"
        raise DataError.of([*mistakes[:-1], Mistake(mistakes[-1].problem, hint)])
    if len(dataset) - dropped < 2:
        raise DataError(
            f"{dropped} of {len(dataset)} rows have missing values, which leaves too few",
            "leave out the columns that miss most values instead",
        )
    return dataset.rows(~bad).noted(
        f"{dropped} of {len(dataset)} rows left out, for missing or infinite values"
    )


def incomplete(dataset: Dataset) -> Array:
    """Which rows have a missing or infinite value [N]."""
    return _Bad(dataset.x).rows | _Bad(dataset.y).rows


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

    def mistakes(self, names: tuple[str, ...], kind: str) -> list[Mistake]:
        return [
            Mistake(
                f"{kind} '{names[j]}' has {self.counts[j]} missing or infinite values, "
                f"the first in row {self.first[j] + 1}: {_shown(self.values[self.first[j], j])}"
            )
            for j in np.flatnonzero(self.counts)
        ]


def _shown(value: object) -> str:
    return "missing" if value is None or value != value else str(value)
