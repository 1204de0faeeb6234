"""Curves as characters, by plotext; what cannot lie on the curve is marked, never dropped."""

import math
from collections.abc import Iterator, Sequence
from string import ascii_lowercase, ascii_uppercase

from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from nndoctor.findings import Series
from nndoctor.report.cells import number

HEIGHT = 14
WIDEST = 110

_MOST_DOTS = 60
_COLOURS = ("cyan", "orange", "green", "magenta", "yellow", "red", "blue")
_HEADROOM = 0.1
_INDENT = 2


def draw_series(series: Series, width: int) -> Iterator[RenderableType]:
    """The name, the curve, and a legend of what is marked on it."""
    yield Text(series.name, "bold")
    points = [
        list(zip(series.x, values, strict=False))
        for values in (series.y, *(values for _, values in series.others))
    ]
    curves = [[(x, y) for x, y in one if _drawable(x, series.log_x)] for one in points]
    finite = [(x, y) for curve in curves for x, y in curve if _drawable(y, series.log_y)]
    lost = [x for curve in curves for x, y in curve if not math.isfinite(y)]
    beyond = sum(map(len, points)) - len(finite) - len(lost)
    if finite:
        label = series.y_label + (" (log scale)" if series.log_y else "")
        if label.strip():
            yield _indented(Text(label, "dim"))
        yield _indented(_plot(series, curves, finite, lost, min(width, WIDEST) - _INDENT))
    else:
        yield _indented(Text("no finite values to draw"))
    legend = [
        Text.assemble((letter, "bold yellow"), f" {label} at {number(x)}")
        for letter, (label, x) in zip(ascii_lowercase, series.marks, strict=False)
    ]
    names = (series.label, *(name for name, _ in series.others)) if series.others else ()
    legend += [
        Text.assemble((letter, f"bold {_COLOURS[k % len(_COLOURS)]}"), f" {name}")
        for k, (letter, name) in enumerate(zip(ascii_uppercase, names, strict=False))
    ]
    if lost and finite:
        legend.append(Text.assemble(("x", "bold red"), " not finite (inf or NaN)"))
    if beyond:
        legend.append(Text(f"{beyond} values that a log scale cannot show are left out", "dim"))
    one_line = Text("   ").join(legend)
    if legend:
        fits = one_line.cell_len <= width - _INDENT
        yield _indented(one_line if fits else _beside(legend, width - _INDENT))


def _beside(entries: Sequence[Text], width: int) -> Text:
    """As many entries a line as fit, in columns of one width; each on its own line where long."""
    widest = max(entry.cell_len for entry in entries) + 3
    most = max(width // widest, 1)
    lines = [entries[start : start + most] for start in range(0, len(entries), most)]
    for line in lines:
        for entry in line[:-1]:
            entry.pad_right(widest - entry.cell_len)
    return Text("\n").join(Text.assemble(*line) for line in lines)


def _indented(renderable: RenderableType) -> Padding:
    return Padding(renderable, (0, 0, 0, _INDENT))


def _drawable(value: float, log: bool) -> bool:
    return math.isfinite(value) and (value > 0 or not log)


def _plot(
    series: Series,
    curves: Sequence[Sequence[tuple[float, float]]],
    finite: Sequence[tuple[float, float]],
    lost: Sequence[float],
    width: int,
) -> Text:
    import plotext as plt  # 40 ms that only a report with a curve pays

    def on_x(value: float) -> float:
        return math.log10(value) if series.log_x else value

    def on_y(value: float) -> float:
        return math.log10(value) if series.log_y else value

    marks = [x for _, x in series.marks if _drawable(x, series.log_x)]
    left, right = _span([on_x(x) for x in [*(x for curve in curves for x, _ in curve), *marks]])
    bottom, top = _span([on_y(y) for _, y in finite])
    room = _HEADROOM * (top - bottom)  # the top row is for marks and lost points
    bottom, top = bottom - room / 2, top + room
    plt.clear_figure()  # plotext draws on one figure of the module
    plt.limit_size(False, False)  # else it measures the terminal itself
    plt.theme("clear")
    plt.plot_size(width, HEIGHT)
    plt.xlim(left, right)
    plt.ylim(bottom, top)
    for letter, (_, x) in zip(ascii_lowercase, series.marks, strict=False):
        if _drawable(x, series.log_x):
            rows = [bottom + (top - bottom) * row / (2 * HEIGHT) for row in range(2 * HEIGHT + 1)]
            plt.scatter([on_x(x)] * len(rows), rows, marker="┊", color="orange")
            plt.scatter([on_x(x)], [top], marker=letter, color="orange+")
    for number_of, curve in enumerate(curves):
        colour = _COLOURS[number_of % len(_COLOURS)]
        for run in _runs(curve, series.log_y):
            xs, ys = [on_x(x) for x, _ in run], [on_y(y) for _, y in run]
            plt.plot(xs, ys, marker="braille", color=colour)
            if len(curves) == 1 and len(curve) <= _MOST_DOTS:
                plt.scatter(xs, ys, marker="●", color=f"{colour}+")
    for letter, (x, y) in _named_points(series, curves):
        plt.scatter([on_x(x)], [on_y(y)], marker=letter, color="white+")
    if lost:
        plt.scatter([on_x(x) for x in lost], [top] * len(lost), marker="x", color="red+")
    plt.xticks(*_ticks(left, right, series.log_x, most=max(2, width // 12)))
    plt.yticks(*_ticks(bottom, top, series.log_y, most=5))
    plt.xlabel(series.x_label + (" (log scale)" if series.log_x else ""))
    drawn = plt.build()
    plt.clear_figure()
    text = Text.from_ansi(drawn.rstrip("\n"), no_wrap=True)
    text.highlight_regex("[─│┌┐└┘┤┬]", "dim")
    return text


def _named_points(
    series: Series, curves: Sequence[Sequence[tuple[float, float]]]
) -> Iterator[tuple[str, tuple[float, float]]]:
    """Where each of several curves carries its letter: one after the other over its length."""
    for k, (letter, curve) in enumerate(zip(ascii_uppercase, curves, strict=False)):
        drawn = [point for point in curve if _drawable(point[1], series.log_y)]
        if len(curves) > 1 and drawn:
            yield letter, drawn[(len(drawn) - 1) * (k + 1) // len(curves)]


def _runs(
    points: Sequence[tuple[float, float]], log_y: bool
) -> Iterator[list[tuple[float, float]]]:
    """The stretches between the gaps that undrawable values leave."""
    run: list[tuple[float, float]] = []
    for x, y in points:
        if _drawable(y, log_y):
            run.append((x, y))
        elif run:
            yield run
            run = []
    if run:
        yield run


def _span(values: Sequence[float]) -> tuple[float, float]:
    """The range of an axis; a constant gets some room around it."""
    low, high = min(values), max(values)
    if high - low > 1e-9 * max(abs(low), abs(high)):
        return low, high
    room = abs(low) * 0.1 or 1.0
    return low - room, high + room


def _ticks(low: float, high: float, log: bool, most: int) -> tuple[list[float], list[str]]:
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
