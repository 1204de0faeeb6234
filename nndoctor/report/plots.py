"""Curves and points as characters, by plotext; what cannot lie there is marked, never dropped."""

import math
from collections.abc import Iterator, Mapping, Sequence
from string import ascii_lowercase

from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from nndoctor.findings import Scatter, Series
from nndoctor.report.cells import number
from nndoctor.report.scales import (
    EQUAL,
    MOST_DOTS,
    SIGNS,
    Place,
    drawable,
    equal,
    left_out,
    marked,
    points,
    runs,
    span,
    stretches,
    ticks,
    words,
)

HEIGHT = 14
WIDEST = 110

_HEADROOM = 0.1
INDENT = 2


def draw_series(series: Series | Scatter, width: int) -> Iterator[RenderableType]:
    """The name, the curve or the points, and a legend of what is marked on it."""
    yield Text(series.name, "bold")
    signs = {place: marked(series, place) for place in SIGNS}
    seen = bool(points(series))
    if seen:
        label = series.y_label + (" (log scale)" if series.log_y else "")
        if label.strip():
            yield indented(Text(label, "dim"))
        yield indented(_plot(series, signs, min(width, WIDEST) - INDENT))
    else:
        yield indented(Text("no finite values to draw"))
    legend = [
        Text.assemble((letter, "bold yellow"), f" {label} at {number(x)}")
        for letter, (label, x) in zip(ascii_lowercase, _marks(series), strict=False)
    ]
    legend += [
        Text.assemble((SIGNS[place], "bold red"), f" {words(series, place)}")
        for place, places in signs.items()
        if places and seen
    ]
    if _ends(series):
        legend.append(Text(EQUAL, "dim"))
    if hidden := left_out([series]):
        legend.append(Text(hidden, "dim"))
    one_line = Text("   ").join(legend)
    if legend:
        fits = one_line.cell_len <= width - INDENT
        yield indented(one_line if fits else Text("\n").join(legend))


def _marks(series: Series | Scatter) -> tuple[tuple[str, float], ...]:
    return series.marks if isinstance(series, Series) else ()


def _ends(series: Series | Scatter) -> list[float]:
    return equal(series) if isinstance(series, Scatter) else []


def indented(renderable: RenderableType) -> Padding:
    """Set in from the name above it."""
    return Padding(renderable, (0, 0, 0, INDENT))


def _plot(series: Series | Scatter, signs: Mapping[Place, Sequence[float]], width: int) -> Text:
    import plotext as plt  # 40 ms that only a report with a curve pays

    def on_x(value: float) -> float:
        return math.log10(value) if series.log_x else value

    def on_y(value: float) -> float:
        return math.log10(value) if series.log_y else value

    placed, marks = stretches(series), [x for _, x in _marks(series) if drawable(x, series.log_x)]
    ends = _ends(series)
    left, right = span([on_x(x) for x in [*(x for x, _ in placed), *marks]])
    bottom, top = span([on_y(y) for y in [*(y for _, y in points(series)), *ends]])
    room = _HEADROOM * (top - bottom)  # the top row is for marks
    bottom, top = bottom - room / 2, top + room
    begin((left, right), (bottom, top), width)
    for letter, (_, x) in zip(ascii_lowercase, _marks(series), strict=False):
        if drawable(x, series.log_x):
            rows = [bottom + (top - bottom) * row / (2 * HEIGHT) for row in range(2 * HEIGHT + 1)]
            plt.scatter([on_x(x)] * len(rows), rows, marker="┊", color="orange")
            plt.scatter([on_x(x)], [top], marker=letter, color="orange+")
    if ends:
        steps = [
            on_x(ends[0]) + (on_x(ends[1]) - on_x(ends[0])) * at / width for at in range(width)
        ]
        plt.scatter(steps, steps, marker="·", color="gray")
    for run in runs(placed):
        xs, ys = [on_x(x) for x, _ in run], [on_y(y) for _, y in run]
        if isinstance(series, Scatter):
            plt.scatter(xs, ys, marker="●", color="cyan+")
            continue
        plt.plot(xs, ys, marker="braille", color="cyan")
        if len(placed) <= MOST_DOTS:
            plt.scatter(xs, ys, marker="●", color="cyan+")
    for place, places in signs.items():
        if places:
            xs = [on_x(x) for x in places]
            plt.scatter(xs, [top] * len(xs), marker=SIGNS[place], color="red+")
    return finished(series, (left, right), (bottom, top), width)


def begin(x: tuple[float, float], y: tuple[float, float], width: int) -> None:
    """An empty plot of plotext with these ranges; it draws on one figure of its module."""
    import plotext as plt

    plt.clear_figure()
    plt.limit_size(False, False)  # else it measures the terminal itself
    plt.theme("clear")
    plt.plot_size(width, HEIGHT)
    plt.xlim(*x)
    plt.ylim(*y)


def finished(
    series: Series | Scatter, x: tuple[float, float], y: tuple[float, float], width: int
) -> Text:
    """The plot as text, with the axes of a series."""
    import plotext as plt

    plt.xticks(*ticks(*x, series.log_x, most=max(2, width // 12)))
    plt.yticks(*ticks(*y, series.log_y, most=5))
    plt.xlabel(series.x_label + (" (log scale)" if series.log_x else ""))
    drawn = plt.build()
    plt.clear_figure()
    text = Text.from_ansi(drawn.rstrip("\n"), no_wrap=True)
    text.highlight_regex("[─│┌┐└┘┤┬]", "dim")
    return text
