"""Parquet and Feather, through pandas and pyarrow."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import TYPE_CHECKING

from nndoctor.limits import refuse_beyond

from .frames import table_of, with_index
from .opening import readable
from .source import Source
from .table import HowToRead, Table

if TYPE_CHECKING:
    import pandas as pd

MODULES, INSTALL = ("pyarrow",), 'pip install "nndoctor[parquet]"'


def read_parquet_table(source: Source, how: HowToRead) -> Table:
    """A Parquet file; its index is a column where it is more than row numbers."""

    def parse(file: BytesIO) -> pd.DataFrame:
        import pandas as pd
        from pyarrow import parquet  # type: ignore[import-untyped]

        told = parquet.read_metadata(file)
        refuse_beyond(
            8.0 * told.num_rows * told.num_columns,
            f"{source}, {told.num_rows} rows of {told.num_columns} columns,",
            "write fewer of them",
        )
        file.seek(0)
        parquet.read_table(file).validate(full=True)  # of texts, that they are UTF-8
        file.seek(0)
        return pd.read_parquet(file, engine="pyarrow")

    return _read(source, how, "Parquet", parse)


def read_feather(source: Source, how: HowToRead) -> Table:
    """A Feather file, which is also Arrow's file format."""

    def parse(file: BytesIO) -> pd.DataFrame:
        import pandas as pd
        from pyarrow import feather

        # Its offsets are taken from the file as they are: unchecked, they lead anywhere in memory.
        feather.read_table(file).validate(full=True)
        file.seek(0)
        return pd.read_feather(file)

    return _read(source, how, "Feather", parse)


def _read(
    source: Source, how: HowToRead, name: str, parse: Callable[[BytesIO], pd.DataFrame]
) -> Table:
    with source.open() as file:
        content = BytesIO(file.read())
    with readable(source, f"{name} file"):
        frame = parse(content)
    return table_of(with_index(frame), str(source), how)
