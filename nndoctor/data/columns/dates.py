"""Dates and times in text: which format all of a column fits, and the numbers made of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from itertools import product

import numpy as np
from pydantic import BaseModel, ConfigDict

from nndoctor.trainable import Array

from .cells import seconds

DAY = 86400
SIGHTED = 500  # texts that decide which formats are tried on all
ISO = "ISO8601"
_CLOCKS = ("%H:%M:%S", "%H:%M", "%I:%M:%S %p", "%I:%M %p", "%H.%M.%S", "%H:%M:%S.%f")
_DAYS = tuple(
    mark.join(order)
    for mark, order in product(
        "/-. ",
        (
            ("%m", "%d", "%Y"),
            ("%d", "%m", "%Y"),
            ("%m", "%d", "%y"),
            ("%d", "%m", "%y"),
            ("%Y", "%m", "%d"),
        ),
    )
)
_NAMED = tuple(
    pattern.replace("%b", month).replace("%Y", year)
    for pattern in (
        "%d %b %Y",
        "%d-%b-%Y",
        "%d/%b/%Y",
        "%b %d, %Y",
        "%b %d %Y",
        "%b-%d-%Y",
        "%a %b %d %Y",
        "%a, %d %b %Y",
        "%b %Y",
        "%b-%Y",
        "%Y-%b",
        "%Y %b",
        "%b/%Y",
    )
    for month in ("%b", "%B")
    for year in ("%Y", "%y")
)
_MONTHS = ("%m/%Y", "%Y/%m", "%m-%Y", "%Y.%m", "%m.%Y")
_LOOKS = re.compile(
    r"\d{1,4}[-/. :]\d|\d{8}T\d|(?:\d|\b)(?:[-/, ]|\b)"
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[-/., ]*\d",
    re.IGNORECASE,
)
TICKS = {"s": 1, "ms": 1e3, "us": 1e6, "ns": 1e9}  # of an epoch number in a second
YEARS = ("%Y", "%Y%m%d")
EPOCHS = (*TICKS, *YEARS)  # what numbers may count that are dates
LATEST = 1e11  # seconds, in the year 5138: larger numbers count something finer
PARTS = ("year", "month", "weekday", "hour", "days")


class DateFormat(BaseModel):
    """How one column writes its dates, and which numbers are made of them.

    `pattern` is strptime's, "ISO8601", or the unit of an epoch number; "" where the file has dates
    of its own. `start`: seconds at which the elapsed days begin. `clock`: times without a day.
    """

    model_config = ConfigDict(frozen=True)

    pattern: str = ""
    parts: tuple[str, ...] = ()
    start: float = 0.0
    clock: bool = False


@dataclass(frozen=True)
class Reading:
    """Distinct texts as seconds since 1970 [K], NaN where one is none."""

    pattern: str
    values: Array
    clock: bool = False
    doubt: str = ""  # another format that reads all of them, otherwise


def read_dates(texts: Array, pattern: str) -> Array:
    """Texts [K] as seconds since 1970 [K], NaN where one does not fit the format."""
    import pandas as pd

    moments = pd.to_datetime(texts, format=pattern, errors="coerce", utc=True)
    return seconds(moments.tz_localize(None).to_numpy())


def guess_dates(texts: Array, counts: Array) -> Reading | None:
    """The format that reads most of the texts, None where none reads nearly half.

    `texts` stand in the order of the file: of two formats that fit, the one is taken in which
    time runs forward, else the one that is usual for the sign between the numbers.
    """
    step = max(1, len(texts) // SIGHTED)
    sight = texts[::step]
    like = np.fromiter((len(t) < 40 and bool(_LOOKS.search(t)) for t in sight), bool, len(sight))
    if not len(like) or like.mean() < 0.5:
        return None
    ends = str(sight[like][0]), str(sight[like][-1])  # one of them may be an odd one
    fits = list(dict.fromkeys(p for text in ends for p in _patterns(text) if _fits(text, p)))
    read = {pattern: read_dates(texts, pattern) for pattern in fits}
    share = {p: counts[~np.isnan(values)].sum() / counts.sum() for p, values in read.items()}
    if not share or max(share.values()) < 0.5:
        return None
    rivals = [p for p in fits if share[p] == max(share.values())]
    forward = [p for p in rivals if (np.diff(read[p][~np.isnan(read[p])]) >= 0).all()]
    rivals = forward or rivals
    best = rivals[0]
    doubt = next((p for p in rivals if not np.array_equal(read[p], read[best], True)), "")
    return Reading(best, read[best], "%Y" not in best and "%y" not in best and best != ISO, doubt)


def _patterns(text: str) -> list[str]:
    """Formats that a text of this look may have, the usual ones first."""
    if re.match(r"\d{4}-\d|\d{8}T\d", text):
        return [ISO]
    found = _by_marks().get(_marks(text), [])
    if "." in text[:3]:  # where points stand between, the day comes first
        return sorted(found, key=lambda pattern: not pattern.startswith("%d"))
    return found


@cache
def _by_marks() -> dict[str, list[str]]:
    """All formats by the signs between their numbers, so that few have to be tried on a text."""
    days = (*_DAYS, *_NAMED, *_MONTHS)
    found: dict[str, list[str]] = {}
    for pattern in (*days, *_CLOCKS, *(f"{day} {clock}" for day in days for clock in _CLOCKS)):
        found.setdefault(_marks(pattern.replace("%", "")), []).append(pattern)
    return found


def _marks(text: str) -> str:
    return re.sub(r"\w+", "", text)


@lru_cache(maxsize=4096)
def _fits(text: str, pattern: str) -> bool:
    if pattern == ISO:
        return True
    try:
        read = datetime.strptime(text, pattern)
    except ValueError:
        return False
    # Two digits are asked of these, as 1.2.3 is a version and neither a day nor a time.
    return all(read.strftime(p) in text for p in ("%y", "%M", "%S") if p in pattern)


def epoch_unit(numbers: Array) -> str:
    """What numbers count that were told to be dates: years, 20240131, or time since 1970."""
    present = numbers[~np.isnan(numbers)]
    whole = bool((present == np.floor(present)).all())
    low, high = (present.min(), present.max()) if len(present) else (0, 0)
    if whole and low >= 1000 and high <= 2999:
        return "%Y"
    if whole and low >= 1000_01_01 and high <= 2999_12_31:
        return "%Y%m%d"
    return next(unit for unit, count in TICKS.items() if high / count < LATEST or unit == "ns")


def epoch_seconds(numbers: Array, unit: str) -> Array:
    """Numbers [N] as seconds since 1970 [N]; `unit` as `epoch_unit` found it."""
    if unit not in YEARS:
        moments = numbers / TICKS.get(unit, 1)
        return np.where(np.abs(moments) < LATEST, moments, np.nan)
    texts = np.array(["" if np.isnan(n) else str(int(n)) for n in numbers], object)
    return read_dates(texts, unit)


def date_format(pattern: str, moments: Array, clock: bool) -> DateFormat:
    """The numbers worth making: those that vary."""
    start = float(np.nanmin(moments))
    drawn = {part: part_of(moments, part, start, clock) for part in PARTS}
    wanted = ("hour",) if clock else PARTS
    parts = tuple(p for p in wanted if np.nanmin(drawn[p]) < np.nanmax(drawn[p]))
    return DateFormat(pattern=pattern, parts=parts, start=start, clock=clock)


def part_of(moments: Array, part: str, start: float, clock: bool = False) -> Array:
    """One number for each moment [N]: year, month 1-12, weekday 0-6 from Monday, hour, days."""
    missing = np.isnan(moments)
    whole = np.floor(np.where(missing, 0, moments)).astype("datetime64[s]")
    match part:
        case "year":
            found = whole.astype("datetime64[Y]").astype(np.int64) + 1970.0
        case "month":
            found = whole.astype("datetime64[M]").astype(np.int64) % 12 + 1.0
        case "weekday":
            found = (whole.astype("datetime64[D]").astype(np.int64) + 3) % 7 * 1.0
        case "hour":
            found = whole.astype(np.int64) % DAY / 3600.0
            found = found if clock else np.floor(found)
        case _:
            found = (moments - start) / DAY
    return np.where(missing, np.nan, found).astype(np.float64 if part == "days" else np.float32)


def shown(moment: float, clock: bool = False) -> str:
    """A moment in words: 2020-01-31, with the time of day where there is one."""
    text = str(np.datetime64(int(moment), "s")).replace("T", " ")
    if clock:
        return text[11:16]
    return text.removesuffix(" 00:00:00")
