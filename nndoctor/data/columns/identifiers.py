"""Columns that tell rows apart and say nothing of them."""

from __future__ import annotations

import re

import numpy as np

from nndoctor.trainable import Array

FEW = 20  # rows; below, being unique tells nothing
KINDS = 20  # distinct numbers that may name kinds of something; more name single things
ALONE = 5  # rows from which on texts that are all different do
NEARLY = 0.9  # share of distinct values that is nearly all
MOSTLY_UP = 0.9  # share of steps from row to row that go up: chance gives a half
PROSE = 60  # characters; longer texts are written to be read
LARGE = 10_000  # numbers from here on are no counts of anything small
_ID = re.compile(
    r"(?i:(?:[pscgu]?id|[a-z]id(?=n))(?:num(?:ber)?|no|nr)?|ids|obs|"
    r"index|idx|uuid|guid|key|unnamed: ?\d+|row|rowid|row_?(?:number|num|no|id)|"
    r"(?:serial|record|customer|client|patient|case|sample|account|order)?[ _.]?"
    r"(?:num|number|nr|no)\.?|clientnum|sno|s\.? ?no\.?)"
    r"|.*(?:[_ .\-](?i:id|uuid|guid|key|idx)|[a-z](?:Id|ID|UUID))|(?:ID|Id)[_ ].*"
)
_OF_SEVERAL_ROWS = re.compile(r"(?i:(?:.*[_ .\-])?[pscgu]?ids?)|.*[a-z]I[dD]")
_ONE_OF_MANY = re.compile(
    r"(?i:(?:.*[_ .\-])?(?:patient|subject|person|participant|user|customer|client|member|student|"
    r"employee|speaker|player|driver|animal|household|family|device|sensor|machine|engine|session)"
    r"(?:s|[_ .\-]?(?:name|code|key|no|nr|num|number))?)"
)
_TIME = re.compile(
    r"(?i:.*(?:year|month|week|day|hour|minute|second|quarter|season|period|time|date|age|epoch)"
    r".*|yr|t|x|step|lag|tick|round|cycle)"
)
_HASH = re.compile(r"[0-9a-fA-F]{8}-?(?:[0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}|[0-9a-fA-F]{32,}")


def sounds_like_id(name: str) -> bool:
    """Whether a name is one that people give to identifiers; an index column has none."""
    return not name.strip() or bool(_ID.fullmatch(name.strip()))


def number_identifier(name: str, values: Array, first: bool) -> str:
    """Why a column of whole numbers without gaps is an identifier; "" if it is none.

    `first`: it is the first column of the file, where identifiers stand.
    """
    rows = len(values)
    by_name, timely = sounds_like_id(name), bool(_TIME.fullmatch(name))
    low, high = float(values.min()), float(values.max())
    span = high - low + 1
    years = low >= 1700 and high <= 2100
    if rows < (3 if by_name else FEW):
        return ""
    if _OF_SEVERAL_ROWS.fullmatch(name.strip()) and KINDS < (distinct := _distinct(values)) < rows:
        return f"{_many(distinct, rows)}, and named like an identifier"
    if span < 0.5 * rows:
        return ""
    if not by_name and (timely or years):
        return ""
    up = float((np.diff(values) >= 0).mean())
    going_up = first and low >= LARGE and up >= MOSTLY_UP
    if not (by_name or span == rows or up == 1 or going_up):
        return ""  # before the distinct values are counted, which takes long
    distinct = _distinct(values)
    if distinct == rows and span == rows:
        return f"counts from {low:.0f} to {high:.0f}"
    if by_name and distinct >= 0.5 * rows:
        return f"{_many(distinct, rows)}, and named like an identifier"
    if distinct == rows and up == 1 and span < 2 * rows:
        return f"counts up from {low:.0f} to {high:.0f}, with gaps"
    if going_up and distinct >= NEARLY * rows:
        return f"{_many(distinct, rows)}, going up"
    return ""


def text_identifier(name: str, texts: Array, counts: Array) -> str:
    """Why a column of distinct texts [K] is an identifier; "" if it is none."""
    rows = int(counts.sum())
    by_name = sounds_like_id(name)
    alone = len(texts) == rows >= ALONE  # no text is there twice: one-hot it would be the row
    if rows < (3 if by_name or alone else FEW):
        return ""
    if len(texts) < (0.5 if by_name else NEARLY) * rows:
        return ""
    many = f"{len(texts)} distinct {{}} in {rows} rows"
    sight = texts[:: max(1, len(texts) // 1000)]
    if all(_HASH.fullmatch(text) for text in sight):
        return many.format("hashes")
    shapes = {_shape(text) for text in sight}
    if len(shapes) == 1 and "0" in (shape := shapes.pop()) and " " not in shape:
        return many.format(f"codes such as {texts[0]}")
    if by_name:
        return f"{many.format('texts')}, and named like an identifier"
    if np.mean([len(text) for text in sight]) > PROSE:
        return ""
    return many.format("names" if all(map(_wordy, sight[:20])) else "texts")


def names_single_things(name: str, texts: Array) -> bool:
    """Whether distinct texts [K] that repeat stand for patients, users, devices: by the column's
    name, or as codes of one shape."""
    if sounds_like_id(name) or _ONE_OF_MANY.fullmatch(name.strip()):
        return True
    shapes = {_shape(text) for text in texts[:: max(1, len(texts) // 1000)]}
    shape = shapes.pop() if len(shapes) == 1 else ""
    return "0" in shape and " " not in shape


def _distinct(values: Array) -> int:
    import pandas as pd

    return len(pd.unique(values))


def _many(distinct: int, rows: int) -> str:
    if distinct == rows:
        return f"{rows} whole numbers, all different"
    return f"{distinct} distinct whole numbers in {rows} rows"


def _shape(text: str) -> str:
    return re.sub(r"\d+", "0", re.sub(r"[^\W\d_]+", "a", text))


def _wordy(text: str) -> bool:
    return bool(re.match(r"[^\W\d_]", text))
