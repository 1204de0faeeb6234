"""The cells of delimited text, parsed by pandas piece by piece, several at the same time."""

from __future__ import annotations

import csv
import io
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

from nndoctor.data.missing_marks import MISSING_MARKS
from nndoctor.data.threads import in_lots, in_order
from nndoctor.limits import give_back
from nndoctor.trainable import Array

from .cells import Parse
from .layout import Layout
from .pieces import pieces
from .ragged import Separators
from .records import BLANKS, records

if TYPE_CHECKING:
    import pandas as pd

CHUNK = 2_500_000  # cells; parsing in pieces halves the peak memory of pandas.read_csv
EXACT = 2**53  # whole numbers that a float64 holds
SKIPPED = "Skipping line"  # as pandas warns


class Blocks(io.IOBase):
    """Blocks of bytes as a file for pandas, which takes them as they come."""

    def __init__(self, blocks: Iterable[bytes]) -> None:
        self._blocks = filter(None, blocks)

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        """The next block, of any size; nothing at the end."""
        return next(self._blocks, b"")


@dataclass(frozen=True)
class Parsed:
    """The cells of all rows; `skipped` counts the lines left out, `separators` those between cells.

    `surprises` are columns whose later cells are of another kind than the first: `frame` is then
    of no use; parse again with them kept as text.
    """

    frame: pd.DataFrame
    separators: int
    skipped: int
    surprises: list[int]


@dataclass(frozen=True)
class Parser:
    """How to parse text from its first row on.

    `kinds`: how to parse the columns. `skip`: leave out lines with too many fields. `limit`: so
    many rows only.
    """

    layout: Layout
    kinds: Sequence[Parse]
    skip: bool = False
    limit: int | None = None

    def parse(self, blocks: Iterable[bytes], *, whole: bool = False) -> Parsed:
        """The cells of blocks of text, parsed in pieces unless it is to be taken as a `whole`.

        Raises pandas' `ParserError`, which is a `ValueError`; in pieces also where one was cut at a
        wrong place.
        """
        import pandas as pd

        alone = whole or self.limit is not None
        parts = [blocks] if alone else pieces(blocks, self.layout.quote.encode())
        separators, cells = 0, self._columns()
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always", pd.errors.ParserWarning)
            for own, count in in_order(self._read, parts):
                separators += count
                for column, more in zip(cells, own, strict=True):
                    column.extend(more)
        skipped = sum(str(warning.message).count(SKIPPED) for warning in warned)
        surprises = [j for j, column in enumerate(cells) if not column.whole]
        if surprises:
            return Parsed(pd.DataFrame(), separators, skipped, surprises)
        lots = in_lots(cells, separators // len(cells))
        joined = chain.from_iterable(in_order(lambda lot: [one.joined() for one in lot], lots))
        frame = pd.DataFrame(dict(zip(self.layout.names, joined, strict=True)), copy=False)
        if separators > CHUNK:
            give_back()  # what the chunks took
        return Parsed(frame, separators, skipped, [])

    def _columns(self) -> list[Numbers | Texts]:
        return [Numbers() if kind is Parse.NUMBERS else Texts() for kind in self.kinds]

    def _read(self, blocks: Iterable[bytes]) -> tuple[list[Numbers | Texts], int]:
        """The columns that blocks of text hold, and how many separators."""
        import pandas as pd

        layout, columns = self.layout, [str(j) for j in range(len(self.kinds))]
        cells = self._columns()
        numeric, kept = (
            [column for column, kind in zip(columns, self.kinds, strict=True) if kind is wanted]
            for wanted in (Parse.NUMBERS, Parse.KEPT)
        )
        counted = Separators(blocks, layout.separator, layout.quote)
        held: Iterable[bytes] = counted
        if isinstance(blocks, list):  # a piece
            _refuse_long(blocks, layout)
            held = list(counted)
        with pd.read_csv(
            Blocks(held),
            sep=r"\s+" if layout.separator == BLANKS else layout.separator,
            header=None,
            names=columns,
            index_col=False,
            dtype=dict.fromkeys(kept, object),  # none for other texts: that is much faster,
            # and so is one list of marks for thousands of columns
            na_values=(
                MISSING_MARKS
                if len(numeric) == len(columns)
                else dict.fromkeys(numeric, MISSING_MARKS)
            ),
            keep_default_na=False,
            skipinitialspace=counted.padded,
            quotechar=layout.quote,
            on_bad_lines="warn" if self.skip else "error",
            nrows=self.limit,
            chunksize=max(1, CHUNK // len(columns)),
            low_memory=False,
        ) as reader:
            for chunk in filter(len, reader):
                for column, (_, series) in zip(cells, chunk.items(), strict=True):
                    column.add(series)
        return cells, counted.count


def _refuse_long(piece: list[bytes], layout: Layout) -> None:
    """Raises ParserError where the first line has too many fields, which pandas cuts off."""
    from pandas.errors import ParserError

    lines = io.TextIOWrapper(io.BytesIO(piece[0] if piece else b""), "utf-8", "ignore", newline="")
    try:
        first = next(records(lines, layout.separator, layout.quote), None)
    except csv.Error as error:
        raise ParserError(error) from error
    if first and len(first.fields) > len(layout.names):
        raise ParserError("too many fields")


class Numbers:
    """The chunks of a column of numbers."""

    def __init__(self) -> None:
        self._chunks: list[Array] = []

    def add(self, cells: pd.Series[Any]) -> None:
        """The next chunk, of the type that pandas found."""
        self._chunks.append(cells.to_numpy())

    @property
    def whole(self) -> bool:
        """Whether nothing was lost: there are numbers only, and float64 holds the whole ones."""
        kinds = {chunk.dtype.kind for chunk in self._chunks}
        return kinds <= {"i", "f"} and (
            len(kinds) == 1
            or all(
                np.abs(chunk).max(initial=0) < EXACT
                for chunk in self._chunks
                if chunk.dtype.kind == "i"
            )
        )

    def extend(self, others: Any) -> None:
        """The chunks of the next piece."""
        self._chunks += others._chunks

    def joined(self) -> Array:
        """All chunks as one, given away."""
        chunks, self._chunks = self._chunks, []
        return chunks[0] if len(chunks) == 1 else np.concatenate(chunks)


class Texts:
    """The chunks of a column of text."""

    def __init__(self) -> None:
        self.whole = True
        self._chunks: list[pd.Series[Any]] = []

    def add(self, cells: pd.Series[Any]) -> None:
        """The next chunk; numbers if pandas took texts for some."""
        self.whole = self.whole and cells.dtype.kind == "O"
        self._chunks.append(cells)

    def extend(self, others: Any) -> None:
        """The chunks of the next piece."""
        self.whole = self.whole and others.whole
        self._chunks += others._chunks

    def joined(self) -> pd.Categorical | pd.Series[Any]:
        """All chunks as one, given away; missing where nothing stands.

        Texts repeat or not: as the first chunk says.
        """
        import pandas as pd

        first = self._chunks[0]
        repeat = len(pd.unique(first)) <= len(first) / 2
        whole, self._chunks = pd.concat(self._chunks, ignore_index=True), []
        if not repeat:
            return _stripped(whole)
        codes, texts = pd.factorize(whole.array)
        levels: dict[str, int] = {}
        place = [
            levels.setdefault(text, len(levels)) if text else -1
            for text in map(str.strip, np.asarray(texts, object))
        ]
        codes = np.array([*place, -1])[codes]
        return pd.Categorical.from_codes(codes, pd.Index([*levels], dtype=object))


def _stripped(texts: pd.Series[Any]) -> pd.Series[Any]:
    stripped = texts.str.strip()
    return stripped.where(stripped != "")
