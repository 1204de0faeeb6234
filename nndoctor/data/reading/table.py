"""What every reader of tables makes: a file's cells, before anybody has judged its columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class HowToRead:
    """What the user has said of a file; None and "" where nothing was said.

    `names`: of the columns, in the order of the file. `part`: a sheet, a table or an array in it.
    `skip_bad_lines`: leave out lines with too many or too few fields, and count them. `limit`: so
    many rows only. `likely`: the encoding to try before a guess.
    """

    header: bool | None = None
    names: tuple[str, ...] = ()
    encoding: str = ""
    part: str = ""
    skip_bad_lines: bool = False
    limit: int | None = None
    likely: str = ""


@dataclass(frozen=True)
class Table:
    """A file's cells by column, before anybody has judged what a column is.

    Columns of `frame` have distinct names of type `str`; they hold numbers, truth values or dates
    where the format or its reader could tell, else text as it stands in the file, missing where
    the file itself has no value: a category of `str` where texts repeat, else `str` or object.
    `notes` say what was done to read it, one sentence each. `line_of` turns a row, from 1, into a
    line of the file. `named`: whether the file names its columns. `target`: the column that the
    format itself says is to be learned. `encoding`: of the text, where it is not UTF-8; `guessed`
    where nobody said so. `nested`: columns whose cells held more than one value, and what; they
    are empty now.
    """

    frame: pd.DataFrame
    source: str
    notes: tuple[str, ...] = ()
    line_of: Callable[[int], int] | None = None
    named: bool = True
    target: str = ""
    encoding: str = ""
    guessed: bool = False
    nested: Mapping[str, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.frame)

    @property
    def doubt(self) -> str:
        """What to say beside a name that is not there: it may be misread."""
        told = f"; the file is read as {self.encoding}, a guess (--encoding names another)"
        return told * self.guessed
