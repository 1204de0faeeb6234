"""Numbers as people write them: 1.234,50 or $1,234.50 or (12 %)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from pydantic import BaseModel, ConfigDict

from nndoctor.data.thousands import points_between_thousands
from nndoctor.trainable import Array

from .cells import BEGINS_LIKE_A_NUMBER, CURRENCIES

ALIKE = str.maketrans({"\u2212": "-", "\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u2019": "'"})
SIGHTED = 2000  # texts that decide which formats are tried on all
LONGEST = 40
# A unit ends in a digit only where it is an area, a volume or an acceleration: 12A2 is a name.
_POWER = r"\D{0,8}(?<![^\W\d_])(?:[cdkm]?m|ft|in|yd|mi|m/s)[23]"
_UNIT = re.compile(rf"[\d.,)]\s*((?:[^\W\d_]|[%°‰€£$¥₹µ])\D{{0,11}}|{_POWER})$")


class NumberFormat(BaseModel):
    """How one column writes its numbers; `unit` follows each of them."""

    model_config = ConfigDict(frozen=True)

    decimal: str = "."
    thousands: str = ""
    unit: str = ""


@dataclass(frozen=True)
class Reading:
    """Distinct texts as numbers [K], NaN where one is none; `doubt`: another format reads all."""

    format: NumberFormat
    values: Array
    doubt: NumberFormat | None = None


# In order of trust: of those that read the same texts, the first is taken.
_STYLES = (
    (".", ""),
    (".", ","),
    (",", ""),
    (",", "."),
    (".", " "),
    (",", " "),
    (".", "'"),
    (",", "'"),
)


def read_numbers(texts: Array, how: NumberFormat) -> Array:
    """Texts [K] as numbers [K], NaN where one can't be read."""
    import pandas as pd

    if how.decimal == "." and not how.thousands and not how.unit:
        found = np.array(pd.to_numeric(texts, errors="coerce"), np.float64)
        odd = np.flatnonzero(np.isnan(found))
    else:
        found, odd = np.full(len(texts), np.nan), np.arange(len(texts))
    pattern = _pattern(how)
    for i in odd:
        found[i] = _read(texts[i], pattern, how)
    return found


def guess_numbers(texts: Array, counts: Array) -> Reading | None:
    """The format that reads most cells of a column, None where it reads less than half."""
    step = max(1, len(texts) // SIGHTED)
    sight, weights = texts[::step], counts[::step]
    if not len(sight) or _share(_promising(sight), weights) < 0.5:
        return None
    unit = _common_unit(sight)
    there = set("".join(texts).translate(ALIKE)) & set(",. '")
    styles = [
        NumberFormat(decimal=decimal, thousands=thousands, unit=unit)
        for decimal, thousands in _STYLES
        if (thousands or decimal) in there or (decimal, thousands) == _STYLES[0]
    ]
    shares = [_share(~np.isnan(read_numbers(sight, style)), weights) for style in styles]
    if max(shares) < 0.5:
        return None
    tried = [s for s, share in zip(styles, shares, strict=True) if share == max(shares)]
    readings = [Reading(style, read_numbers(texts, style)) for style in tried]
    read = [_share(~np.isnan(reading.values), counts) for reading in readings]
    rivals = [r for r, share in zip(readings, read, strict=True) if share == max(read)]
    best = rivals[0]
    for rival in rivals[1:]:
        if rival.format.thousands == "." and points_between_thousands(texts):
            best = rival
    doubt = next((r for r in rivals if not np.array_equal(r.values, best.values, True)), None)
    return Reading(best.format, best.values, doubt.format if doubt else None)


def _promising(texts: Array) -> Array:
    looks = (len(t) <= LONGEST and bool(BEGINS_LIKE_A_NUMBER.match(t)) for t in texts)
    return np.fromiter(looks, bool, len(texts))


def _share(which: Array, counts: Array) -> float:
    return float(counts[which].sum() / max(counts.sum(), 1))


def _common_unit(texts: Array) -> str:
    """What follows the number in all texts that begin like one, if it is the same."""
    units = set()
    for text in texts:
        if BEGINS_LIKE_A_NUMBER.match(text):
            found = _UNIT.search(text.rstrip(")"))
            units.add(found[1] if found else "")
        if len(units) > 1:
            return ""
    return units.pop() if units else ""


@lru_cache(maxsize=64)
def _pattern(how: NumberFormat) -> re.Pattern[str]:
    point = re.escape(how.decimal)
    fraction = rf"(?:{point}\d*)?(?:[eE][-+]?\d+)?"
    body = rf"\d+{fraction}|{point}\d+(?:[eE][-+]?\d+)?"
    if how.thousands:
        mark = re.escape(how.thousands)  # groups of two are how India writes 1,00,000
        body = rf"[1-9]\d{{0,2}}(?:{mark}\d{{2,3}})*{mark}\d{{3}}(?:{point}\d*)?|{body}"
    unit = rf"(?:\s*{re.escape(how.unit)})?" if how.unit else ""
    sign = rf"(?:[-+]\s*)?(?:{CURRENCIES.pattern})?\s*(?:[-+]\s*)?"
    return re.compile(rf"({sign}\(?{sign})({body}){unit}\s*(\)?){unit}", re.ASCII)


def _read(text: str, pattern: re.Pattern[str], how: NumberFormat) -> float:
    if len(text) > LONGEST:
        return np.nan
    found = pattern.fullmatch(text.translate(ALIKE))
    if not found or ("(" in found[1]) != bool(found[3]):
        return np.nan
    number = found[2].replace(how.thousands, "") if how.thousands else found[2]
    value = float(number.replace(how.decimal, "."))
    return -value if "-" in found[1] or found[3] else value
