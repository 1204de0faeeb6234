"""From a grid of typed cells to a table: what is title, header and row. Sheets and JSON arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from nndoctor.errors import DataError

from .frames import table_of
from .header import SAMPLE, is_names, named_by
from .table import HowToRead, Table

if TYPE_CHECKING:
    import pandas as pd

Tall = tuple[int, int, int]  # a cell merged over several rows: the first, the last, the column


def from_grid(
    grid: pd.DataFrame,
    source: str,
    how: HowToRead,
    notes: Sequence[str] = (),
    merged: Sequence[Tall] = (),
) -> Table:
    """`grid` holds Python's own values, NaN where a cell is empty; its index counts from 0.

    Blank rows are dropped, and so is a title above the table; `merged` cells count for each row.
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
    names, body = [""] * grid.shape[1], grid
    if header:
        heading = named_by(*_written(grid))
        names, body = heading.names or names, grid.iloc[heading.lines :]
        if heading.extra:
            told.append(
                "names are made of 2 rows"
                if heading.joined
                else f"left out below the names: {heading.extra} row{'s' * (heading.extra > 1)}"
            )
    body, spread = _spread(body, merged)
    if spread:
        told.append(f"{spread} merged cell{'s' * (spread > 1)}: each row has the value")
    kept = body.notna().any(axis=0).to_numpy() | [bool(name) for name in names]
    frame = body.loc[:, kept].apply(_typed)
    frame.columns = [name for name, keep in zip(names, kept, strict=True) if keep]
    if header and "" in list(frame.columns):
        told.append("of merged cells only the first has its text, the others are empty")
    lines = [int(row) + 1 for row in body.index]
    return table_of(
        frame, source, how, notes=told, line_of=lambda row: lines[row - 1], named=header
    )


def has_names(grid: pd.DataFrame) -> bool:
    """Whether the first row reads like names."""
    first, below = _written(grid)
    texts = all(isinstance(cell, str) for cell in grid.iloc[0].dropna())
    return bool(below) and texts and is_names(first, below)


def _written(grid: pd.DataFrame) -> tuple[list[str], list[list[str]]]:
    """The cells of the first row as text, and those of the rows below."""
    first, *below = [[_name(cell) for cell in row] for row in grid.head(1 + SAMPLE).to_numpy()]
    return first, below


def _spread(body: pd.DataFrame, merged: Sequence[Tall]) -> tuple[pd.DataFrame, int]:
    """Each row of a merged cell with its value, and how many cells that are."""
    inside = [one for one in merged if one[0] in body.index and one[2] in body.columns]
    body = body.copy() if inside else body
    for top, last, column in inside:
        value: Any = body.at[top, column]
        body.loc[top:last, column] = value
    return body, len(inside)


def _titles(grid: pd.DataFrame) -> int:
    """How many rows at the top hold nothing but text, and are not half as full as rows are."""
    counts = grid.notna().sum(axis=1)
    usual = counts.median()
    fewest = usual / 2 if usual > 2 else usual  # over two columns a title has one cell
    for i, count in enumerate(counts):
        texts = all(isinstance(cell, str) for cell in grid.iloc[i].dropna())
        if count >= fewest or not texts:
            return i
    return 0


def _name(cell: object) -> str:
    return "" if cell is None or cell != cell else str(cell).strip()  # NaN is not itself


def _typed(column: pd.Series[Any]) -> pd.Series[Any]:
    """A column as numbers, truth values or dates if all its cells are, else as text."""
    import pandas as pd

    typed = column.infer_objects()
    if typed.dtype != object or pd.api.types.infer_dtype(column, skipna=True) == "string":
        return typed
    if any(isinstance(value, (list, dict)) for value in column):
        return column
    return column.map(str, na_action="ignore").astype(object)
