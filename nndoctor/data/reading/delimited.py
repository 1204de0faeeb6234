"""Delimited text: whatever separates its fields, with a line of names or without."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from nndoctor.data.reading.opening import unpacked
from nndoctor.errors import DataError

from .comments import without_comments
from .encoding import Utf8
from .layout import Layout, lay_out, read_head
from .parsing import parse
from .ragged import open_quote, unequal
from .records import Record, records
from .table import HowToRead, Table

if TYPE_CHECKING:
    import pandas as pd


def read_delimited(path: Path, how: HowToRead) -> Table:
    """The cells of delimited text: numbers where a column has no others, else text.

    Columns of numbers are int64, or float64 with NaN for whatever `MISSING_MARKS` has. All others
    are categories of `str`, as they stand in the file but for blanks around them, missing where
    nothing is left. The file is read once, unless a column whose first rows are numbers has a
    text later. Raises `DataError`.
    """
    layout, frame, notes, skipped = _parsed(path, how, ())
    short = _short_rows(path, how, layout, frame)
    if short:
        frame = frame.drop(index=short).reset_index(drop=True)
        skipped += len(short)
    if skipped:
        lines = "1 line" if skipped == 1 else f"{skipped} lines"
        notes.append(f"{lines} left out with too many or too few fields")
    frame, dropped = _without_spare(frame, layout.spare)
    if dropped:
        columns = "1 column" if dropped == 1 else f"{dropped} columns"
        notes.append(f"{columns} at the end left out, with no name and no value")
    frame, hollow = _without_hollow_end(frame)
    if hollow:
        rows = "1 row" if hollow == 1 else f"{hollow} rows"
        notes.append(f"{rows} at the end left out, with no value")
    if frame.empty:
        raise DataError(f"{path} has no rows", "none of its lines has the fields of a row")
    return Table(
        frame,
        str(path),
        tuple(notes),
        partial(_line_of, path, how, layout),
        layout.named,
    )


def _parsed(
    path: Path, how: HowToRead, texts: tuple[int, ...]
) -> tuple[Layout, pd.DataFrame, list[str], int]:
    """Layout, cells, notes and the number of lines left out; the columns `texts` are text."""
    with unpacked(path) as file:
        text = Utf8(file, str(path), how.encoding)
        start, head = read_head(text, str(path))
        layout = lay_out(head, how, str(path))
        numbers = [is_number and j not in texts for j, is_number in enumerate(layout.numbers)]
        blocks = without_comments(
            chain([start[layout.start :]], iter(text.read, b"")), layout.comment
        )
        try:
            frame, surprises, skipped = parse(
                blocks, layout, numbers, how.skip_bad_lines, how.limit
            )
        except DataError:
            raise
        except ValueError as error:  # pandas' ParserError is one
            raise _what_is_wrong(path, how, layout, str(error)) from error
    if surprises:
        return _parsed(path, how, (*texts, *surprises))
    notes = [f"read as {text.guess}, which was guessed (--encoding)"] if text.guess else []
    return layout, frame, [*notes, *layout.notes], layout.left_out + skipped


def _rows(path: Path, how: HowToRead, layout: Layout) -> Iterator[Record]:
    """The records of the file from its first row on: slow, for what pandas does not tell."""
    with unpacked(path) as file:
        text = Utf8(file, str(path), how.encoding)
        wrapped = io.TextIOWrapper(text, "utf-8", newline="")  # type: ignore[type-var]
        for row in records(wrapped, layout.separator):
            if row.line >= layout.first and not row.starts_with(layout.comment):
                yield row


def _line_of(path: Path, how: HowToRead, layout: Layout, row: int) -> int:
    width = len(layout.names)
    good = (record for record in _rows(path, how, layout) if _fits(record, layout, width))
    return next(islice(good, row - 1, None)).line


def _fits(record: Record, layout: Layout, width: int) -> bool:
    return width - layout.spare <= len(record.fields) <= width


def _short_rows(path: Path, how: HowToRead, layout: Layout, frame: pd.DataFrame) -> list[int]:
    """Rows with too few fields, which pandas fills up without a word; an error unless skipped."""
    width = len(layout.names) - layout.spare
    missing = frame.iloc[:, width - 1].isna().to_numpy()
    short: list[int] = []
    if missing.any():
        last = int(np.flatnonzero(missing)[-1])
        rows = (row for row in _rows(path, how, layout) if len(row.fields) <= len(layout.names))
        for i, row in enumerate(islice(rows, last + 1)):
            if missing[i] and len(row.fields) < width:
                if not how.skip_bad_lines:
                    raise unequal(str(path), row.line, width, len(row.fields))
                short.append(i)
    return short


def _without_spare(frame: pd.DataFrame, spare: int) -> tuple[pd.DataFrame, int]:
    """Without the trailing columns that have no name, if no value was found in them."""
    dropped = 0
    while dropped < spare and frame.iloc[:, -1 - dropped].isna().all():
        dropped += 1
    return (frame.iloc[:, :-dropped] if dropped else frame), dropped


def _without_hollow_end(frame: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Without the last rows that have no value at all, which Excel likes to write."""
    end = len(frame)
    while end and frame.iloc[end - 1].isna().all():
        end -= 1
    return frame.iloc[:end], len(frame) - end


def _what_is_wrong(path: Path, how: HowToRead, layout: Layout, said: str) -> DataError:
    """What pandas stumbled over, with the line of the file."""
    width, last = len(layout.names), layout.first
    try:
        for row in _rows(path, how, layout):
            last = row.line
            if len(row.fields) > width:
                return unequal(str(path), row.line, width, len(row.fields))
    except csv.Error:
        return open_quote(str(path), last + 1)
    if "EOF inside string" in said:
        return open_quote(str(path), last)
    return DataError(f"{path} can't be read as a table: {said.strip()}", "is it delimited text?")
