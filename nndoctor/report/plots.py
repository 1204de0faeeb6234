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
    SIGNS,
    Place,
    drawable,
    left_out,
    marked,
    points,
    stretches,
    words,
)

HEIGHT = 14
WIDEST = 110

_MOST_DOTS = 60
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
    if hidden := left_out([series]):
        legend.append(Text(hidden, "dim"))
    one_line = Text("   ").join(legend)
    if legend:
        fits = one_line.cell_len <= width - INDENT
        yield indented(one_line if fits else Text("\n").join(legend))


def _marks(series: Series | Scatter) -> tuple[tuple[str, float], ...]:
    return series.marks if isinstance(series, Series) else ()


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
    left, right = span([on_x(x) for x in [*(x for x, _ in placed), *marks]])
    bottom, top = span([on_y(y) for _, y in points(series)])
    room = _HEADROOM * (top - bottom)  # the top row is for marks
    bottom, top = bottom - room / 2, top + room
    begin((left, right), (bottom, top), width)
    for letter, (_, x) in zip(ascii_lowercase, _marks(series), strict=False):
        if drawable(x, series.log_x):
            rows = [bottom + (top - bottom) * row / (2 * HEIGHT) for row in range(2 * HEIGHT + 1)]
            plt.scatter([on_x(x)] * len(rows), rows, marker="┊", color="orange")
            plt.scatter([on_x(x)], [top], marker=letter, color="orange+")
    for run in runs(placed):
        xs, ys = [on_x(x) for x, _ in run], [on_y(y) for _, y in run]
        if isinstance(series, Scatter):
            plt.scatter(xs, ys, marker="●", color="cyan+")
            continue
        plt.plot(xs, ys, marker="braille", color="cyan")
        if len(placed) <= _MOST_DOTS:
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


def runs(points: Sequence[tuple[float, float]]) -> Iterator[list[tuple[float, float]]]:
    """The stretches between the gaps, where y is NaN."""
    run: list[tuple[float, float]] = []
    for x, y in points:
        if math.isfinite(y):
            run.append((x, y))
        elif run:
            yield run
            run = []
    if run:
        yield run


def span(values: Sequence[float]) -> tuple[float, float]:
    """The range of an axis; a constant gets some room around it."""
    low, high = min(values), max(values)
    if high - low > 1e-9 * max(abs(low), abs(high)):
        return low, high
    room = abs(low) * 0.1 or 1.0
    return low - room, high + room


def ticks(low: float, high: float, log: bool, most: int) -> tuple[list[float], list[str]]:
    """Places on an axis and their labels; on a log axis the places are exponents of ten."""
    if log and high - low < 1.5:
        decades = range(math.floor(low), math.ceil(high) + 1)
        values = [digit * 10.0**decade for decade in decades for digit in (1, 2, 5)]
        places = [place for place in map(math.log10, values) if low <= place <= high]
        if len(places) > 1:
            return places, [number(float(f"{10**place:.1g}")) for place in places]
        thirds = [low + (high - low) * third / 3 for third in range(4)]  # no round number lies here
        return thirds, [number(float(f"{10**place:.2g}")) for place in thirds]
    step = _step(high - low, most)
    if log:
        step = max(1.0, math.ceil(step))
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    places = [index * step for index in range(first, last + 1)]
    if not log:
        return places, [number(float(f"{place:.10g}")) for place in places]
    return places, [number(10**p) if -1 <= p <= 3 else f"1e{p:.0f}" for p in places]


def _step(span: float, most: int) -> float:
    """The roundest step that makes at most so many of the span."""
    rough = span / most
    power = 10.0 ** math.floor(math.log10(rough))
    return next(digit * power for digit in (1, 2, 5, 10) if digit * power >= rough * (1 - 1e-9))
