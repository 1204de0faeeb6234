"""What formats that hold named arrays share (MATLAB, HDF5): a table, or arrays by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from nndoctor.errors import DataError
from nndoctor.trainable import Array

from ..dataset import Dataset
from ..naming import listed
from .arrays import named_arrays
from .frames import table_of
from .table import HowToRead, Table

if TYPE_CHECKING:
    import pandas as pd


def from_variables(
    arrays: Mapping[str, Array], source: str, how: HowToRead, targets: Sequence[str]
) -> Table | Dataset:
    """Records and columns side by side are a table; arrays of more dimensions stay arrays."""
    if not arrays:
        raise DataError(f"{source} has no array of numbers or text in it", "is it the right file?")
    if how.part and how.part not in arrays:
        raise DataError(
            f"no array '{how.part}' in {source}", f"--table NAME, one of {listed(list(arrays))}"
        )
    records = [name for name, array in arrays.items() if array.dtype.names]
    table = how.part or (records[0] if len(records) == 1 else "")
    if table in records:
        return table_of(_records(arrays[table]), source, how, notes=_others(arrays, [table]))
    if len(records) > 1:
        raise DataError(
            f"{source} has {len(records)} tables", f"--table NAME, one of {listed(records)}"
        )
    columns = _columns(arrays)
    if not how.part and len(columns) > 1:
        return table_of(_frame(columns), source, how, notes=_others(arrays, list(columns)))
    limited = {name: array[: how.limit] if array.ndim else array for name, array in arrays.items()}
    return named_arrays(limited.__getitem__, list(limited), source, targets, how.part)


def _columns(arrays: Mapping[str, Array]) -> dict[str, Array]:
    """All arrays that hold rows, if each is one column and all are equally long; else none."""
    flat = {name: array.reshape(-1) for name, array in arrays.items() if array.size > 1}
    one_column = all(
        array.size == max(array.shape) for name, array in arrays.items() if name in flat
    )
    return flat if one_column and len({len(array) for array in flat.values()}) == 1 else {}


def _records(array: Array) -> pd.DataFrame:
    array = array.reshape(-1)
    return _frame({name: array[name] for name in array.dtype.names or ()})


def _frame(columns: Mapping[str, Array]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame({name: _plain(column) for name, column in columns.items()})


def _plain(column: Array) -> Array:
    """Text as `str`, numbers in this machine's byte order; a column of rows as lists."""
    if column.ndim > 1:
        return np.fromiter((row.tolist() for row in column), object, len(column))
    if column.dtype.kind == "S":
        return np.char.decode(column, "utf-8", "replace").astype(object)
    if column.dtype.kind == "U":
        return column.astype(object)
    if column.dtype.kind == "O":
        texts = [v.decode("utf-8", "replace") if isinstance(v, bytes) else v for v in column]
        return np.fromiter(texts, object, len(texts))
    return column.astype(column.dtype.newbyteorder("="), copy=False)


def _others(arrays: Mapping[str, Array], read: list[str]) -> list[str]:
    left = [name for name in arrays if name not in read]
    return [f"left aside: {listed(left)}"] if left else []
