"""CSV and TSV, through pandas, with the mistakes it lets pass looked for."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nndoctor.errors import DataError

from .dataset import Dataset, listed
from .frame import Maker, from_frame
from .reading.opening import unpacked

if TYPE_CHECKING:
    import pandas as pd

SEPARATORS = (",", ";", "\t")
CHUNK = 50_000  # rows; parsing in pieces halves the peak memory of pandas.read_csv
ENCODING = "utf-8-sig"  # UTF-8, with or without the mark that Excel puts first


def read_text(
    path: Path, targets: list[str] | None, limit: int | None, make: Maker = from_frame
) -> Dataset:
    """A table with a line of names first; the separator is the first of , ; tab found there."""
    with _friendly(path):
        separator = _separator(path)
        names = _names(path, separator, 2 if make is from_frame else 1)
        frame = _frame(path, separator, names, limit)
        if frame[names[-1]].isna().any():  # pandas fills a short row up without a word
            _refuse_short_rows(path, separator, len(names), frame[names[-1]].isna().to_numpy())
        return make(frame, targets, str(path), lambda row: _line_of_row(path, separator, row))


def _separator(path: Path) -> str:
    with _lines(path) as file:
        header = next((line for line in file if line.strip()), "")
    return next((separator for separator in SEPARATORS if separator in header), ",")


def _names(path: Path, separator: str, least: int) -> list[str]:
    rows = _rows(path, separator)
    names = [name.strip() for name in next(rows, (0, []))[1]]
    first = next(rows, None)
    if names and len(names) > 1 and all(map(_is_number, names)) and not _counted(names):
        raise DataError(
            f"{path} has no header: the first line holds numbers, not names: {listed(names, 3)}",
            "add a first line with the names of the columns, or save the array as .npy",
        )
    if first is None:
        raise DataError(f"{path} has no rows", "there is nothing after the line of names")
    if len(names) < least:
        raise DataError(
            f"{path} has one column, {listed(names)}",
            "a feature and a target are needed, with a comma, semicolon or tab between fields",
        )
    repeated = [name for name in dict.fromkeys(names) if names.count(name) > 1]
    if repeated:
        raise DataError(
            f"{path} has several columns named {listed(repeated)}", "give each a name of its own"
        )
    line, fields = first
    if len(fields) > len(names):
        raise _unequal(path, line, len(names), len(fields))
    return names


def _frame(path: Path, separator: str, names: list[str], limit: int | None) -> pd.DataFrame:
    import pandas as pd

    def parse(**how: Any) -> pd.DataFrame:
        with (
            unpacked(path) as file,
            pd.read_csv(
                file,
                sep=separator,
                names=names,
                header=0,
                index_col=False,
                skipinitialspace=True,
                encoding=ENCODING,
                nrows=limit,
                chunksize=CHUNK,
                low_memory=False,
                **how,
            ) as chunks,
        ):
            return pd.concat(list(chunks), ignore_index=True)

    frame = parse()
    # One chunk gave text and another numbers, or some of a column's truth values are missing.
    mixed = [name for name in names if frame[name].dtype == object]
    if mixed:
        frame[mixed] = parse(usecols=mixed, dtype=dict.fromkeys(mixed, "str"))
    return frame


def _refuse_short_rows(path: Path, separator: str, width: int, missing: Any) -> None:
    """Looks at the file's lines as far as the last row whose last field is missing."""
    last = int(np.flatnonzero(missing)[-1])
    rows = _rows(path, separator)
    next(rows)
    for row, (line, fields) in zip(range(last + 1), rows, strict=False):
        if missing[row] and len(fields) < width:
            raise _unequal(path, line, width, len(fields))


def _line_of_row(path: Path, separator: str, row: int) -> int:
    rows = _rows(path, separator)
    return next(line for i, (line, _) in zip(count(), rows, strict=False) if i == row)


def _rows(path: Path, separator: str) -> Iterator[tuple[int, list[str]]]:
    """The line of the file and the fields of each row that is not blank, header first."""
    with _lines(path) as file:
        reader = csv.reader(file, delimiter=separator, skipinitialspace=True)
        for fields in reader:
            if any(field.strip() for field in fields) or len(fields) > 1:
                yield reader.line_num, fields


@contextmanager
def _lines(path: Path) -> Iterator[TextIOWrapper]:
    with unpacked(path) as file, TextIOWrapper(file, ENCODING, newline="") as text:
        yield text


@contextmanager
def _friendly(path: Path) -> Iterator[None]:
    """Turns what the parsers say into errors of ours."""
    try:
        yield
    except UnicodeDecodeError as error:
        byte = error.object[error.start]
        raise DataError(
            f"{path} is not UTF-8 text: byte 0x{byte:02x}", "save it as UTF-8, or as .npz"
        ) from error
    except (ValueError, csv.Error) as error:  # pandas' ParserError is a ValueError
        found = re.search(r"Expected (\d+) fields in line (\d+), saw (\d+)", str(error))
        if found:
            expected, line, seen = map(int, found.groups())
            raise _unequal(path, line, expected, seen) from error
        raise DataError(
            f"{path} can't be read as a table: {str(error).strip()}",
            "is a quotation mark left open?",
        ) from error


def _unequal(path: Path, line: int, expected: int, seen: int) -> DataError:
    fields = "1 field" if seen == 1 else f"{seen} fields"
    return DataError(
        f"{path} has {fields} in line {line}, expected {expected}",
        "is a separator missing or too many, or a text with one in it not quoted?",
    )


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _counted(names: list[str]) -> bool:
    """Whether names are 0, 1, 2, ..., which is how pandas names columns that have no names."""
    return len(names) > 2 and names == [str(i) for i in range(len(names))]
