"""Curves and points over one pair of axes; what can't lie on them is marked at the upper edge."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from html import escape
from string import ascii_lowercase

from nndoctor.findings import Curves, Scatter, Series
from nndoctor.report.cells import number
from nndoctor.report.scales import (
    MOST_DOTS,
    SIGNS,
    drawable,
    equal,
    left_out,
    marked,
    points,
    runs,
    said_of,
    stretches,
    words,
)

from .marks import WIDE, colour, dash, entry, figure, line, text
from .plane import Plane, axis, plane


def draw_series(series: Series) -> str:
    """One curve with its marks."""
    return _drawn(series.name, (series,))


def draw_curves(curves: Curves) -> str:
    """All of them, named below."""
    key = [entry(index, one.name) for index, one in enumerate(curves.lines)]
    return _drawn(curves.name, curves.lines, key, curves.caption)


def draw_scatter(scatter: Scatter) -> str:
    """Points that no curve joins."""
    shown = points(scatter)
    ends = equal(scatter)
    laid, frame = plane(
        axis((x for x, _ in shown), scatter.log_x),
        axis([*(y for _, y in shown), *ends], scatter.log_y),
        scatter.x_label,
        scatter.y_label,
    )
    if ends:
        frame += f'<path class="mark" d="{laid.path((end, end) for end in ends)}"/>'
    drawn = f'<path class="dots single" {colour(0)} d="{laid.dots(shown)}"/>'
    return figure(scatter.name, frame + drawn, laid.high, notes=(said_of(scatter),))


def _drawn(title: str, given: Sequence[Series], key: Sequence[str] = (), caption: str = "") -> str:
    first = given[0] if given else Series("", (), ())
    lines = [replace(one, log_x=first.log_x, log_y=first.log_y) for one in given]
    laid, frame = _laid(lines, first)
    parts, more = [frame], list(_explained(lines))
    for layer in (_beneath, _curve, _labels):
        for index, one in enumerate(lines):
            inner = "".join(layer(one, laid, dash(index)))
            parts.append(f"<g {colour(index)}>{inner}</g>" if inner else "")
    marks = [one for series in lines for one in series.marks if drawable(one[1], first.log_x)]
    for letter, (label, x) in zip(ascii_lowercase, dict.fromkeys(marks), strict=False):
        at = laid.x.at(x)
        parts.append(line(at, laid.y.start, at, laid.y.end, "mark"))
        parts.append(text(at + 3, laid.y.end + 6, letter, "letter"))
        more.append(f"<li><b>{letter}</b> {escape(label)} at {number(x)}</li>")
    shaded = any(one.low and one.high for one in lines)
    notes = (caption, "shaded: from the lowest to the highest" * shaded, left_out(lines))
    return figure(title, "".join(parts), laid.high, [*key, *more], notes)


def _laid(lines: Sequence[Series], first: Series) -> tuple[Plane, str]:
    """Axes on which all of it lies."""
    x, y = list[float](), list[float]()
    for one in lines:
        shown = stretches(one)
        x += [*(at for at, _ in shown), *(at for _, at in one.marks)]
        x += [end for _, *ends in one.bands for end in ends]
        y += [*(at for _, at in shown), *one.low, *one.high, *(at for _, at in one.levels)]
    across, up = axis(x, first.log_x), axis(y, first.log_y)
    return plane(across, up, first.x_label, first.y_label)


def _beneath(one: Series, laid: Plane, _: str) -> Iterator[str]:
    """Bands of x, the range around the curve, levels of y."""
    for _, left, right in _bands(one, laid):
        up, tall = laid.y.end, laid.y.start - laid.y.end
        place = f'x="{left:.1f}" y="{up:.1f}" width="{right - left:.1f}" height="{tall:.1f}"'
        yield f'<rect class="zone" {place}/>'
    ends = zip(one.x, one.low, one.high, strict=False)
    known = [
        (x, low, high)
        for x, low, high in ends
        if drawable(x, one.log_x) and drawable(low, one.log_y) and drawable(high, one.log_y)
    ]
    if known:
        there, back = [(x, low) for x, low, _ in known], [(x, high) for x, _, high in known[::-1]]
        yield f'<path class="area" d="{laid.path([*there, *back])}"/>'
    yield from (line(laid.x.start, at, WIDE, at, "level") for _, _, at in _levels(one, laid))


def _curve(one: Series, laid: Plane, dashes: str) -> Iterator[str]:
    """Its stretches, a dot at each value where they are few, signs for what lies beyond."""
    shown = stretches(one)
    if path := "".join(laid.path(run) for run in runs(shown)):
        yield f'<path class="line{dashes}" d="{path}"/>'
    if len(shown) <= MOST_DOTS and (dots := laid.dots(points(one))):
        yield f'<path class="dots" d="{dots}"/>'
    for place, sign in SIGNS.items():
        for x in marked(one, place):
            yield text(laid.x.at(x), laid.y.end, sign, "sign")


def _labels(one: Series, laid: Plane, _: str) -> Iterator[str]:
    """Of bands and levels, over everything else."""
    for label, left, right in _bands(one, laid):
        yield text((left + right) / 2, laid.y.start - 4, label, "middle over")
    for label, value, at in _levels(one, laid):
        yield text(WIDE - 2, at - 4, f"{label}: {number(value)}", "end over")


def _bands(one: Series, laid: Plane) -> Iterator[tuple[str, float, float]]:
    for label, low, high in one.bands:
        if drawable(low, one.log_x) and drawable(high, one.log_x):
            yield label, laid.x.at(low), laid.x.at(high)


def _levels(one: Series, laid: Plane) -> Iterator[tuple[str, float, float]]:
    for label, value in one.levels:
        if drawable(value, one.log_y):
            yield label, value, laid.y.at(value)


def _explained(lines: Sequence[Series]) -> list[str]:
    """What each sign at the upper edge means, once."""
    told = dict[str, None]()
    for one in lines:
        for place, sign in SIGNS.items():
            if marked(one, place):
                told[f"<li>{escape(f'{sign}: {words(one, place)}')}</li>"] = None
    return list(told)
