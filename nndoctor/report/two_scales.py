"""Curves of two kinds over one x: one scale on the left, another on the right."""

import math
from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.text import Text

from nndoctor.findings import Series
from nndoctor.report.scales import span, ticks

COLORS = ("cyan", "blue", "green", "yellow")
MARKS = "ovxw"  # where there are no colours
WIDEST = 110


def draw_two_scales(
    left: Sequence[Series], right: Sequence[Series], width: int, height: int, plain: bool = False
) -> Iterator[RenderableType]:
    """A legend and the graph; `plain`: marks for colours. What is not finite is left out."""
    curves = [(one, "left") for one in left] + [(one, "right") for one in right]
    yield _legend(curves, plain)
    found = {"left": [*_finite(left)], "right": [*_finite(right)]}
    if not any(found.values()):
        yield Text("no finite values to draw")
        return
    yield _plot(curves, found, min(width, WIDEST), height, plain)


def _legend(curves: Sequence[tuple[Series, str]], plain: bool) -> Text:
    """Each scale named once, before its curves."""
    parts, named = [], ""
    for (series, side), color, mark in zip(curves, COLORS, MARKS, strict=False):
        if side != named:
            scale = " (log scale)" * series.log_y
            parts.append(Text(f"{'   ' * bool(named)}{series.y_label}{scale}, {side}:", "dim"))
            named = side
        sign = (mark, "bold") if plain else ("━━", color)
        parts.append(Text.assemble(sign, f" {series.name}"))
    return Text(" ").join(parts)


def _finite(curves: Sequence[Series]) -> Iterator[float]:
    for series in curves:
        yield from filter(math.isfinite, _values(series))


def _values(series: Series) -> Sequence[float]:
    """As they lie on their scale; NaN where they can't."""
    if not series.log_y:
        return series.y
    return [math.log10(y) if 0 < y < math.inf else math.nan for y in series.y]


def _plot(
    curves: Sequence[tuple[Series, str]],
    found: dict[str, list[float]],
    width: int,
    height: int,
    plain: bool,
) -> Text:
    import plotext as plt  # 40 ms that only a run that is watched pays

    plt.clear_figure()  # plotext draws on one figure of the module
    plt.limit_size(False, False)
    plt.theme("clear")
    plt.plot_size(width, height)
    low, high = span([x for series, _ in curves for x in series.x])
    plt.xlim(low, high)
    plt.xticks(*ticks(low, high, False, most=max(2, width // 12)))
    for (series, side), color, mark in zip(curves, COLORS, MARKS, strict=False):
        points = [
            (x, y) for x, y in zip(series.x, _values(series), strict=True) if math.isfinite(y)
        ]
        if points:
            xs, ys = zip(*points, strict=True)
            marker = mark if plain else "braille"
            plt.plot(list(xs), list(ys), marker=marker, color=color, yside=side)
    for side, values in found.items():
        if values:
            bottom, top = span(values)
            plt.ylim(bottom, top, yside=side)
            log = any(series.log_y for series, at in curves if at == side)
            plt.yticks(*ticks(bottom, top, log, most=5), yside=side)
    plt.xlabel(curves[0][0].x_label)
    drawn = plt.build()
    plt.clear_figure()
    return Text.from_ansi(drawn.rstrip("\n"), no_wrap=True)
