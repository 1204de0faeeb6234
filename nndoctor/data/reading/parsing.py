"""The cells of delimited text, parsed by pandas chunk by chunk."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from nndoctor.data.missing_marks import MISSING_MARKS

from .layout import Layout
from .records import BLANKS

if TYPE_CHECKING:
    import pandas as pd

CHUNK = 2_500_000  # cells; parsing in pieces halves the peak memory of pandas.read_csv
EXACT = 2**53  # whole numbers that a float64 holds
SKIPPED = "Skipping line"  # as pandas warns


class Blocks(io.IOBase):
    """Blocks of bytes as a file for pandas, which takes them as they come."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._blocks = filter(None, blocks)

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        """The next block, of any size; nothing at the end."""
        return next(self._blocks, b"")


def parse(
    blocks: Iterator[bytes], layout: Layout, numbers: Sequence[bool], skip: bool, limit: int | None
) -> tuple[pd.DataFrame, list[int], int]:
    """The cells, which columns of `numbers` turned out to hold others, and lines skipped.

    The cells of such columns are of no use: parse again with them as text. Raises pandas'
    `ParserError`.
    """
    import pandas as pd

    columns = [str(j) for j in range(len(layout.names))]
    chunks: list[pd.DataFrame] = []
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always", pd.errors.ParserWarning)
        with pd.read_csv(
            Blocks(blocks),
            sep=r"\s+" if layout.separator == BLANKS else layout.separator,
            header=None,
            names=columns,
            index_col=False,
            dtype={column: "category" for column, is_number in _each(columns, numbers, False)},
            na_values={column: MISSING_MARKS for column, _ in _each(columns, numbers, True)},
            keep_default_na=False,
            skipinitialspace=True,
            on_bad_lines="warn" if skip else "error",
            nrows=limit,
            chunksize=max(1, CHUNK // len(columns)),
            low_memory=False,
        ) as reader:
            chunks.extend(reader)
    skipped = sum(str(warning.message).count(SKIPPED) for warning in warned)
    parts = [[chunk[column] for chunk in chunks] for column in columns]
    chunks.clear()
    surprises = [
        j for j, is_number in enumerate(numbers) if is_number and not _all_numbers(parts[j])
    ]
    if surprises:
        return pd.DataFrame(), surprises, skipped
    whole: dict[str, Any] = {}
    for name, is_number, part in zip(layout.names, numbers, parts, strict=True):
        whole[name] = _numbers(part) if is_number else _texts([column.array for column in part])
        part.clear()
    return pd.DataFrame(whole, copy=False), [], skipped


def _each(columns: list[str], numbers: Sequence[bool], wanted: bool) -> list[tuple[str, bool]]:
    return [
        (column, is_number)
        for column, is_number in zip(columns, numbers, strict=True)
        if is_number is wanted
    ]


def _all_numbers(part: list[pd.Series[Any]]) -> bool:
    """Whether all chunks of a column are numbers, none of them too long for their type."""
    if any(chunk.dtype.kind not in "if" for chunk in part):
        return False
    whole = [chunk.dtype.kind == "i" for chunk in part]
    if all(whole) or not any(whole):
        return True
    return all(
        np.abs(chunk.to_numpy()).max(initial=0) < EXACT for chunk in part if chunk.dtype.kind == "i"
    )


def _numbers(part: list[pd.Series[Any]]) -> np.ndarray[Any, Any]:
    arrays = [chunk.to_numpy() for chunk in part]
    return arrays[0] if len(arrays) == 1 else np.concatenate(arrays)


def _texts(part: list[Any]) -> pd.Categorical:
    from pandas.api.types import union_categoricals

    stripped = [_stripped(chunk) for chunk in part]
    return stripped[0] if len(stripped) == 1 else union_categoricals(stripped)


def _stripped(chunk: pd.Categorical) -> pd.Categorical:
    """Texts without the blanks around them; missing where nothing is left."""
    import pandas as pd

    levels = [str(level) for level in chunk.categories]
    kept = list(dict.fromkeys(filter(None, map(str.strip, levels))))
    categories = pd.Index(kept, dtype=object)
    if kept == levels:
        return pd.Categorical.from_codes(chunk.codes, categories)
    place = {level: code for code, level in enumerate(kept)}
    codes = np.array([*(place.get(level.strip(), -1) for level in levels), -1], np.int32)
    return pd.Categorical.from_codes(codes[chunk.codes], categories)
