"""Matrices as characters: half blocks in colour, or a ramp of plain glyphs."""

import math
from collections.abc import Iterator

from rich.console import RenderableType
from rich.style import Style
from rich.text import Text

from nndoctor.findings import Heatmap, Matrix, Picture, Pictures
from nndoctor.report.cells import number
from nndoctor.report.colours import colour, limits
from nndoctor.report.plots import INDENT, indented

_RAMP = " .:-=+*#%@"
_GAP = 2
_MOST_ROWS = 4  # of pictures
_MOST_LINES = 48  # of a heatmap


def draw_pictures(pictures: Pictures, width: int, plain: bool = False) -> Iterator[RenderableType]:
    """As many as fit side by side and in some rows; how many are left out is said."""
    yield Text(pictures.name, "bold")
    images = [_grey(one) for one in pictures.pictures]
    if not images or not images[0]:
        yield indented(Text("no pictures"))
        return
    low, high = limits(images, pictures.signed)
    wide = len(images[0][0]) * (2 if plain else 1)
    across = max(1, (width - INDENT + _GAP) // (wide + _GAP))
    shown = images[: across * _MOST_ROWS]
    for start in range(0, len(shown), across):
        strips = [
            _strips(one, low, high, pictures.signed, plain) for one in shown[start : start + across]
        ]
        lines = [Text(" " * _GAP).join(parts) for parts in zip(*strips, strict=True)]
        yield indented(Text("\n").join(lines))
        yield Text("")
    said = f"{_scale(low, high, pictures.signed, plain)}"
    if len(shown) < len(images):
        said += f"; {len(images) - len(shown)} of {len(images)} are left out here"
    yield indented(Text(said, "dim"))
    if pictures.caption:
        yield indented(Text(pictures.caption, "dim"))


def draw_heatmap(heatmap: Heatmap, width: int, plain: bool = False) -> Iterator[RenderableType]:
    """One line a row, or a half; what does not fit is left out, and said."""
    yield Text(heatmap.name, "bold")
    names = max((len(name) for name in heatmap.rows), default=0) if plain else 0
    most = max(8, width - INDENT - names - 1)
    values = tuple(row[:most] for row in heatmap.values[: _MOST_LINES * (1 if plain else 2)])
    if not values or not values[0]:
        yield indented(Text("no values"))
        return
    low, high = limits([heatmap.values], heatmap.signed, heatmap.low)
    lines = _strips(values, low, high, heatmap.signed, plain, double=False)
    if plain and heatmap.rows:
        lines = [
            Text.assemble((f"{name:>{names}} ", "dim"), line)
            for name, line in zip(heatmap.rows, lines, strict=False)
        ]
    ends = ", ".join(
        f"{label} {'downwards' if down else 'to the right'}"
        for label, down in ((heatmap.y_label, True), (heatmap.x_label, False))
        if label
    )
    if ends:
        yield indented(Text(ends, "dim"))
    yield indented(Text("\n", no_wrap=True).join(lines))
    said = _scale(low, high, heatmap.signed, plain)
    size = len(heatmap.values), len(heatmap.values[0])
    if size != (len(values), len(values[0])):
        said += f"; the first {len(values)} x {len(values[0])} of {size[0]} x {size[1]}"
    yield indented(Text(said, "dim"))
    if heatmap.caption:
        yield indented(Text(heatmap.caption, "dim"))


def _grey(picture: Picture) -> Matrix:
    """The pixels, of a picture in colours their mean."""
    if not picture.colours:
        return picture.pixels
    return tuple(
        tuple(sum(values) / len(values) for values in zip(*rows, strict=True))
        for rows in zip(*picture.colours, strict=True)
    )


def _scale(low: float, high: float, signed: bool, plain: bool) -> str:
    ends = f"{number(low)} to {number(high)}"
    if plain:
        return (
            f"size from '{_RAMP[0]}' (0) to '{_RAMP[-1]}' ({number(high)}), sign not shown"
            if (signed)
            else f"from '{_RAMP[0]}' ({number(low)}) to '{_RAMP[-1]}' ({number(high)})"
        )
    return f"{ends}, from orange to purple" if signed else f"{ends}, from dark to light"


def _strips(
    image: Matrix, low: float, high: float, signed: bool, plain: bool, double: bool = True
) -> list[Text]:
    """The lines of one image; plain glyphs are twice as high as wide, so each stands twice."""
    if plain:
        times = 2 if double else 1
        return [Text("".join(_glyph(v, low, high, signed) * times for v in row)) for row in image]
    lines = []
    for upper in range(0, len(image), 2):
        line = Text()
        below = image[upper + 1] if upper + 1 < len(image) else None
        for column, value in enumerate(image[upper]):
            back = None if below is None else _colour(below[column], low, high, signed)
            line.append("▀", Style(color=_colour(value, low, high, signed), bgcolor=back))
        lines.append(line)
    return lines


def _glyph(value: float, low: float, high: float, signed: bool) -> str:
    if not math.isfinite(value):
        return "?"
    share = abs(value) / high if signed else (value - low) / (high - low)
    return _RAMP[min(round(max(share, 0.0) * (len(_RAMP) - 1)), len(_RAMP) - 1)]


def _colour(value: float, low: float, high: float, signed: bool) -> str:
    if not math.isfinite(value):
        return "rgb(255,0,0)"
    return f"rgb({','.join(map(str, colour(value, low, high, signed)))})"
