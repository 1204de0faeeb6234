"""SQLite: one table or view of a database, through Python's own sqlite3, never written to."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

from nndoctor.errors import DataError

from ..naming import listed
from . import endings
from .frames import table_of
from .opening import AGAIN, readable
from .source import Source
from .table import HowToRead, Table

MAGIC = b"SQLite format 3\0"
TABLES = "select name from sqlite_master where type in ('table', 'view') order by name"


def read_sqlite(source: Source, how: HowToRead) -> Table:
    """The table that `how.part` names, else the only one."""
    import pandas as pd

    with readable(source, endings.SQLITE), _connected(source) as connection:
        names = [name for (name,) in connection.execute(TABLES)]
        names = [name for name in names if not name.startswith("sqlite_")]  # its own
        table = _chosen(source, names, how.part, connection)
        limit = -1 if how.limit is None else how.limit
        query = f"select * from {_quoted(table)} limit ?"
        frame = pd.read_sql_query(query, connection, params=(limit,))
    return table_of(frame, str(source), how)


@contextmanager
def _connected(source: Source) -> Iterator[sqlite3.Connection]:
    with source.path.open("rb") as file:
        packed = file.read(len(MAGIC)) != MAGIC
    if not packed:
        uri = f"{source.path.resolve().as_uri()}?mode=ro"
        with closing(sqlite3.connect(uri, uri=True)) as connection:
            yield connection
        return
    with closing(sqlite3.connect(":memory:")) as connection, source.open() as content:
        connection.deserialize(content.read())
        yield connection


def _quoted(table: str) -> str:
    doubled = table.replace('"', '""')
    return f'"{doubled}"'


def _likeliest(names: list[str], connection: sqlite3.Connection) -> str:
    """The widest table that has a row; it may be many rows long, so that none are counted."""

    def columns(name: str) -> int:
        try:
            rows = connection.execute(f"select * from {_quoted(name)} limit 1")
            return len(rows.description) if rows.fetchone() else 0
        except sqlite3.Error:  # a view of what is no longer there
            return 0

    return max(names, key=columns)


def _chosen(source: Source, names: list[str], part: str, connection: sqlite3.Connection) -> str:
    if not names:
        raise DataError(f"{source} is a database without a table", AGAIN)
    if part in names:
        return part
    if part or len(names) > 1:
        problem = f"no table '{part}'" if part else f"{len(names)} tables"
        raise DataError(
            f"{source} has {problem}",
            f"name one as {source}::{_likeliest(names, connection)}; there are {listed(names)}",
        )
    return names[0]
