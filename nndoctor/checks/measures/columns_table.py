"""The table of columns that a report on data opens with."""

from collections.abc import Iterator

from ...findings import Cell, Table
from .column_profile import Profile
from .raw_table import RawTable


def columns_table(table: RawTable) -> Table:
    """One row a column of the file, or a part of it that is an input, as of a date its month; the
    most conspicuous first."""
    rows = sorted(_rows(table), key=lambda row: row[0])
    heads = ("column", "missing", "distinct", "min", "mean", "std", "max")
    caption = f"{len(table.train)} training rows as they were read"
    return Table("values", heads, tuple(cells for _, cells in rows), caption)


def _rows(table: RawTable) -> Iterator[tuple[tuple[float, bool, float], tuple[Cell, ...]]]:
    """How conspicuous a column is, and its row: of texts the number of levels and nothing else."""
    for told, p in zip(table.told, table.told_profiles, strict=True):
        missing = p.missing + p.infinite
        if len(told.inputs) > 1:
            yield (-missing, p.distinct > 1, 0.0), (told.name, missing, p.distinct, *[None] * 4)
        else:
            alone = len(table.inputs_of[told.name]) == 1
            name = told.name if alone else table.columns[told.inputs[0]]
            cells = (name, missing, p.distinct, p.low.value, p.mean, p.std, p.high.value)
            yield _conspicuous(p), cells


def _conspicuous(profile: Profile) -> tuple[float, bool, float]:
    """Missing values first, then constants, then by how far the ends lie out."""
    reach = max(profile.high.value - profile.median, profile.median - profile.low.value)
    far = reach / profile.spread if profile.spread > 0 else 0.0
    return -(profile.missing + profile.infinite), profile.distinct > 1, -far
