"""What a column of text is: numbers, dates, yes and no, classes, names, or just text."""

from __future__ import annotations

import re
from collections import Counter

import numpy as np

from nndoctor.data.reading.table import Table
from nndoctor.errors import DataError
from nndoctor.trainable import Array

from . import dates, numbers
from .cells import Cells, first_odd
from .column import Column, Kind, Role
from .identifiers import text_identifier
from .levels import (
    LEVEL_ROWS,
    ONE_HOT_LIMIT,
    TICKS,
    is_truth,
    join_spellings,
    words_kept,
)
from .outcomes import as_class, as_date, constant, no_values, set_aside, update
from .said import setting
from .wording import date_doubt, how_written, joined_notes, number_doubt, range_of

MOSTLY = 0.9  # from this share of readable cells on, what can't be read is taken for a slip
ROWS_PER_LEVEL = 4
_VARIANT = re.compile(r"(\d+)[A-Za-z]")
MOST_JOINED = 1000  # distinct texts; more are no labels whose spellings could be joined


def judge_text(table: Table, cells: Cells, told: str) -> Column:
    """What a column of text is; raises DataError where numbers or dates have slips among them."""
    marked = cells.marked
    real = np.flatnonzero(~marked & (cells.counts > 0))
    texts, counts = cells.values[real], cells.counts[real]
    draft = Column(name=cells.name, kind=Kind.TEXT, missing=len(cells) - int(counts.sum()))
    if told in (Kind.TEXT, Kind.IDENTIFIER):
        return set_aside(draft, Kind(told), "as you said")
    if not len(texts):
        return no_values(draft, len(cells))
    if is_truth(texts) and not told:
        joined = join_spellings(texts, counts)
        levels = tuple(sorted(set(joined.texts)))
        notes = joined_notes(cells.name, joined.variants)
        draft = update(draft, kind=Kind.CLASS, truth=True, levels=levels, notes=notes)
        return update(draft, reason=" or ".join(levels))
    if told != Kind.CLASS:
        found = _numbers_in(table, cells, draft, real, told) or _dates_in(
            table, cells, draft, real, told
        )
        if found:
            return found
    column = _judge_words(cells, draft, real, told)
    if column.role != Role.LEFT_OUT or told:
        return column
    return update(column, reason=column.reason + _mostly_numbers(cells.name, texts, counts))


def _mostly_numbers(name: str, texts: Array, counts: Array) -> str:
    """That most cells of a column that is left out as text are numbers, as beside many `<0.1`."""
    reading = numbers.guess_numbers(texts, counts)
    if reading is None or (odd := np.isnan(reading.values)).sum() < 1:
        return ""
    share = 1 - counts[odd].sum() / counts.sum()
    way = setting(name, "number")
    return f"; {share:.0%} of its cells are numbers: {way} takes the others as missing"


def _numbers_in(table: Table, cells: Cells, draft: Column, real: Array, told: str) -> Column | None:
    texts, counts = cells.values[real], cells.counts[real]
    if told == Kind.DATE:
        return None
    reading = numbers.guess_numbers(texts, counts)
    forced = told in (Kind.NUMBER, Kind.CODE)
    if forced and reading is None:
        plain = numbers.NumberFormat()
        reading = numbers.Reading(plain, numbers.read_numbers(texts, plain))
    if reading is None:
        return None
    odd = np.isnan(reading.values)
    share = counts[~odd].sum() / counts.sum()
    if forced and odd.any():
        if odd.all():
            raise _unreadable(table, cells, _among(cells, real, odd), "numbers", "class")
        draft = update(draft, forgiving=True, missing=draft.missing + int(counts[odd].sum()))
    elif odd.any():
        codes = _codes_with_letters(counts, odd) or _variants(texts, odd)
        if share >= MOSTLY and not codes:
            raise _unreadable(table, cells, _among(cells, real, odd), "numbers", "number", "class")
        return None
    known = reading.values[~odd]
    column = update(
        draft,
        kind=Kind.NUMBER,
        number=reading.format,
        reason=range_of(known.min(), known.max()),
        written=how_written(reading.format, texts[~odd]),
        notes=number_doubt(cells.name, reading, texts[~odd]),
    )
    if known.min() == known.max() and not forced:
        return constant(column, str(texts[~odd][0]))
    return column


def _dates_in(table: Table, cells: Cells, draft: Column, real: Array, told: str) -> Column | None:
    texts, counts = cells.values[real], cells.counts[real]
    reading = dates.guess_dates(texts, counts)
    forced = told == Kind.DATE
    if reading is None:
        if forced:
            every = np.ones(len(real), bool)
            raise _unreadable(table, cells, _among(cells, real, every), "dates", "class")
        return None
    odd = np.isnan(reading.values)
    share = counts[~odd].sum() / counts.sum()
    if odd.any():
        if not forced and share < MOSTLY:
            return None
        if not forced:
            raise _unreadable(table, cells, _among(cells, real, odd), "dates", "date", "class")
        draft = update(draft, forgiving=True, missing=draft.missing + int(counts[odd].sum()))
    column = as_date(draft, reading.pattern, reading.values, reading.clock)
    if reading.doubt:
        column = update(column, notes=date_doubt(cells.name, str(texts[0]), reading))
    return constant(column, str(texts[0])) if len(texts) == 1 else column


def _judge_words(cells: Cells, draft: Column, real: Array, told: str) -> Column:
    kept = words_kept(cells)
    if kept:
        real = np.flatnonzero((cells.counts > 0) & (~cells.marked | np.isin(cells.values, kept)))
        draft = update(draft, kept=kept, missing=len(cells) - int(cells.counts[real].sum()))
    texts, counts = cells.values[real], cells.counts[real]
    if not told:
        reason = text_identifier(cells.name, texts, counts)
        if reason:
            return set_aside(draft, Kind.IDENTIFIER, reason)
    if len(texts) > MOST_JOINED and not told:
        return as_class(draft, texts, counts, told)
    joined = join_spellings(texts, counts)
    draft = update(draft, notes=joined_notes(cells.name, joined.variants))
    levels, index = np.unique(joined.texts.astype(str), return_inverse=True)
    held = np.bincount(index, counts).astype(np.int64)
    if len(levels) == 1 and not told:
        return _one_word(draft, str(levels[0]), int(held[0]))
    return as_class(draft, levels, held, told)


def _one_word(draft: Column, word: str, rows: int) -> Column:
    """A tick or none where there are enough of both, else a constant."""
    either = min(rows, draft.missing) >= LEVEL_ROWS
    if either and word in TICKS:
        return update(draft, kind=Kind.CLASS, levels=(word,), reason=f"ticked by {word!r}, or not")
    column = constant(draft, word)
    if either:
        way = setting(draft.name, "class")
        column = update(column, reason=f"{column.reason}; {way} tells both apart")
    return column


def _codes_with_letters(counts: Array, odd: Array) -> bool:
    """Whether the odd texts are levels among few others, as 3+ is beside 0, 1 and 2."""
    few = len(counts) <= ONE_HOT_LIMIT and len(counts) * ROWS_PER_LEVEL <= counts.sum()
    return bool(few and (counts[odd] >= LEVEL_ROWS).all())


def _variants(texts: Array, odd: Array) -> bool:
    """Whether the odd texts are numbers with a letter that stand beside their like.

    As 136A is beside 136, or 207a beside 207b: names of things, and no slips.
    """
    found, plain = [_VARIANT.fullmatch(text) for text in texts[odd]], texts[~odd]
    of = [one[1] for one in found if one]
    alike = Counter(of) + Counter(set(of) & set(plain))
    names = len(of) == len(found) and all(text.isdigit() for text in plain)
    return names and all(alike[number] > 1 for number in of)


def _among(cells: Cells, real: Array, odd: Array) -> Array:
    every = np.zeros(len(cells.values), bool)
    every[real[odd]] = True
    return every


def _unreadable(table: Table, cells: Cells, odd: Array, wanted: str, *ways: str) -> DataError:
    text, place = first_odd(table, cells, odd)
    many = int(cells.counts[odd].sum())
    more = f", and {many - 1} more such cells" if many > 1 else ""
    return DataError(
        f"column '{cells.name}' has text where {wanted} belong: {text!r} in {place}{more}",
        "; ".join(f"{setting(cells.name, way)} {_WAYS[way]}" for way in ways),
    )


_WAYS = {
    "number": "takes such cells as missing",
    "date": "takes such cells as missing",
    "class": "takes the column as text",
}
