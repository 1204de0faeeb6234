"""From a grid of typed cells to a table: what is title, header and row. Sheets and JSON arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from nndoctor.errors import DataError

from ..naming import listed
from .frames import table_of
from .table import HowToRead, Table

if TYPE_CHECKING:
    import pandas as pd


def from_grid(grid: pd.DataFrame, source: str, how: HowToRead, notes: Sequence[str] = ()) -> Table:
    """`grid` holds Python's own values, NaN where a cell is empty; its index counts from 0.

    Blank rows are dropped, and so is a title above the table.
    """
    told = list(notes)
    filled = grid.notna()
    blank = ~filled.any(axis=1)
    if blank.all():
        raise DataError(f"{source} has no filled cell", "is it the right sheet? --table NAME")
    top = int(filled.any(axis=1).to_numpy().argmax())
    between = int(blank.iloc[top:].sum())
    if between:
        told.append(f"{between} blank row{'s' * (between > 1)} left out")
    grid = grid.loc[~blank, filled.any(axis=0)]
    titles = _titles(grid)
    if titles:
        cell = grid.iloc[0].dropna().iloc[0]
        told.append(f"left out above the table: {titles} row{'s' * (titles > 1)}, '{cell}' ...")
        grid = grid.iloc[titles:]
    header = has_names(grid) if how.header is None else how.header
    names, body = _names(grid, header, told)
    lines = [int(row) + 1 for row in body.index]
    frame = body.apply(_typed)
    frame.columns = names
    kept = frame.notna().any(axis=0).to_numpy() | [bool(name) for name in _given(grid, header)]
    return table_of(
        frame.loc[:, kept],
        source,
        how,
        notes=told,
        line_of=lambda row: lines[row - 1],
        named=header,
    )


def has_names(grid: pd.DataFrame) -> bool:
    """Whether the first row reads like names: all of it text, most of it not found below."""
    first, below = grid.iloc[0], grid.iloc[1:]
    cells = first.dropna()
    if below.empty or not all(isinstance(cell, str) and not _is_number(cell) for cell in cells):
        return False
    again = sum(bool((below[column] == cell).any()) for column, cell in cells.items())
    return again <= len(cells) / 2


def _titles(grid: pd.DataFrame) -> int:
    """How many rows at the top are not half as full as rows usually are."""
    counts = grid.notna().sum(axis=1)
    full = counts >= counts.median() / 2
    narrow = counts.median() <= 2 and counts.iloc[0] < counts.median()
    if narrow and full.iloc[0]:  # half of two is one: a title over two columns
        return int((counts == counts.median()).to_numpy().argmax())
    return int(full.to_numpy().argmax())


def _given(grid: pd.DataFrame, header: bool) -> list[str]:
    if not header:
        return [""] * grid.shape[1]
    return ["" if cell != cell or cell is None else str(cell).strip() for cell in grid.iloc[0]]


def _names(grid: pd.DataFrame, header: bool, told: list[str]) -> tuple[list[str], pd.DataFrame]:
    """Names of the columns, c3 for the third where there is none, and the rows below them."""
    names = _given(grid, header)
    without = [f"c{i}" for i, name in enumerate(names, start=1) if not name]
    if header and without:
        told.append(
            f"the header is empty over {listed(without)}; of merged cells only the first has a text"
        )
    numbered = [name or f"c{i}" for i, name in enumerate(names, start=1)]
    return numbered, grid.iloc[1:] if header else grid


def _typed(column: pd.Series[Any]) -> pd.Series[Any]:
    """A column as numbers, truth values or dates if all its cells are, else as text."""
    import pandas as pd

    typed = column.infer_objects()
    if typed.dtype != object or pd.api.types.infer_dtype(column, skipna=True) == "string":
        return typed
    if any(isinstance(value, (list, dict)) for value in column):
        return column
    return column.map(str, na_action="ignore").astype(object)


def _is_number(text: str) -> bool:
    try:
        float(text.replace(",", "."))
    except ValueError:
        return False
    return True
