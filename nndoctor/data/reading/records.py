"""The records of delimited text: a line and its fields, or several lines where a quote spans them.

pandas reads the cells; this looks at the head of a file, and finds the line that a message names.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

QUOTE = '"'
BLANKS = " "  # the separator that stands for a run of blanks and tabs
PARTED_BY_BLANKS = re.compile(r'"((?:[^"]|"")*)"|(\S+)')


@dataclass(frozen=True)
class Record:
    """The fields of a record, the line it begins in (from 1), and its text as it stands."""

    line: int
    fields: list[str]
    text: str

    def starts_with(self, mark: str) -> bool:
        """Whether it is a comment, given the mark of comments."""
        return bool(mark) and self.text.lstrip(" ").startswith(mark)


def records(lines: Iterable[str], separator: str, quote: str = QUOTE) -> Iterator[Record]:
    """The records of lines that keep their ends, blank ones left out.

    Raises `csv.Error` for a field of more than 131 072 characters, which an open quote makes.
    """
    numbered = enumerate(lines, 1)
    for number, line in numbered:
        if separator == BLANKS:
            fields = [quoted or bare for quoted, bare in PARTED_BY_BLANKS.findall(line)]
            yield from [Record(number, fields, line)] if fields else []
        elif quote in line:
            taken = [line]
            rest = _noted((line for _, line in numbered), taken)
            reader = csv.reader(
                chain([line], rest), delimiter=separator, quotechar=quote, skipinitialspace=True
            )
            yield Record(number, next(reader), "".join(taken))
        elif line.strip(" \r\n" if separator == "\t" else None):
            yield Record(number, line.rstrip("\r\n").split(separator), line)


def _noted(lines: Iterator[str], taken: list[str]) -> Iterator[str]:
    for line in lines:
        taken.append(line)
        yield line
