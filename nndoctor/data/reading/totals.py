"""A last row that sums the others up, as spreadsheets like to end."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from nndoctor.trainable import Array

from .table import Table

LEAST = 5  # rows, of which a sum is no chance
SUM = re.compile(r"(grand |overall )?(total|totals|totale|sum|summe|gesamt|insgesamt|somme|suma)")
MEAN = re.compile(r"(overall )?(average|avg|mean|mittelwert|durchschnitt|moyenne|media|promedio)")


def without_total(table: Table) -> Table:
    """Without a last row that is called a total or an average and is one, which is said."""
    if len(table) <= LEAST:
        return table
    last = table.frame.iloc[-1]
    labels = [cell.strip(" :") for cell in last if isinstance(cell, str)]
    for called, what, of in ((SUM, "sums", np.sum), (MEAN, "means", np.mean)):
        label = next((one for one in labels if called.fullmatch(one.casefold())), None)
        if label is not None and _ends_in(table, of):
            note = f"left out: the last row, {label!r}, which holds the {what} of the others"
            return replace(table, frame=table.frame.iloc[:-1], notes=(*table.notes, note))
    return table


def _ends_in(table: Table, of: Callable[[Array], np.float64]) -> bool:
    """Whether some column of numbers ends in this of all the others."""
    numbers = table.frame.select_dtypes("number")
    for values in numbers.to_numpy(np.float64, na_value=np.nan).T:
        above = values[:-1][np.isfinite(values[:-1])]
        if len(above) >= LEAST and np.isclose(values[-1], of(above), rtol=1e-3):
            return True
    return False
