"""The table of columns that a report on data opens with."""

from ...findings import Table
from .column_profile import Profile
from .raw_table import RawTable


def columns_table(table: RawTable) -> Table:
    """One row a column, the most conspicuous first."""
    profiles = sorted(table.profiles, key=_conspicuous)
    rows = tuple(
        (p.name, p.missing + p.infinite, p.distinct, p.low.value, p.mean, p.std, p.high.value)
        for p in profiles
    )
    heads = ("column", "missing", "distinct", "min", "mean", "std", "max")
    return Table("columns", heads, rows, f"{len(table.train)} training rows as they were read")


def _conspicuous(profile: Profile) -> tuple[float, bool, float]:
    """Missing values first, then constants, then by how far the ends lie out."""
    reach = max(profile.high.value - profile.median, profile.median - profile.low.value)
    far = reach / profile.spread if profile.spread > 0 else 0.0
    return -(profile.missing + profile.infinite), profile.distinct > 1, -far
