"""The cells of delimited text, parsed by pandas chunk by chunk."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nndoctor.data.missing_marks import MISSING_MARKS
from nndoctor.trainable import Array

from .cells import Parse
from .layout import Layout
from .records import BLANKS

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
    """The cells of all rows; `skipped` counts the lines left out.

    `surprises` are columns whose later cells are of another kind than the first: `frame` is then
    of no use; parse again with them kept as text.
    """

    frame: pd.DataFrame
    skipped: int
    surprises: list[int]


def parse(
    blocks: Iterable[bytes], layout: Layout, kinds: Sequence[Parse], skip: bool, limit: int | None
) -> Parsed:
    """The cells of text from its first row on; raises pandas' `ParserError`.

    `kinds`: how to parse the columns. `skip`: leave out lines with too many fields.
    """
    import pandas as pd

    columns = [str(j) for j in range(len(layout.names))]
    numeric, kept = (
        [column for column, kind in zip(columns, kinds, strict=True) if kind is wanted]
        for wanted in (Parse.NUMBERS, Parse.KEPT)
    )
    cells: list[Numbers | Texts] = [
        Numbers() if kind is Parse.NUMBERS else Texts() for kind in kinds
    ]
    with (
        warnings.catch_warnings(record=True) as warned,
        pd.read_csv(
            Blocks(blocks),
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
            skipinitialspace=True,
            quotechar=layout.quote,
            on_bad_lines="warn" if skip else "error",
            nrows=limit,
            chunksize=max(1, CHUNK // len(columns)),
            low_memory=False,
        ) as reader,
    ):
        warnings.simplefilter("always", pd.errors.ParserWarning)
        for chunk in reader:
            for column, (_, series) in zip(cells, chunk.items(), strict=True):
                column.add(series)
    skipped = sum(str(warning.message).count(SKIPPED) for warning in warned)
    surprises = [j for j, column in enumerate(cells) if not column.whole]
    if surprises:
        return Parsed(pd.DataFrame(), skipped, surprises)
    whole = {name: column.joined() for name, column in zip(layout.names, cells, strict=True)}
    return Parsed(pd.DataFrame(whole, copy=False), skipped, [])


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

    def joined(self) -> Array:
        """All chunks as one."""
        return self._chunks[0] if len(self._chunks) == 1 else np.concatenate(self._chunks)


class Texts:
    """The chunks of a column of text: a code for each where they repeat, else as they are."""

    def __init__(self) -> None:
        self.whole = True
        self._repeat = True
        self._codes: list[Array] = []
        self._distinct: list[pd.Series[Any]] = []  # texts of each chunk that its codes stand for
        self._chunks: list[pd.Series[Any]] = []

    def add(self, cells: pd.Series[Any]) -> None:
        """The next chunk; numbers if pandas took texts for some."""
        import pandas as pd

        self.whole = self.whole and cells.dtype.kind == "O"
        if not self.whole:
            return
        if not self._repeat:
            self._chunks.append(_stripped(cells))
            return
        codes, texts = pd.factorize(cells.array)
        if not self._codes and len(texts) > len(cells) / 2:
            self._repeat = False
            self._chunks.append(_stripped(cells))
            return
        self._codes.append(codes.astype(np.int32))
        self._distinct.append(pd.Series(texts, dtype=cells.dtype))

    def joined(self) -> pd.Categorical | pd.Series[Any]:
        """All chunks as one; missing where nothing stands."""
        import pandas as pd

        if not self._repeat:
            return pd.concat(self._chunks, ignore_index=True)
        again, texts = pd.factorize(pd.concat(self._distinct, ignore_index=True).array)
        levels: dict[str, int] = {}
        place = [
            levels.setdefault(text, len(levels)) if text else -1
            for text in map(str.strip, np.asarray(texts, object))
        ]
        places = np.append(np.array(place, np.int32), np.int32(-1))[again]
        ends = np.cumsum([len(distinct) for distinct in self._distinct])
        codes = [
            np.append(part, np.int32(-1))[codes]
            for part, codes in zip(np.split(places, ends[:-1]), self._codes, strict=True)
        ]
        return pd.Categorical.from_codes(np.concatenate(codes), pd.Index([*levels], dtype=object))


def _stripped(texts: pd.Series[Any]) -> pd.Series[Any]:
    stripped = texts.str.strip()
    return stripped.where(stripped != "")
