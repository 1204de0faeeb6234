"""The columns of the data file on the command line, for shells to complete; nothing heavy."""

import csv
import os
from collections import Counter
from contextlib import suppress
from pathlib import Path

import typer

MOST_BYTES = 1 << 16  # of a header
DELIMITERS = ",;\t|"


def complete_column(ctx: typer.Context, incomplete: str) -> list[str]:
    """The columns whose names begin as what is typed does."""
    return [name for name in _columns(ctx) if name.startswith(incomplete)]


def complete_columns(ctx: typer.Context, incomplete: str) -> list[str]:
    """The same after the last comma; what stands before it is kept, and not offered again."""
    before, comma, last = incomplete.rpartition(",")
    known = [name for name in _columns(ctx) if "," not in name and name not in before.split(",")]
    return [f"{before}{comma}{name}" for name in known if name.startswith(last)]


def header(path: Path) -> list[str]:
    """The names in the first line of a text file; none where it holds numbers, or can't be read."""
    with suppress(OSError, UnicodeError, csv.Error):
        if not path.is_file():  # a pipe would wait
            return []
        with path.open("rb") as file:
            start = file.read(MOST_BYTES)
        if b"\0" in start or (len(start) == MOST_BYTES and b"\n" not in start):
            return []
        first = next((one for one in start.splitlines() if one.strip()), b"")
        line = first.decode("utf-8-sig")
        counts = Counter(line)
        delimiter = max(DELIMITERS, key=lambda one: counts[one])
        names = [name.strip() for name in next(csv.reader([line], delimiter=delimiter), [])]
        if not any(map(_number, names)):
            return [name for name in names if name.isprintable() and name]
    return []


def _columns(ctx: typer.Context) -> list[str]:
    """Of the file that is named: while an option waits for its word it is still a bare word."""
    words = (ctx.params.get("source"), ctx.params.get("data"), *ctx.args)
    files = (Path(os.path.expanduser(word)) for word in words if isinstance(word, str) and word)
    return next((names for file in files if (names := header(file))), [])


def _number(word: str) -> bool:
    with suppress(ValueError):
        float(word)
        return True
    return False
