"""What a cell of text reads like, which separators, names and types of columns are told by."""

import re
from collections.abc import Sequence
from enum import Enum, auto

from nndoctor.data.missing_marks import MISSING_MARKS

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


class Reads(Enum):
    """What a cell reads like."""

    MISSING = auto()
    NUMBER = auto()  # as a program writes it
    FIGURE = auto()  # a number or a date as people write them
    TEXT = auto()


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


def holds_numbers(cells: Sequence[str]) -> bool:
    """Whether cells are numbers with nothing lost: some number, no text, no integer too long."""
    numbers = [cell.strip() for cell in cells if cell.strip() not in MISSING]
    return bool(numbers) and all(
        NUMBER.fullmatch(number) and not (len(number) > LONGEST_INTEGER and _is_long(number))
        for number in numbers
    )


def _is_long(number: str) -> bool:
    digits = number.lstrip("+-0")
    return digits.isdigit() and len(digits) > LONGEST_INTEGER
