"""What all readers of typed tables share: from a pandas frame to a `Table`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from .names import checked_names, distinct_names
from .table import HowToRead, Table

if TYPE_CHECKING:
    import pandas as pd

NESTED: dict[type, str] = {
    list: "lists",
    tuple: "lists",
    dict: "objects",
    set: "lists",
    bytes: "binary data",
}


def table_of(
    frame: pd.DataFrame,
    source: str,
    how: HowToRead,
    *,
    notes: Iterable[str] = (),
    line_of: Callable[[int], int] | None = None,
    named: bool = True,
    target: str = "",
) -> Table:
    """The first `how.limit` rows, under the user's names or those of the format made distinct.

    Raises DataError where `how.names` are too many or too few.
    """
    frame = frame.iloc[: how.limit].reset_index(drop=True)
    names, renamed = distinct_names([_text(name) for name in frame.columns])
    if how.names:
        given = checked_names(how.names, len(names), 0, source)
        target = given[names.index(target)] if target in names else target
        names, renamed = distinct_names(given)
    frame.columns = names
    nested = _emptied(frame)
    told = (*notes, *renamed)
    return Table(frame, source, told, line_of, named or bool(how.names), target, nested=nested)


def with_index(frame: pd.DataFrame) -> pd.DataFrame:
    """An index that has a name or holds more than row numbers becomes the first column."""
    named = any(name is not None for name in frame.index.names)
    if named or not str(frame.index.dtype).startswith(("int", "uint")):
        return frame.reset_index()
    return frame


def _text(name: object) -> str:
    if isinstance(name, tuple):  # of several header lines
        return " ".join(str(level) for level in name if str(level))
    return str(name).strip()


def _emptied(frame: pd.DataFrame) -> dict[str, str]:
    """Takes the cells out of columns that hold more than one value in each: names, and what."""
    found = {str(name): kind for name in frame.columns if (kind := _nested(frame[name]))}
    for name in found:
        frame[name] = None
    return found


def _nested(column: pd.Series[Any]) -> str:
    import numpy as np
    import pandas as pd

    if column.dtype != object or pd.api.types.infer_dtype(column, skipna=True) == "string":
        return ""
    for value in column:
        if isinstance(value, np.ndarray):
            return "lists"
        if type(value) in NESTED:
            return NESTED[type(value)]
    return ""
