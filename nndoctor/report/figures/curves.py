"""Curves over one pair of axes; what cannot lie on them is marked at the top, never dropped."""

import math
from textwrap import fill
from typing import TYPE_CHECKING, Literal

from nndoctor.findings import Curves, Scatter, Series
from nndoctor.report.cells import number
from nndoctor.report.scales import SIGNS, equal, left_out, marked, points, said_of, stretches, words

from .style import COLOURS, INK, note, one_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_MOST_DOTS = 60
_WIDEST_LABEL = 48


def draw_series(series: Series) -> "Figure":
    """One curve with its marks."""
    return _draw(series.name, (series,))


def draw_scatter(scatter: Scatter) -> "Figure":
    """Points that no curve joins."""
    figure, axes = one_axes(scatter.name)
    axes.set_xlabel(scatter.x_label)
    axes.set_ylabel(scatter.y_label)
    shown = points(scatter)
    if ends := equal(scatter):
        axes.plot(ends, ends, ":", color=INK, linewidth=1)
    axes.plot([x for x, _ in shown], [y for _, y in shown], "o", color=COLOURS[0], markersize=4)
    note(figure, said_of(scatter))
    if scatter.log_x:
        logarithmic(axes, "x")
    if scatter.log_y:
        logarithmic(axes, "y")
    return figure


def draw_curves(curves: Curves) -> "Figure":
    """All of them, named beside."""
    figure = _draw(curves.name, curves.lines, curves.caption)
    if curves.lines:
        figure.axes[0].legend(loc="center left", bbox_to_anchor=(1, 0.5))
    return figure


def _draw(title: str, lines: tuple[Series, ...], caption: str = "") -> "Figure":
    figure, axes = one_axes(title)
    ranges = any(line.low and line.high for line in lines)
    shaded = "shaded: from the lowest to the highest" * ranges
    note(figure, "\n".join(filter(None, (caption, shaded, left_out(lines)))))
    if not lines:
        return figure
    first, said = lines[0], dict[str, None]()
    axes.set_xlabel(first.x_label)
    axes.set_ylabel(fill(first.y_label, _WIDEST_LABEL))
    for index, line in enumerate(lines):
        colour = COLOURS[index % len(COLOURS)]
        shown = stretches(line)
        few = len(shown) <= _MOST_DOTS
        style = ("-", "--", ":")[index // len(COLOURS) % 3]
        axes.plot(
            [x for x, _ in shown],
            [y for _, y in shown],
            style,
            color=colour,
            label=line.name,
            marker="o" if few else None,
            markersize=3,
        )
        if line.low and line.high:
            axes.fill_between(line.x, line.low, line.high, color=colour, alpha=0.15, linewidth=0)
        for place, sign in SIGNS.items():
            if places := marked(line, place):
                said.setdefault(f"{sign}: {words(line, place)}")
                axes.plot(
                    places,
                    [0.985] * len(places),
                    sign,
                    color=colour,
                    clip_on=False,
                    transform=axes.get_xaxis_transform(),
                )
        for label, low, high in line.bands:
            axes.axvspan(low, high, color=COLOURS[2], alpha=0.15, linewidth=0)
            middle = math.sqrt(low * high) if line.log_x else (low + high) / 2
            axes.annotate(
                label, (middle, 0.02), xycoords=("data", "axes fraction"), ha="center", fontsize=8
            )
        for label, y in line.levels:
            axes.axhline(y, color=COLOURS[2], linewidth=1, linestyle="--")
            axes.annotate(
                f"{label}: {number(y)}",
                (0.995, y),
                (0, 2),
                xycoords=("axes fraction", "data"),
                textcoords="offset points",
                ha="right",
                fontsize=8,
            )
        for label, x in line.marks:
            axes.axvline(x, color=INK, linewidth=0.8, linestyle=":")
            axes.annotate(
                f"{label} {number(x)}",
                (x, 0.98),
                xycoords=("data", "axes fraction"),
                rotation=90,
                va="top",
                ha="right",
                fontsize=8,
            )
    for index, told in enumerate(said):
        axes.annotate(
            told, (0.995, 0.93 - 0.05 * index), xycoords="axes fraction", ha="right", fontsize=8
        )
    if first.log_x:
        logarithmic(axes, "x")
    elif all(float(x).is_integer() for line in lines for x in line.x):
        axes.locator_params(axis="x", integer=True)  # no half of an epoch
    if first.log_y:
        logarithmic(axes, "y")
    return figure


def logarithmic(axes: "Axes", which: Literal["x", "y"]) -> None:
    """A log scale labelled as on the terminal; within one decade 2 and 5 have labels too."""
    axes.set(**{f"{which}scale": "log"})
    axis = axes.xaxis if which == "x" else axes.yaxis
    low, high = sorted(map(abs, axis.get_view_interval()))
    axis.set_major_formatter(lambda value, _: number(value))
    short = high < 40 * low

    def minor(value: float, _: float) -> str:
        digit = round(value / 10 ** math.floor(math.log10(value)))
        return number(value) if short and digit in (2, 5) else ""

    axis.set_minor_formatter(minor)
