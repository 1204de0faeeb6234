"""New rows for columns that are known by name: the order in the file does not matter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from nndoctor.errors import DataError, Mistake
from nndoctor.trainable import Array

from .dataset import Dataset, is_missing, listed
from .frame import values_of
from .readers import extension
from .reading.npy import read_inputs
from .reading.opening import check_file
from .reading.parquet import read_parquet
from .text import read_text

if TYPE_CHECKING:
    import pandas as pd

TABLES = {"csv": read_text, "tsv": read_text, "txt": read_text, "parquet": read_parquet}
ARRAYS = ("npy", "npz")


def read_columns(path: Path, columns: Sequence[str]) -> Dataset:
    """The named columns [N, D] in the order given, without targets; others are ignored and noted.

    A column `colour=red` is made of the text in `colour`, as the readers make it. Raises DataError
    where one is missing, or where text or values turn up that no column stands for.
    """
    check_file(path)
    kind = extension(path)
    if kind in TABLES:
        dataset = TABLES[kind](path, list(columns), None, _chosen)
    elif kind in ARRAYS:
        names, array = read_inputs(path)
        missing = [name for name in columns if name not in names]
        _refuse_missing(missing, str(path), names)
        x = array[:, [names.index(name) for name in columns]]
        dataset = _dataset(x, columns, str(path), [n for n in names if n not in columns])
    else:
        known = ", ".join(f".{name}" for name in (*TABLES, *ARRAYS))
        raise DataError(f"rows can't be taken by name from {path}", f"from {known} they can")
    return dataset


def _chosen(
    frame: pd.DataFrame, wanted: list[str] | None, source: str,
    line_of: Callable[[int], int] | None,
) -> Dataset:  # fmt: skip
    columns = wanted or []
    frame.columns = [str(name) for name in frame.columns]
    names = list(frame.columns)
    kinds: dict[str, list[str]] = {}  # of a text column: the texts that have a column
    for name in columns:
        text, _, kind = name.partition("=")
        if name not in names and text in names:
            kinds.setdefault(text, []).append(kind)
    made = {f"{text}={kind}" for text, held in kinds.items() for kind in held}
    _refuse_missing([n for n in columns if n not in names and n not in made], source, names)
    read = partial(values_of, line_of=line_of)
    blocks: dict[str, Array] = {}
    mistakes: list[Mistake] = []
    for name in names:
        try:
            if name in kinds:
                blocks |= _one_hot(read(frame[name], name), name, kinds[name])
            elif name in columns:
                blocks[name] = _numbers(read(frame[name], name), name)
        except DataError as error:
            mistakes += error.mistakes
    if mistakes:
        raise DataError.of(mistakes)
    x = np.column_stack([blocks[name] for name in columns])
    return _dataset(x, columns, source, [n for n in names if n not in columns and n not in kinds])


def _numbers(values: Array, name: str) -> Array:
    if values.dtype == object and not is_missing(values).all():
        text = values[~is_missing(values)][0]
        raise DataError(f"column '{name}' has text, such as {text!r}", "numbers are expected")
    return values.astype(np.float64)


def _one_hot(values: Array, name: str, kinds: Sequence[str]) -> dict[str, Array]:
    missing = is_missing(values) if values.dtype == object else np.isnan(values.astype(np.float64))
    strange = sorted({str(v) for v in values[~missing]} - set(kinds))
    if strange:
        raise DataError(
            f"column '{name}' has {listed(strange, 3)}", f"known are {listed(list(kinds))}"
        )
    text = values.astype(str)
    return {f"{name}={kind}": np.where(missing, np.nan, text == kind) for kind in kinds}


def _refuse_missing(missing: Sequence[str], source: str, names: Sequence[str]) -> None:
    if missing:
        raise DataError(
            f"{source} has no column {listed(list(missing))}", f"there are {listed(list(names))}"
        )


def _dataset(x: Array, columns: Sequence[str], source: str, ignored: list[str]) -> Dataset:
    many = "s" * (len(ignored) > 1)
    notes = (f"ignored: column{many} {listed(ignored)}",) if ignored else ()
    return Dataset(x, tuple(columns), np.zeros((len(x), 0)), (), source, notes)
