"""The table of columns that a report on data opens with."""

from collections.abc import Iterator

import numpy as np

from ...findings import Cell, Table
from .column_profile import Profile
from .file_columns import is_flag
from .hashing import equal_rows
from .raw_table import RawTable


def columns_table(table: RawTable) -> Table:
    """One row a column of the file, the most conspicuous first."""
    rows = sorted(_rows(table), key=lambda row: row[0])
    heads = ("column", "missing", "distinct", "min", "mean", "std", "max")
    caption = f"{len(table.train)} training rows as they were read"
    return Table("columns", heads, tuple(cells for _, cells in rows), caption)


def _rows(table: RawTable) -> Iterator[tuple[tuple[float, bool, float], tuple[Cell, ...]]]:
    """How conspicuous a column is, and its row: of texts the number of levels and nothing else."""
    x = table.train.x
    for name, positions in table.inputs_of.items():
        p = table.profiles[positions[0]]
        missing = p.missing + p.infinite
        if len(positions) > 1 and all(is_flag(x[:, j]) for j in positions):
            known = x[:, positions][~np.isnan(x[:, positions]).any(axis=1)]
            levels = len(np.unique(equal_rows(known)))
            yield (-missing, levels > 1, 0.0), (name, missing, levels, None, None, None, None)
        else:
            cells = (name, missing, p.distinct, p.low.value, p.mean, p.std, p.high.value)
            yield _conspicuous(p), cells


def _conspicuous(profile: Profile) -> tuple[float, bool, float]:
    """Missing values first, then constants, then by how far the ends lie out."""
    reach = max(profile.high.value - profile.median, profile.median - profile.low.value)
    far = reach / profile.spread if profile.spread > 0 else 0.0
    return -(profile.missing + profile.infinite), profile.distinct > 1, -far
