"""Rows under each other on one axis: histograms of layers, scores of seeds."""

from collections.abc import Sequence
from math import isfinite

from nndoctor.findings import Histogram, Table
from nndoctor.report.cells import number

from .marks import colour, figure, line, text
from .plane import Axis, axis, named

_MOST = 60
_EACH = 34
_HIGHEST = 0.88  # of the distance between rows


def draw_ridge(table: Table) -> str | None:
    """First row on top, each as high as its fullest bin; None where no cell is a histogram."""
    rows = [(str(row[0]), _histogram(row)) for row in table.rows[:_MOST]]
    known = [(name, one) for name, one in rows if one is not None and any(one.counts)]
    if not known:
        return None
    ends = [end for _, one in known for end in _ends(one)]
    laid, frame, places = named([name for name, _ in known], axis(ends), "", _EACH)
    parts = [frame]
    for (_, one), base in zip(known, places, strict=True):
        path = _stairs(one, laid.x, base)
        parts.append(f'<path class="ridge" {colour(0)} d="{path}"/>')
        parts.append(line(laid.x.start, base, laid.x.end, base, "grid"))
    note = f"{table.caption + '; ' if table.caption else ''}each as high as its fullest bin"
    return figure(table.name, "".join(parts), laid.high, notes=(note,))


def _histogram(row: tuple[object, ...]) -> Histogram | None:
    return next((cell for cell in row if isinstance(cell, Histogram)), None)


def _ends(one: Histogram) -> tuple[float, float]:
    """Its lowest and highest value; all in one place have some room around them."""
    if one.high > one.low:
        return one.low, one.high
    room = abs(one.low) * 1e-3 or 1e-3
    return one.low - room, one.low + room


def _stairs(one: Histogram, x: Axis, base: float) -> str:
    low, high = _ends(one)
    wide, top = (high - low) / len(one.counts), max(one.counts)
    path = f"M{x.at(low):.1f},{base:.1f}"
    for index, count in enumerate(one.counts):
        path += f"V{base - _HIGHEST * _EACH * count / top:.1f}H{x.at(low + wide * (index + 1)):.1f}"
    return f"{path}V{base:.1f}Z"


def draw_scores(
    sides: Sequence[tuple[str, Sequence[float]]], metric: str, reference: float | None
) -> str | None:
    """A dot a seed, their mean as a bar; the reference as a dotted line. None without scores."""
    known = [
        (name, [one for one in scores if isfinite(one)], len(scores)) for name, scores in sides
    ]
    if not any(scores for _, scores, _ in known):
        return None
    compared = [reference] if reference is not None and isfinite(reference) else []
    names = [f"{name}, {count} seed{'s' * (count != 1)}" for name, _, count in known]
    across = axis([*(one for _, scores, _ in known for one in scores), *compared])
    laid, frame, places = named(names, across, metric, _EACH)
    parts = [frame]
    for index, ((_, scores, _), place) in enumerate(zip(known, places, strict=True)):
        at = place - _EACH / 3 - 4
        dots = "".join(f"M{laid.x.at(one):.1f},{at:.1f}h0" for one in scores)
        inner = f'<path class="dots large" d="{dots}"/>'
        if scores:
            mean = sum(scores) / len(scores)
            middle = laid.x.at(mean)
            inner += line(middle, at - 8, middle, at + 8, "bar")
            inner += text(middle, at - 11, number(mean, 2), "middle over")
        parts.append(f"<g {colour(index)}>{inner}</g>")
    places = [laid.x.at(one) for one in compared]
    parts += [line(at, 2, at, laid.y.start, "mark") for at in places]
    key = [f'<li><i class="swatch mark"></i>reference: {number(one, 2)}</li>' for one in compared]
    return figure("score of each seed", "".join(parts), laid.high, key)
