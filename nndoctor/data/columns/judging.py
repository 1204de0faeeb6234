"""What a column is: decided over all of its cells, and from what the user said of it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from nndoctor.data.reading.table import Table
from nndoctor.errors import DataError
from nndoctor.trainable import Array

from . import dates, numbers
from .cells import Cells, Form, cells_of, label
from .column import Column, Kind, Role
from .identifiers import number_identifier, text_identifier
from .levels import (
    LEVEL_ROWS,
    LEVEL_SHARE,
    ONE_HOT_LIMIT,
    frequent,
    is_truth,
    join_spellings,
    words_kept,
)
from .said import setting

MOSTLY = 0.9  # from this share of readable cells on, what can't be read is taken for a slip
HOLLOW = 0.9  # from this share of missing cells on, a column says next to nothing
CODES = 20  # distinct whole numbers that may be names
ROWS_PER_CODE = 4
ONE_HOT_TOLD = 100  # levels, where the user said that a column holds classes
COVERED = 0.5  # share of rows that the frequent texts must have, else most rows say "other"
SIGHTED = 1000


def judge(table: Table, name: str, told: str = "") -> Column:
    """What one column is, and what becomes of it as a feature.

    `told` is the kind that the user said, or "". Raises DataError where a column holds neither
    numbers nor text, or both by mistake.
    """
    cells = cells_of(table, name)
    first = table.frame.columns[0] == name
    if cells.form is Form.TEXT:
        column = _judge_text(table, cells, told)
    else:
        column = _TYPED[cells.form](cells, told, first)
    if column.role == Role.INPUT and column.missing > HOLLOW * len(cells) and not told:
        reason = f"{column.missing} of {len(cells)} values are missing"
        return column.model_copy(update={"role": Role.LEFT_OUT, "reason": reason})
    return column


# Numbers, truth values and dates as the file has them


def _judge_numbers(cells: Cells, told: str, first: bool) -> Column:
    values = cells.values
    gaps = np.isnan(values) if values.dtype.kind == "f" else np.zeros(0, bool)
    missing = int(gaps.sum())
    draft = Column(name=cells.name, kind=Kind.NUMBER, missing=missing)
    present = values[~gaps] if missing else values
    if not len(present):
        return _no_values(draft, len(values))
    if told == Kind.CLASS:
        texts, counts = _counted(present)
        return _as_class(draft, texts, counts, told)
    if told == Kind.DATE:
        return _told_date(draft, values)
    if told in (Kind.TEXT, Kind.IDENTIFIER):
        return _set_aside(draft, Kind(told), "as you said")
    low, high = present.min(), present.max()
    if told:
        return _update(draft, kind=Kind(told), reason=f"as you said; {_range(low, high)}")
    if low == high:
        return _constant(draft, label(low))
    whole = _whole(present)
    if whole and not missing and np.isfinite(high):
        reason = number_identifier(cells.name, present, first)
        if reason:
            return _set_aside(draft, Kind.IDENTIFIER, reason)
    few = few_distinct(present) if whole else 0
    if few > 2 and few * ROWS_PER_CODE <= len(present):
        way = setting(cells.name, "class")
        reason = f"{few} distinct whole numbers, {_range(low, high)}"
        how = f"as a number; one-hot with {way}"
        return _update(draft, kind=Kind.CODE, reason=reason, treatment=how)
    return _update(draft, reason=_pair(low, high) if few == 2 else _range(low, high))


def _judge_truth(cells: Cells, told: str, first: bool) -> Column:
    values = cells.values.astype(np.float32)
    gaps = np.isnan(values)
    draft = Column(
        name=cells.name,
        kind=Kind.CLASS,
        missing=int(gaps.sum()),
        truth=True,
        reason="true or false",
    )
    present = values[~gaps]
    if not len(present):
        return _no_values(draft, len(values))
    if present.min() == present.max() and not told:
        return _constant(draft, str(bool(present[0])))
    return draft


def _judge_moments(cells: Cells, told: str, first: bool) -> Column:
    missing = int(np.isnan(cells.values).sum())
    draft = Column(name=cells.name, kind=Kind.DATE, missing=missing)
    if missing == len(cells):
        return _no_values(draft, len(cells))
    if told not in ("", Kind.DATE):
        return _set_aside(draft, Kind.DATE, "dates, left out as you said")
    return _as_date(draft, "", cells.values)


_TYPED: dict[Form, Callable[[Cells, str, bool], Column]] = {
    Form.NUMBER: _judge_numbers,
    Form.TRUTH: _judge_truth,
    Form.MOMENT: _judge_moments,
}


# Text


def _judge_text(table: Table, cells: Cells, told: str) -> Column:
    marked = cells.marked
    real = np.flatnonzero(~marked & (cells.counts > 0))
    texts, counts = cells.values[real], cells.counts[real]
    draft = Column(name=cells.name, kind=Kind.TEXT, missing=len(cells) - int(counts.sum()))
    if told in (Kind.TEXT, Kind.IDENTIFIER):
        return _set_aside(draft, Kind(told), "as you said")
    if not len(texts):
        return _no_values(draft, len(cells))
    if is_truth(texts) and not told:
        joined = join_spellings(texts, counts)
        levels = tuple(sorted(set(joined.texts)))
        notes = _joined_notes(cells.name, joined.variants)
        draft = _update(draft, kind=Kind.CLASS, truth=True, levels=levels, notes=notes)
        return _update(draft, reason=" or ".join(levels))
    if told != Kind.CLASS:
        found = _numbers_in(table, cells, draft, real, told) or _dates_in(
            table, cells, draft, real, told
        )
        if found:
            return found
    return _judge_words(cells, draft, real, told)


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
        draft = _update(draft, forgiving=True, missing=draft.missing + int(counts[odd].sum()))
    elif odd.any():
        if share >= MOSTLY and not _codes_with_letters(counts, odd):
            raise _unreadable(table, cells, _among(cells, real, odd), "numbers", "number", "class")
        return None
    known = reading.values[~odd]
    column = _update(
        draft,
        kind=Kind.NUMBER,
        number=reading.format,
        reason=_range(known.min(), known.max()),
        treatment=_how_written(reading.format, texts[~odd]),
        notes=_doubt(cells.name, reading, texts[~odd]),
    )
    return _constant(column, str(texts[~odd][0])) if known.min() == known.max() else column


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
        draft = _update(draft, forgiving=True, missing=draft.missing + int(counts[odd].sum()))
    column = _as_date(draft, reading.pattern, reading.values, reading.clock)
    if reading.doubt:
        note = (
            f"column '{cells.name}': {texts[0]!r} is read as {_order(reading.pattern)}, "
            f"it could be {_order(reading.doubt)} as well"
        )
        column = _update(column, notes=(note,))
    return _constant(column, str(texts[0])) if len(texts) == 1 else column


def _judge_words(cells: Cells, draft: Column, real: Array, told: str) -> Column:
    kept = words_kept(cells.values, cells.counts, int((cells.codes < 0).sum()))
    if kept:
        real = np.flatnonzero((cells.counts > 0) & (~cells.marked | np.isin(cells.values, kept)))
        draft = _update(draft, kept=kept, missing=len(cells) - int(cells.counts[real].sum()))
    texts, counts = cells.values[real], cells.counts[real]
    if not told:
        reason = text_identifier(cells.name, texts, counts)
        if reason:
            return _set_aside(draft, Kind.IDENTIFIER, reason)
    if len(texts) > SIGHTED and not told:
        return _as_class(draft, texts, counts, told)
    joined = join_spellings(texts, counts)
    draft = _update(draft, notes=_joined_notes(cells.name, joined.variants))
    levels, index = np.unique(joined.texts.astype(str), return_inverse=True)
    held = np.bincount(index, counts).astype(np.int64)
    if len(levels) == 1 and not told:
        return _constant(draft, str(levels[0]))
    return _as_class(draft, levels, held, told)


# What becomes of it


def _as_class(draft: Column, texts: Array, counts: Array, told: str) -> Column:
    """One-hot, or the frequent levels and "other", or left out as text."""
    most = ONE_HOT_TOLD if told else ONE_HOT_LIMIT
    if len(texts) <= most:
        names = sorted(map(str, texts))
        reason = " or ".join(names) if len(names) == 2 else f"{len(names)} distinct values"
        if draft.kept:
            reason += f"; {draft.kept[0]!r} is too frequent to be a gap"
        return _update(draft, kind=Kind.CLASS, reason=reason, levels=tuple(names))
    held = dict(zip(map(str, texts), counts.tolist(), strict=True))
    rows = sum(held.values())
    levels = frequent(list(held), list(held.values()), most, 0 if told else LEVEL_SHARE)
    kind = Kind.CLASS if told else Kind.TEXT
    reason = f"{len(held)} distinct texts in {rows} rows"
    if not levels:
        return _set_aside(draft, kind, f"{reason}, none frequent")
    if not told and sum(held[level] for level in levels) < COVERED * rows:
        return _set_aside(draft, kind, f"{reason}, few of them frequent")
    return _update(draft, kind=kind, reason=reason, levels=tuple(levels), other=True)


def _as_date(draft: Column, pattern: str, moments: Array, clock: bool = False) -> Column:
    how = dates.date_format(pattern, moments, clock)
    shown = dates.shown(np.nanmin(moments), clock), dates.shown(np.nanmax(moments), clock)
    if not how.parts:
        return _constant(_update(draft, date=how), shown[0])
    return _update(draft, kind=Kind.DATE, date=how, reason=f"{shown[0]} to {shown[1]}")


def _told_date(draft: Column, values: Array) -> Column:
    unit = dates.epoch_unit(values.astype(np.float64))
    moments = dates.epoch_seconds(values.astype(np.float64), unit)
    if np.isnan(moments).all():
        raise DataError(
            f"column '{draft.name}' has {label(values[0])}, which is no date",
            f"{setting(draft.name, 'number')} takes it as it is",
        )
    return _as_date(draft, unit, moments)


def _update(column: Column, **changes: object) -> Column:
    return column.model_copy(update=changes)


def _set_aside(draft: Column, kind: Kind, reason: str) -> Column:
    return _update(draft, kind=kind, role=Role.LEFT_OUT, reason=reason)


def _constant(draft: Column, value: str) -> Column:
    reason = f"always {value!r}"
    if draft.missing:
        reason += f" where it is not missing ({draft.missing} gaps)"
    return _set_aside(draft, Kind.CONSTANT, reason)


def _no_values(draft: Column, rows: int) -> Column:
    draft = _update(draft, missing=rows)
    return _set_aside(draft, Kind.CONSTANT, f"all {rows} values are missing")


# Facts in words


def _range(low: object, high: object) -> str:
    return f"values {_short(low)} to {_short(high)}"


def _pair(low: object, high: object) -> str:
    return f"{_short(low)} or {_short(high)}"


def _short(value: object) -> str:
    number = float(value)  # type: ignore[arg-type]
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else f"{number:.6g}"


def _how_written(how: numbers.NumberFormat, texts: Array) -> str:
    signs = sorted({c for text in texts[:SIGHTED] for c in numbers.CURRENCIES if c in text})
    said = [
        "decimal comma" if how.decimal == "," else "",
        _THOUSANDS.get(how.thousands, ""),
        f"without {how.unit!r}" if how.unit else "",
        f"without {''.join(signs)!r}" if signs and how.unit not in signs else "",
    ]
    told = ", ".join(filter(None, said))
    return f"as a number ({told})" if told else ""


_THOUSANDS = {
    ",": "commas between thousands",
    ".": "points between thousands",
    " ": "blanks between thousands",
    "'": "apostrophes between thousands",
}


def _doubt(name: str, reading: numbers.Reading, texts: Array) -> tuple[str, ...]:
    if reading.doubt is None:
        return ()
    text = next(t for t in texts if not np.array_equal(*_both(t, reading), equal_nan=True))
    one, other = (label(values[0]) for values in _both(text, reading))
    return (f"column '{name}': {text!r} is read as {one}, it could mean {other} as well",)


def _both(text: str, reading: numbers.Reading) -> tuple[Array, Array]:
    assert reading.doubt is not None
    one = np.array([text], object)
    return numbers.read_numbers(one, reading.format), numbers.read_numbers(one, reading.doubt)


def _order(pattern: str) -> str:
    words = {"d": "day", "m": "month", "y": "year", "Y": "year"}
    return "-".join(words[c] for c in pattern if c in words)


def _joined_notes(name: str, variants: dict[str, list[str]]) -> tuple[str, ...]:
    return tuple(
        f"column '{name}': {', '.join(map(repr, others))} taken for {kept!r}, "
        "as only case or blanks differ"
        for kept, others in variants.items()
    )


# Measures and mistakes


def _whole(values: Array) -> bool:
    if values.dtype.kind in "iu":
        return True
    sight = values[:: max(1, len(values) // SIGHTED)]
    return bool((sight == np.floor(sight)).all() and (values == np.floor(values)).all())


def few_distinct(values: Array) -> int:
    """How many distinct values, 0 if more than may be codes."""
    import pandas as pd

    if len(np.unique(values[:: max(1, len(values) // SIGHTED)])) > CODES:
        return 0
    distinct = len(pd.unique(values))
    return distinct if distinct <= CODES else 0


def _counted(values: Array) -> tuple[Array, Array]:
    distinct, counts = np.unique(values, return_counts=True)
    return np.array([label(value) for value in distinct], object), counts


def _codes_with_letters(counts: Array, odd: Array) -> bool:
    """Whether the odd texts are levels among few others, as 3+ is beside 0, 1 and 2."""
    few = len(counts) <= ONE_HOT_LIMIT and len(counts) * ROWS_PER_CODE <= counts.sum()
    return bool(few and (counts[odd] >= LEVEL_ROWS).all())


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


def first_odd(table: Table, cells: Cells, odd: Array) -> tuple[str, str]:
    """The first text that is odd [K], and where it stands, in words."""
    text, row = cells.first_row(odd)
    return text, f"row {row}" + (f" (line {table.line_of(row)})" if table.line_of else "")
