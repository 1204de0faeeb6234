"""From a pandas table to numbers: the step CSV and Parquet share."""

from __future__ import annotations

from collections.abc import Callable
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import numpy as np

from nndoctor.errors import DataError, Mistake
from nndoctor.trainable import Array

from .dataset import Dataset, is_missing, listed

if TYPE_CHECKING:
    import pandas as pd

ONE_HOT_LIMIT = 20  # distinct values; more would make a table mostly of zeros
MOSTLY_NUMBERS = 0.9  # from this share on, text in a column is taken for a slip
Maker = Callable[..., Dataset]  # of a table, names of columns, its file, and where its rows stand
TRUTH = {"True": 1.0, "TRUE": 1.0, "true": 1.0, "False": 0.0, "FALSE": 0.0, "false": 0.0}


def from_frame(
    frame: pd.DataFrame,
    targets: list[str] | None,
    source: str,
    line_of: Callable[[int], int] | None = None,
) -> Dataset:
    """Numbers as they are, text features one-hot, text targets as labels.

    `line_of` turns a data row (from 1) into the line of the file, for messages.
    """
    names = [str(name) for name in frame.columns]
    frame.columns = names
    wanted = _targets(names, targets, source)
    columns: list[str] = []
    blocks: list[Array] = []
    notes: list[str] = []
    labels: dict[str, Array] = {}
    mistakes: list[Mistake] = []
    for name in names:
        try:
            values = values_of(frame[name], name, line_of)
            if name in wanted:
                labels[name] = values
            elif values.dtype == object:
                encoded, kinds = _one_hot(values, name)
                columns += kinds
                blocks += encoded
                notes.append(f"column '{name}' is one-hot encoded into {len(kinds)} columns")
            else:
                columns.append(name)
                blocks.append(values.view(np.uint8) if values.dtype == bool else values)
        except DataError as error:
            mistakes += error.mistakes
    if mistakes:
        raise DataError.of(mistakes)
    y = [labels[name] for name in wanted]
    return Dataset(_side_by_side(blocks), tuple(columns), _beside(y), wanted, source, tuple(notes))


def _targets(names: list[str], targets: list[str] | None, source: str) -> tuple[str, ...]:
    if targets is None:
        raise DataError(
            f"no target column named for {source}", f"--target NAME, one of {listed(names)}"
        )
    mistakes = []
    for target in targets:
        if target not in names:
            plain = {name.lower(): name for name in names}
            near = [plain[name] for name in get_close_matches(target.lower(), plain, n=3)]
            hint = f"did you mean {' or '.join(near)}?" if near else f"there are {listed(names)}"
            mistakes.append(Mistake(f"{source} has no column '{target}'", hint))
    if mistakes:
        raise DataError.of(mistakes)
    return tuple(dict.fromkeys(targets))


def values_of(column: pd.Series[Any], name: str, line_of: Callable[[int], int] | None) -> Array:
    """A column as numbers or bools [N], or as text [N]: object, None where missing."""
    import pandas as pd

    kind = column.dtype
    if pd.api.types.is_bool_dtype(kind) and not column.hasnans:
        return column.to_numpy(bool)
    if pd.api.types.is_numeric_dtype(kind) and not pd.api.types.is_complex_dtype(kind):
        if column.hasnans:
            return column.to_numpy(np.result_type(np.float32, _plain(column)), na_value=np.nan)
        return column.to_numpy(_plain(column))
    values = column.astype(object)
    inferred = pd.api.types.infer_dtype(values, skipna=True)
    if inferred in ("decimal", "boolean", "integer", "floating", "mixed-integer-float", "empty"):
        return values.astype(float).to_numpy(np.float64)
    if inferred != "string":
        held = str(kind) if kind.kind != "O" else inferred
        raise DataError(
            f"column '{name}' holds {held}, which is neither number nor text",
            "leave the column out, or turn it into numbers",
        )
    return _parsed(values, name, line_of)


def _plain(column: pd.Series[Any]) -> np.dtype[Any]:
    """NumPy's type for a column that may have one of pandas' own."""
    kind: Any = column.dtype
    plain: np.dtype[Any] = np.dtype(getattr(kind, "numpy_dtype", kind))
    return plain


def _parsed(values: pd.Series[Any], name: str, line_of: Callable[[int], int] | None) -> Array:
    """Text: truth values and numbers if all of it can be read so, refused if nearly all can."""
    import pandas as pd

    present = values.notna().to_numpy()
    truth = values.map(TRUTH)
    if truth.notna().to_numpy()[present].all():
        return truth.to_numpy(np.float64) if not present.all() else truth.to_numpy(bool)
    numbers = pd.to_numeric(values, errors="coerce").to_numpy(np.float64, na_value=np.nan)
    readable = ~np.isnan(numbers[present])
    if readable.all():
        return numbers
    if readable.mean() >= MOSTLY_NUMBERS:
        row = int(np.flatnonzero(present)[~readable][0])
        place = f"row {row + 1}" + (f" (line {line_of(row + 1)})" if line_of else "")
        raise DataError(
            f"column '{name}' has text where numbers belong: {values.iloc[row]!r} in {place}",
            "put a number there, or leave the field empty where the value is missing",
        )
    text = values.to_numpy(object, copy=True)
    text[~present] = None
    return text


def _one_hot(values: Array, name: str) -> tuple[list[Array], list[str]]:
    """One 0/1 column for each distinct text; a missing text is NaN in all of them."""
    missing = is_missing(values)
    kinds = sorted(set(values[~missing]))
    if len(kinds) > ONE_HOT_LIMIT:
        raise DataError(
            f"column '{name}' is text with {len(kinds)} distinct values, such as {kinds[0]!r}",
            f"up to {ONE_HOT_LIMIT} are one-hot encoded; leave the column out, or encode it",
        )
    columns = [(values == kind).astype(np.uint8) for kind in kinds]
    if missing.any():
        columns = [np.where(missing, np.float32(np.nan), column) for column in columns]
    return columns, [f"{name}={kind}" for kind in kinds]


def _side_by_side(columns: list[Array], rows: int = 65536) -> Array:
    """Columns [N] as one table [N, D], filled in blocks of rows to stay in the cache."""
    if not columns:
        return np.empty((0, 0))
    table = np.empty((len(columns[0]), len(columns)), np.result_type(*columns))
    for start in range(0, len(table), rows):
        for i, column in enumerate(columns):
            table[start : start + rows, i] = column[start : start + rows]
    return table


def _beside(targets: list[Array]) -> Array:
    """Target columns [N, T]; one column of text makes all of them text."""
    if not any(column.dtype == object for column in targets):
        return np.column_stack(targets)
    return np.column_stack(
        [
            column if column.dtype == object else column.astype(str).astype(object)
            for column in targets
        ]
    )
