"""Facts of a column in a few words."""

from __future__ import annotations

import numpy as np

from nndoctor.trainable import Array

from . import dates, numbers
from .cells import CURRENCIES, label

SIGHTED = 1000


def range_of(low: object, high: object) -> str:
    """Between which numbers a column lies."""
    return f"values {_short(low)} to {_short(high)}"


def pair_of(low: object, high: object) -> str:
    """The only two numbers of a column."""
    return f"{_short(low)} or {_short(high)}"


def _short(value: object) -> str:
    number = float(value)  # type: ignore[arg-type]
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else f"{number:.6g}"


def how_written(how: numbers.NumberFormat, texts: Array) -> str:
    """How the numbers of a column are written, where it is not the plain way."""
    signs = sorted({one for text in texts[:SIGHTED] for one in CURRENCIES.findall(text)})
    said = [
        "decimal comma" if how.decimal == "," else "",
        _THOUSANDS.get(how.thousands, ""),
        f"without {how.unit!r}" if how.unit else "",
        f"without {' '.join(signs)!r}" if signs and how.unit not in signs else "",
    ]
    return ", ".join(filter(None, said))


_THOUSANDS = {
    ",": "commas between thousands",
    ".": "points between thousands",
    " ": "blanks between thousands",
    "'": "apostrophes between thousands",
}


def number_doubt(name: str, reading: numbers.Reading, texts: Array) -> tuple[str, ...]:
    """That the numbers of a column could be read in another way."""
    if reading.doubt is None:
        return ()
    text = next(t for t in texts if not np.array_equal(*_both(t, reading), equal_nan=True))
    one, other = (label(values[0]) for values in _both(text, reading))
    return (f"column '{name}': {text!r} is read as {one}, it could mean {other} as well",)


def _both(text: str, reading: numbers.Reading) -> tuple[Array, Array]:
    assert reading.doubt is not None
    one = np.array([text], object)
    return numbers.read_numbers(one, reading.format), numbers.read_numbers(one, reading.doubt)


def date_doubt(name: str, text: str, reading: dates.Reading) -> tuple[str, ...]:
    """That a column's days and months could be read the other way round."""
    return (
        f"column '{name}': {text!r} is read as {_order(reading.pattern)}, "
        f"it could be {_order(reading.doubt)} as well",
    )


def _order(pattern: str) -> str:
    words = {"d": "day", "m": "month", "y": "year", "Y": "year"}
    return "-".join(words[c] for c in pattern if c in words)


def joined_notes(name: str, variants: dict[str, list[str]]) -> tuple[str, ...]:
    """Which spellings of a column have been joined, in one sentence for all of them."""
    if not variants:
        return ()
    kept, others = next(iter(variants.items()))
    more = len(variants) - 1
    alike = f", and {more} more likewise" if more else ""
    return (
        f"column '{name}': {', '.join(map(repr, others))} taken for {kept!r}{alike}, "
        "as only case or blanks differ",
    )
