"""Lines with too many or too few fields, and quotes left open: the messages that name them."""

from collections.abc import Iterable, Iterator

import numpy as np

from nndoctor.errors import DataError

from .records import BLANKS, QUOTE

SKIP = "--on-bad-lines skip leaves such lines out and counts them"


def unequal(source: str, line: int, expected: int, seen: int) -> DataError:
    """The error for a line whose number of fields is not that of the table."""
    fields = "1 field" if seen == 1 else f"{seen} fields"
    return DataError(
        f"{source} has {fields} in line {line}, expected {expected}",
        f"is a separator missing or extra, or a text that contains one not quoted? {SKIP}",
    )


def open_quote(source: str, line: int) -> DataError:
    """The error for a quotation mark that nothing closes."""
    return DataError(
        f"{source} has a quotation mark in line {line} that is never closed",
        'close it, or write "" for one that is part of a text',
    )


class Separators:
    """Counts the separators outside of quotes in blocks of text that pass through it.

    pandas refuses lines with too many fields: so where there are as many separators as the rows
    ask for, none has too few. Once all have passed, `padded` says whether some field may begin
    with a blank, which pandas skips at a price.
    """

    def __init__(self, blocks: Iterable[bytes], separator: str, quote: str = QUOTE) -> None:
        self.count = 0
        self.padded = True
        self._blocks, self._separator, self._quote = blocks, separator.encode(), quote.encode()

    def __iter__(self) -> Iterator[bytes]:
        if len(self._separator) > 1 or self._separator == BLANKS.encode():
            yield from self._blocks
            return
        quoted, padded, begins = False, False, True
        for block in filter(None, self._blocks):
            signs = np.frombuffer(block, np.uint8)
            found = signs == self._separator[0]
            before = found | (signs <= ord("\r"))  # what ends a line, or does no harm
            blank = signs == ord(" ")
            padded |= bool((begins and blank[0]) or (before[:-1] & blank[1:]).any())
            begins = bool(before[-1])
            if self._quote in block:
                inside = np.logical_xor.accumulate(signs == self._quote[0]) ^ quoted
                found &= ~inside
                quoted = bool(inside[-1])
            elif quoted:
                found[:] = False
            self.count += int(np.count_nonzero(found))
            yield block
        self.padded = padded
