"""Lines with too many or too few fields, and quotes left open: the messages that name them."""

from nndoctor.errors import DataError

SKIP = "--on-bad-lines skip leaves such lines out and counts them"


def unequal(source: str, line: int, expected: int, seen: int) -> DataError:
    """The error for a line whose number of fields is not that of the table."""
    fields = "1 field" if seen == 1 else f"{seen} fields"
    return DataError(
        f"{source} has {fields} in line {line}, expected {expected}",
        f"is a separator missing or too many, or a text with one in it not quoted? {SKIP}",
    )


def open_quote(source: str, line: int) -> DataError:
    """The error for a quotation mark that nothing closes."""
    return DataError(
        f"{source} has a quotation mark in line {line} that is never closed",
        'close it, or write "" for one that is part of a text',
    )
