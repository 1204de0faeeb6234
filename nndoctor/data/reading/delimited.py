"""Delimited text: whatever separates its fields, with a line of names or without."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from nndoctor.data.reading.opening import unpacked
from nndoctor.errors import DataError

from .cells import Parse
from .comments import without_comments
from .encoding import Utf8
from .layout import Layout, lay_out, read_head
from .lines import Lines
from .parsing import Parsed, Parser
from .table import HowToRead, Table

if TYPE_CHECKING:
    import pandas as pd


def read_delimited(path: Path, how: HowToRead) -> Table:
    """The cells of delimited text: numbers where a column has no others, else text.

    Columns of numbers are int64, or float64 with NaN for whatever `MISSING_MARKS` has. All others
    are text as it stands in the file but for blanks around it, missing where nothing is left:
    categories of `str` where texts repeat, else `str`. The file is read once, unless a column's
    first rows are numbers and later ones are not, or lines are short. Raises `DataError`.
    """
    reading = _read(path, how)
    layout, frame = reading.layout, reading.parsed.frame
    lines = Lines(path, how, layout)
    short = _short_rows(lines, reading, how.skip_bad_lines)
    again = _repeated_names(frame, layout)
    out = sorted({*short, *again})
    frame = frame.drop(index=out).reset_index(drop=True) if out else frame
    columns, rows = _hollow_columns(frame, layout.spare), _hollow_rows(frame)
    left_out = {
        "line with too many or too few fields": layout.left_out
        + reading.parsed.skipped
        + len(short),
        "line that repeats the names": len(again),
        "column at the end with no name and no value": columns,
        "row at the end with no value": rows,
    }
    frame = frame.iloc[: len(frame) - rows, : frame.shape[1] - columns]
    if frame.empty:
        raise DataError(f"{path} has no rows", "none of its lines has the fields of a row")
    told = [f"left out: {_counted(what, n)}" for what, n in left_out.items() if n]
    text = reading.text
    return Table(
        frame,
        str(path),
        (*_how_decoded(text), *reading.layout.notes, *told),
        lines.line_of,
        layout.named,
        encoding=text.guess or how.encoding,
        guessed=bool(text.guess) and text.guess != how.likely,
    )


def _how_decoded(text: Utf8) -> list[str]:
    if not text.guess:
        return []
    why = "as the training rows are" if text.guess == text.likely else "a guess"
    return [f"read as {text.guess}, {why} (--encoding names another)"]


@dataclass(frozen=True)
class _Reading:
    """What was read; `full`: there are as many separators as the rows ask for."""

    layout: Layout
    parsed: Parsed
    full: bool
    text: Utf8


def _read(
    path: Path, how: HowToRead, kept: tuple[int, ...] = (), *, whole: bool = False
) -> _Reading:
    """Reads the file from its head to its end; the columns `kept` are text.

    In pieces at first, and as a `whole` where that fails: to be read, or to name the line.
    """
    from pandas.errors import ParserError

    with unpacked(path, how.part) as file:
        text = Utf8(file, str(path), how.encoding, how.likely)
        start, head = read_head(text, str(path))
        layout = lay_out(head, how, str(path))
        rest = chain([start[layout.start :]], iter(text.read, b""))
        kinds = [Parse.KEPT if j in kept else kind for j, kind in enumerate(layout.kinds)]
        parser = Parser(layout, kinds, how.skip_bad_lines, how.limit)
        try:
            parsed = parser.parse(without_comments(rest, layout.comment), whole=whole)
        except ValueError as error:  # as pandas' ParserError is; DataError is none
            if whole or not isinstance(error, ParserError):
                raise Lines(path, how, layout).wrong(str(error).strip()) from error
            parsed = None
    if parsed is None:
        return _read(path, how, kept, whole=True)
    if parsed.surprises:
        return _read(path, how, (*kept, *parsed.surprises), whole=whole)
    full = parsed.separators == len(parsed.frame) * (len(layout.names) - 1)
    return _Reading(layout, parsed, full, text)


def _short_rows(lines: Lines, reading: _Reading, skip: bool) -> list[int]:
    """The rows that have too few fields, which pandas fills up; an error unless skipped."""
    last = len(reading.layout.names) - reading.layout.spare - 1
    missing = reading.parsed.frame.iloc[:, last].isna().to_numpy()
    if reading.full or not missing.any():
        return []
    short = lines.short(missing)
    if short and not skip:
        raise short[0][1]
    return [row for row, _ in short]


def _repeated_names(frame: pd.DataFrame, layout: Layout) -> list[int]:
    """The rows, from 0, that hold the names once more, as where files were put together."""
    if not layout.named or any(dtype.kind in "iuf" for dtype in frame.dtypes):
        return []
    again = np.ones(len(frame), bool)
    for name in layout.names[: len(layout.names) - layout.spare]:
        again &= (frame[name] == name).to_numpy(bool, na_value=False)
        if not again.any():
            return []
    return [int(row) for row in np.flatnonzero(again)]


def _hollow_columns(frame: pd.DataFrame, spare: int) -> int:
    """How many of the last columns, which have no name, have no value either."""
    hollow = 0
    while hollow < spare and frame.iloc[:, -1 - hollow].isna().all():
        hollow += 1
    return hollow


def _hollow_rows(frame: pd.DataFrame) -> int:
    """How many of the last rows have no value at all, as Excel likes to write them."""
    hollow = 0
    while hollow < len(frame) and frame.iloc[-1 - hollow].isna().all():
        hollow += 1
    return hollow


def _counted(what: str, count: int) -> str:
    noun, rest = what.split(" ", 1)
    return f"{count} {noun}{'s' * (count != 1)} {rest}"
