"""The lines of a delimited text, looked at once more for what pandas does not tell of them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np

from nndoctor.data.reading.opening import unpacked
from nndoctor.errors import DataError
from nndoctor.trainable import Array

from .encoding import Utf8
from .layout import Layout
from .ragged import open_quote, unequal
from .records import Record, records
from .table import HowToRead


@dataclass(frozen=True)
class Lines:
    """The lines of a file from its first row on; each method reads it again, and slowly."""

    path: Path
    how: HowToRead
    layout: Layout

    def line_of(self, row: int) -> int:
        """The line of a row, from 1; lines that were skipped are no rows.

        The last line where stray quotes make Python's `csv` count fewer rows than pandas.
        """
        names = self.layout.names
        full = range(len(names) - self.layout.spare, len(names) + 1)
        rows = (
            record
            for record in self._records()
            if len(record.fields) in full and [cell.strip() for cell in record.fields] != names
        )
        line = self.layout.first
        for record in islice(rows, row):
            line = record.line
        return line

    def short(self, missing: Array) -> list[tuple[int, DataError]]:
        """Rows with too few fields, from 0, and what is to be said of them.

        `missing` [N] tells where the last column has no value: pandas fills short rows up.
        """
        source, width = str(self.path), len(self.layout.names)
        least = width - self.layout.spare
        rows = (record for record in self._records() if len(record.fields) <= width)
        return [
            (i, unequal(source, record.line, least, len(record.fields)))
            for i, record in enumerate(islice(rows, int(np.flatnonzero(missing)[-1]) + 1))
            if missing[i] and len(record.fields) < least
        ]

    def wrong(self, said: str) -> DataError:
        """The error for what pandas stumbled over, with the line of the file."""
        source, width, last = str(self.path), len(self.layout.names), self.layout.first
        try:
            for record in self._records():
                last = record.line
                if len(record.fields) > width:
                    return unequal(source, last, width, len(record.fields))
        except csv.Error:
            return open_quote(source, last + 1)
        if "EOF inside string" in said:
            return open_quote(source, last)
        return DataError(f"{source} can't be read as a table: {said}", "is it delimited text?")

    def _records(self) -> Iterator[Record]:
        with unpacked(self.path, self.how.part) as file:
            text = Utf8(file, str(self.path), self.how.encoding, self.how.likely)
            lines = io.TextIOWrapper(text, "utf-8", newline="")  # type: ignore[type-var]
            for record in records(lines, self.layout.separator, self.layout.quote):
                if record.line >= self.layout.first and not record.starts_with(self.layout.comment):
                    yield record
