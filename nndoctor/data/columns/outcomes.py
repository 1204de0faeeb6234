"""What becomes of a column once it is known what it is."""

from __future__ import annotations

import numpy as np

from nndoctor.trainable import Array

from . import dates
from .column import Column, Kind, Role
from .levels import LEVEL_SHARE, ONE_HOT_LIMIT, frequent

ONE_HOT_TOLD = 100  # levels, where the user said that a column holds classes
COVERED = 0.5  # share of rows that the frequent texts must have, else most rows say "other"


def as_class(draft: Column, texts: Array, counts: Array, told: str) -> Column:
    """One-hot, or the frequent levels and "other", or left out as text."""
    most = ONE_HOT_TOLD if told else ONE_HOT_LIMIT
    if len(texts) <= most:
        names = sorted(map(str, texts))
        reason = " or ".join(names) if len(names) == 2 else f"{len(names)} distinct values"
        if draft.kept:
            reason += f"; {draft.kept[0]!r} is too frequent to be a gap"
        return update(draft, kind=Kind.CLASS, reason=reason, levels=tuple(names))
    held = dict(zip(map(str, texts), counts.tolist(), strict=True))
    rows = sum(held.values())
    levels = frequent(list(held), list(held.values()), most, 0 if told else LEVEL_SHARE)
    kind = Kind.CLASS if told else Kind.TEXT
    reason = f"{len(held)} distinct texts in {rows} rows"
    if not levels:
        return set_aside(draft, kind, f"{reason}, none frequent")
    if not told and sum(held[level] for level in levels) < COVERED * rows:
        return set_aside(draft, kind, f"{reason}, few of them frequent")
    return update(draft, kind=kind, reason=reason, levels=tuple(levels), other=True)


def as_date(draft: Column, pattern: str, moments: Array, clock: bool = False) -> Column:
    """The numbers made of dates [N], those that vary."""
    how = dates.date_format(pattern, moments, clock)
    shown = dates.shown(np.nanmin(moments), clock), dates.shown(np.nanmax(moments), clock)
    if not how.parts:
        return constant(update(draft, date=how), shown[0])
    return update(draft, kind=Kind.DATE, date=how, reason=f"{shown[0]} to {shown[1]}")


def update(column: Column, **changes: object) -> Column:
    """The same column with other facts."""
    return column.model_copy(update=changes)


def set_aside(draft: Column, kind: Kind, reason: str) -> Column:
    """A column that is no input."""
    return update(draft, kind=kind, role=Role.LEFT_OUT, reason=reason)


def constant(draft: Column, value: str) -> Column:
    """A column with one value."""
    reason = f"always {value!r}"
    if draft.missing:
        reason += f" where it is not missing ({draft.missing} gaps)"
    return set_aside(draft, Kind.CONSTANT, reason)


def no_values(draft: Column, rows: int) -> Column:
    """A column that has nothing in any of its rows."""
    draft = update(draft, missing=rows)
    return set_aside(draft, Kind.CONSTANT, f"all {rows} values are missing")
