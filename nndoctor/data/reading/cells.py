"""What a cell of text reads like, which separators, names and types of columns are told by."""

import re
from collections.abc import Sequence
from enum import Enum, auto
from functools import lru_cache

from nndoctor.data.missing_marks import MISSING_MARKS
from nndoctor.data.thousands import points_between_thousands

LONGEST_INTEGER = 15  # digits; a float64 tells no more apart
NUMBER = re.compile(r"[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|inf|infinity)", re.IGNORECASE)
FIGURE = re.compile(  # 1.500,25  (3.50)  $5  12 %
    r"\(?[+-]?\s?[$€£¥]?\s?[+-]?(?:\d{1,3}(?:[ ,.'\xa0]\d{3})+|\d+)?(?:[.,]\d*)?\s?[%€$£¥]?\)?"
)
DATE = re.compile(
    r"\d{1,4}([-/.])\d{1,2}\1\d{1,4}(?:[T ]\s?\d.*)?"
    r"|\d{1,2}([-/. ])[a-z]{3}\2\d{2,4}.*|\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?(?:\s?[ap]m)?",
    re.IGNORECASE,
)
MISSING = frozenset(MISSING_MARKS)
TRUTHS = ("true", "false")


class Reads(Enum):
    """What a cell reads like."""

    MISSING = auto()
    NUMBER = auto()  # as a program writes it
    FIGURE = auto()  # a number or a date as people write them
    TEXT = auto()


@lru_cache(maxsize=4096)  # most cells of a table stand in it many times
def reads_like(cell: str) -> Reads:
    """What a cell reads like, without the blanks around it."""
    cell = cell.strip()
    if cell in MISSING:
        return Reads.MISSING
    if NUMBER.fullmatch(cell):
        return Reads.NUMBER
    if DATE.fullmatch(cell) or (FIGURE.fullmatch(cell) and any(map(str.isdigit, cell))):
        return Reads.FIGURE
    return Reads.TEXT


class Parse(Enum):
    """How the cells of a column have to be parsed."""

    NUMBERS = auto()
    TEXT = auto()  # which nobody takes for anything else
    KEPT = auto()  # text that a parser would turn into numbers, or into truth values


def parse_as(cells: Sequence[str]) -> Parse:
    """As numbers where nothing is lost: some number, no text, no integer too long for a float64."""
    texts = {*map(str.strip, cells)} - MISSING  # each once: most columns repeat theirs
    if not texts:
        return Parse.KEPT
    if any(not NUMBER.fullmatch(text) for text in texts):
        return Parse.KEPT if all(text.lower() in TRUTHS for text in texts) else Parse.TEXT
    lossy = any(map(_is_long, texts)) or points_between_thousands(texts)
    return Parse.KEPT if lossy else Parse.NUMBERS


def _is_long(number: str) -> bool:
    digits = number.lstrip("+-0") if len(number) > LONGEST_INTEGER else ""
    return digits.isdigit() and len(digits) > LONGEST_INTEGER
