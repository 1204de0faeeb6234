"""The cells of one column in one of four forms; text by its distinct values."""

from __future__ import annotations

import re
import weakref
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from enum import Enum, auto
from functools import cached_property
from shlex import quote
from typing import TYPE_CHECKING, Any

import numpy as np

from nndoctor.data.missing_marks import MISSING_MARKS, is_mark_beside_numbers
from nndoctor.data.reading.table import Table
from nndoctor.errors import DataError
from nndoctor.trainable import Array

if TYPE_CHECKING:
    import pandas as pd

MARKS = frozenset(MISSING_MARKS)
CURRENCIES = re.compile(  # as they are written beside amounts; rs12 names a gene's variant
    r"(?:US|HK|[ACRS])?\$|[€£¥₹]|Fr\.|Rs(?=[. ])\.?|kr(?=[. ])\.?|zł|(?:USD|EUR|GBP|JPY|CHF|CNY|AUD"
    r"|CAD|NZD|HKD|SGD|SEK|NOK|DKK|INR|KRW|MXN|BRL|ZAR|PLN|THB|ILS|CZK|HUF|AED|RUB)(?![A-Za-z])"
)
BEGINS_LIKE_A_NUMBER = re.compile(
    rf"[^\dA-Za-z]{{0,5}}(?:(?:{CURRENCIES.pattern})[^\dA-Za-z]{{0,3}})?\d"
)
NUMBERS = ("decimal", "integer", "floating", "mixed-integer-float", "empty")
WRITTEN = ("string", "mixed", "mixed-integer")  # some of the cells, or all, are text
MOMENTS = ("datetime64", "datetime", "date")
SPANS = ("timedelta64", "timedelta")
PLAIN = (str, int, float, Decimal, np.number, np.bool_, date, time)  # what a sheet may mix


class Form(Enum):
    """What the file holds, before anybody asks what it means."""

    NUMBER = auto()
    TRUTH = auto()
    MOMENT = auto()
    TEXT = auto()


@dataclass(frozen=True)
class Cells:
    """One column of N rows.

    Numbers: `values` [N], NaN where missing. Truth values: bool [N], or 1.0, 0.0 and NaN. Moments:
    seconds since 1970 [N], NaN where missing. Text: the K distinct texts, stripped, are `values`
    [K], `codes` [N] point to them (-1 where the file has nothing), `counts` [K] says how often.
    """

    name: str
    form: Form
    values: Array
    codes: Array
    counts: Array

    def __len__(self) -> int:
        return len(self.codes) if self.form is Form.TEXT else len(self.values)

    @cached_property
    def marked(self) -> Array:
        """Which of the distinct texts are marks of a missing value [K]."""
        plain = np.fromiter(map(MARKS.__contains__, self.values), bool, len(self.values))
        rest = [text for text in self.values[~plain] if not BEGINS_LIKE_A_NUMBER.match(text)]
        if not rest or not all(map(is_mark_beside_numbers, rest)):
            return plain
        return plain | np.isin(self.values, rest)

    def spread(self, values: Array) -> Array:
        """Something known of each distinct text [K], for each row [N]; NaN or None where empty."""
        nothing = None if values.dtype == object else np.nan
        if values.dtype != object and (self.codes < 0).any():
            values = values.astype(np.result_type(values, np.float32))
        elif values.dtype != object:
            return values[self.codes]
        return np.append(values, np.array([nothing], values.dtype))[self.codes]

    def first_row(self, odd: Array) -> tuple[str, int]:
        """The first text that is odd [K], and its row from 1."""
        row = int(np.flatnonzero(np.append(odd, False)[self.codes])[0])
        return str(self.values[self.codes[row]]), row + 1


_texts: dict[int, dict[str, Cells]] = {}  # of frames alive: plan and encode share the hard part


def cells_of(table: Table, name: str) -> Cells:
    """The cells of a column; raises DataError where they are neither number, date nor text."""
    frame = table.frame
    if id(frame) not in _texts:
        weakref.finalize(frame, _texts.pop, id(frame), None)
    known = _texts.setdefault(id(frame), {})  # by several threads
    if name in known:
        return known[name]
    cells = _read(frame[name], name)
    if cells.form is Form.TEXT:
        known[name] = cells
    return cells


def _read(column: pd.Series[Any], name: str) -> Cells:
    import pandas as pd

    kind: Any = column.dtype
    if isinstance(kind, pd.CategoricalDtype):
        categories = pd.Series(column.cat.categories)
        if pd.api.types.infer_dtype(categories, skipna=True) == "string":
            return _text(name, column.cat.codes.to_numpy(), categories.to_numpy(object))
        column = column.astype(categories.dtype if not column.hasnans else object)
        kind = column.dtype
    if isinstance(kind, np.dtype) and kind.kind in "iuf":
        return _plain(name, Form.NUMBER, column.to_numpy())
    if pd.api.types.is_bool_dtype(kind):
        return _truth(name, column)
    if pd.api.types.is_complex_dtype(kind):
        raise _neither(name, str(kind))
    if pd.api.types.is_numeric_dtype(kind):
        return _plain(name, Form.NUMBER, _numbers(column))
    if pd.api.types.is_datetime64_any_dtype(kind):
        return _plain(name, Form.MOMENT, _clock(column))
    if pd.api.types.is_timedelta64_dtype(kind):
        return _plain(name, Form.NUMBER, column.dt.total_seconds().to_numpy(np.float64))
    if isinstance(kind, pd.StringDtype):
        return _text(name, *_distinct(column))
    return _of_objects(name, column.astype(object))


def _of_objects(name: str, column: pd.Series[Any]) -> Cells:
    import pandas as pd

    held = pd.api.types.infer_dtype(column, skipna=True)
    if held in NUMBERS:
        return _plain(name, Form.NUMBER, column.astype(float).to_numpy(np.float64))
    if held == "boolean":
        return _truth(name, column)
    if held in MOMENTS:
        return _plain(name, Form.MOMENT, _clock(pd.to_datetime(column, utc=True)))
    if held in SPANS:
        return _read(pd.to_timedelta(column), name)
    if held == "time":
        return _text(name, *_distinct(column.map(str, na_action="ignore")))
    if held not in WRITTEN:
        raise _neither(name, held)
    if held != "string":
        strange = next((v for v in column[column.notna()] if not isinstance(v, PLAIN)), None)
        if strange is not None:
            raise _neither(name, f"values of type {type(strange).__name__}")
        column = column.map(label, na_action="ignore")
    return _text(name, *_distinct(column))


def first_odd(table: Table, cells: Cells, odd: Array) -> tuple[str, str]:
    """The first text that is odd [K], and where it stands, in words."""
    text, row = cells.first_row(odd)
    return text, f"row {row}" + (f" (line {table.line_of(row)})" if table.line_of else "")


def label(value: object) -> str:
    """A number or a text as it is written: 3 for 3.0."""
    whole = isinstance(value, float | np.floating) and float(value).is_integer()
    return str(int(value)) if whole else str(value)  # type: ignore[call-overload]


def seconds(moments: Array) -> Array:
    """Seconds since 1970 [N] of datetime64 [N], NaN where missing."""
    found = moments.astype("datetime64[us]").astype(np.int64) / 1e6
    found[np.isnat(moments)] = np.nan
    return found


def _clock(moments: pd.Series[Any]) -> Array:
    """Seconds [N] as the clock on the wall shows them, whatever the time zone."""
    if getattr(moments.dtype, "tz", None) is not None:
        moments = moments.dt.tz_localize(None)
    return seconds(moments.to_numpy("datetime64[us]"))


def _numbers(column: pd.Series[Any]) -> Array:
    kind: Any = column.dtype
    plain = np.dtype(kind.to_numpy_dtype() if hasattr(kind, "to_numpy_dtype") else _numpy_of(kind))
    if column.hasnans:
        return column.to_numpy(np.result_type(np.float32, plain), na_value=np.nan)
    return column.to_numpy(plain)


def _numpy_of(kind: Any) -> Any:
    return getattr(kind, "numpy_dtype", kind)


def _truth(name: str, column: pd.Series[Any]) -> Cells:
    gaps = column.isna().to_numpy()
    if not gaps.any():
        return _plain(name, Form.TRUTH, column.to_numpy(bool))
    values = np.full(len(column), np.nan, np.float32)
    values[~gaps] = column[~gaps].to_numpy(bool)
    return _plain(name, Form.TRUTH, values)


def _plain(name: str, form: Form, values: Array) -> Cells:
    none = np.empty(0, np.int64)
    return Cells(name, form, values, none, none)


def _distinct(column: pd.Series[Any]) -> tuple[Array, Array]:
    import pandas as pd

    codes, texts = pd.factorize(column)
    return codes, np.asarray(texts, object)


def _text(name: str, codes: Array, texts: Array) -> Cells:
    import pandas as pd

    if any(text != text.strip() for text in texts):
        again, kept = pd.factorize(np.array([text.strip() for text in texts], object))
        codes, texts = np.append(again, -1)[codes], np.asarray(kept, object)
    codes = codes.astype(np.min_scalar_type(-len(texts) - 1), copy=False)
    counts = np.bincount(codes.astype(np.intp) + 1, minlength=len(texts) + 1)[1:]
    return Cells(name, Form.TEXT, texts, codes, counts)


def _neither(name: str, held: str) -> DataError:
    return DataError(
        f"column '{name}' holds {held}, which is neither number, date nor text",
        f"leave it out with --drop {quote(name)}, or turn it into numbers",
    )
