"""What separates the fields of a text, told by its content."""

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import islice

from .cells import Reads, reads_like
from .records import BLANKS, QUOTE, records

SEPARATORS = {  # the first that fits wholly is taken: a rarer sign in each line is no chance
    "\t": "tabs",
    "|": "vertical bars",
    ";": "semicolons",
    ",": "commas",
    BLANKS: "runs of blanks",
}
RARE = {"^": "carets", "~": "tildes", ":": "colons"}  # tried where none of the others fits
SIGNS = frozenset(SEPARATORS) - {BLANKS}
SINGLE = "'"
IN_SINGLE = re.compile(r"(?:^|[,;|\t])[ ]*'[^']*'[ ]*(?=[,;|\t\r\n]|$)")
EXCEL_SAYS = re.compile(r'"?sep=(.)"?\s*')
SAMPLE = 100  # records, and fields of each, that are looked at
AGREEING = 0.6  # share of the records that must have the same number of fields ...
AGREEING_WORDS = 0.95  # ... and where blanks part words, which a sentence does as well


def said_separator(line: str) -> str:
    """The separator that Excel's first line `sep=;` names."""
    said = EXCEL_SAYS.fullmatch(line)
    return said[1] if said else ""


def sniff_quote(lines: Sequence[str]) -> str:
    """The sign around texts: a single one where most lines have such a field, none the usual."""
    sample = lines[:SAMPLE]
    if not sample or any(QUOTE in line for line in sample):
        return QUOTE
    quoted = sum(IN_SINGLE.search(line) is not None for line in sample)
    return SINGLE if quoted >= AGREEING * len(sample) else QUOTE


def sniff(lines: Sequence[str], quote: str = QUOTE) -> str:
    """The likeliest separator of lines; a comma where there is one column only."""
    return _best(lines, SEPARATORS, quote) or _best(lines, RARE, quote) or ","


def _best(lines: Sequence[str], separators: Iterable[str], quote: str) -> str:
    """The likeliest of some separators; "" where none fits.

    Each is scored as in van den Burg, Nazabal and Sutton, "Wrangling messy CSV files by detecting
    row and type patterns" (2019): records alike in width, times cells that read like values.
    """
    scores: dict[str, float] = {}
    for separator in separators:
        try:
            rows = [row.fields for row in islice(records(lines, separator, quote), SAMPLE)]
        except csv.Error:  # no record ends: not that one
            continue
        if not rows:
            break
        widths = Counter(map(len, rows))
        width, agreeing = widths.most_common(1)[0]
        words = separator == BLANKS and _share(_is_word, rows) > 0.5
        if width > 1 and agreeing >= (AGREEING_WORDS if words else AGREEING) * len(rows):
            shape = sum(n * (width - 1) / width for width, n in widths.items()) / len(widths)
            values = _share(partial(_is_one_value, SIGNS - {separator}), rows)
            if len(widths) == 1 and values == 1:
                return separator
            scores[separator] = shape * values
    return max(scores, key=scores.__getitem__, default="")


def _share(true: Callable[[str], bool], rows: list[list[str]]) -> float:
    """The share of cells for which something is true."""
    cells = [cell for row in rows for cell in row[:SAMPLE]]
    return sum(map(true, cells)) / len(cells)


def _is_word(cell: str) -> bool:
    return reads_like(cell) is Reads.TEXT


def _is_one_value(others: frozenset[str], cell: str) -> bool:
    if not others.isdisjoint(cell):
        return reads_like(cell) is not Reads.TEXT
    parts = cell.split()
    return len(parts) < 2 or any(reads_like(part) is not Reads.NUMBER for part in parts)
