"""A matrix as colours, its numbers written into it where they fit."""

import math
import struct
import zlib
from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nndoctor.findings import Heatmap
from nndoctor.report.cells import number
from nndoctor.report.colours import colour, limits

from .marks import LINE, WIDE, figure, text, width_of
from .plane import Axis

_MOST_NAMES = 40
_MOST_NUMBERS = 160
_LONGEST = 0.35  # of the picture, for the names of rows
_TALLEST = 80  # of the names of columns, where they stand upright
_SCALE = 12  # the width of the strip that says which value has which colour
_STEPS = 64  # of its colours

Pixels = Sequence[Sequence[tuple[int, int, int] | None]]


@dataclass(frozen=True)
class _Grid:
    """Where the cells lie, and the ends of their scale."""

    left: float
    top: float
    right: float
    bottom: float
    down: int
    across: int
    scale: Axis
    signed: bool

    @property
    def wide(self) -> float:
        """Of one cell."""
        return (self.right - self.left) / self.across

    def middle(self, row: float, column: float) -> tuple[float, float]:
        """Of a cell, for words on it."""
        each = (self.bottom - self.top) / self.down
        return self.left + self.wide * (column + 0.5), self.top + each * (row + 0.5) + 4

    def colour(self, value: float) -> tuple[int, int, int] | None:
        """Nothing where there is no finite value."""
        if not math.isfinite(value):
            return None
        return colour(value, self.scale.low, self.scale.high, self.signed)


def draw_heatmap(heatmap: Heatmap) -> str | None:
    """The matrix with its names, where there is room; cells without a finite value are empty."""
    if not heatmap.values or not heatmap.values[0]:
        return None
    down, across = len(heatmap.values), len(heatmap.values[0])
    rows = heatmap.rows if down <= _MOST_NAMES else ()
    columns = heatmap.columns if across <= _MOST_NAMES else ()
    scale = Axis(*limits([heatmap.values], heatmap.signed, heatmap.low))
    labels = max((width_of(label) for _, label in scale.ticks(5)), default=0)
    left = min(max(map(width_of, rows), default=width_of(str(down))), WIDE * _LONGEST) + 6
    top = LINE + 2 if heatmap.y_label else 4
    each = min(max(22 if rows else 120 / down, 2), 400 / down)
    right, bottom = WIDE - _SCALE - labels - 14, top + each * down
    grid = _Grid(left, top, right, bottom, down, across, scale, heatmap.signed)
    upright = max(map(width_of, columns), default=0) > grid.wide
    under = bottom + (min(max(map(width_of, columns)), _TALLEST) + 5 if upright else LINE)
    pixels = [[grid.colour(value) for value in row] for row in heatmap.values]
    parts = [
        text(0, LINE - 4, heatmap.y_label) if heatmap.y_label else "",
        _pixels(pixels, left, top, right - left, bottom - top),
        *_beside(rows, grid),
        *_below(columns, grid, upright),
        text((left + right) / 2, under + LINE, heatmap.x_label, "middle"),
        *_strip(grid),
    ]
    if heatmap.rows and heatmap.columns and down * across <= _MOST_NUMBERS:
        parts += _numbers(heatmap, grid)
    tall = under + LINE * (1.5 if heatmap.x_label else 0.5)
    return figure(heatmap.name, "".join(parts), tall, notes=(heatmap.caption,))


def _beside(rows: Sequence[str], grid: _Grid) -> Iterator[str]:
    """The names of the rows; without any some of their numbers, from 1."""
    if not rows:
        numbers = Axis(0.5, grid.down + 0.5, grid.top, grid.bottom, whole=True)
        yield from (text(grid.left - 5, at + 4, told, "end") for at, told in numbers.ticks(5))
    for row, name in enumerate(rows):
        yield text(grid.left - 5, grid.middle(row, 0)[1], name, "end", grid.left - 5)


def _below(columns: Sequence[str], grid: _Grid, upright: bool) -> Iterator[str]:
    """The same of the columns."""
    bottom = grid.bottom + LINE - 2
    if not columns:
        numbers = Axis(0.5, grid.across + 0.5, grid.left, grid.right, whole=True)
        yield from (text(at, bottom, told, "middle") for at, told in numbers.ticks(6))
    for column, name in enumerate(columns):
        x, _ = grid.middle(0, column)
        if upright:
            x, y = x + 4, grid.bottom + 5
            turned = f' transform="rotate(-90 {x:.1f} {y:.1f})"'
            yield text(x, y, name, "end", _TALLEST, turned)
        else:
            yield text(x, bottom, name, "middle")


def _numbers(heatmap: Heatmap, grid: _Grid) -> Iterator[str]:
    """Dark on light and light on dark; none of them where one would not fit."""
    told = [[number(value) for value in row] for row in heatmap.values]
    if max(width_of(one) for row in told for one in row) > grid.wide:
        return
    for down, row in enumerate(heatmap.values):
        for across, value in enumerate(row):
            kind = ""
            if found := grid.colour(value):
                red, green, blue = found
                kind = " light" if 0.3 * red + 0.59 * green + 0.11 * blue < 128 else " dark"
            yield text(*grid.middle(down, across), told[down][across], f"middle{kind}")


def _strip(grid: _Grid) -> Iterator[str]:
    """Which value has which colour, the highest on top."""
    low, high, tall = grid.scale.low, grid.scale.high, grid.bottom - grid.top
    steps = [high - (high - low) * step / (_STEPS - 1) for step in range(_STEPS)]
    left = grid.right + 8
    yield _pixels([[grid.colour(value)] for value in steps], left, grid.top, _SCALE, tall)
    upright = Axis(low, high, grid.bottom, grid.top)
    for at, label in upright.ticks(max(2, int(tall / 25))):
        yield text(left + _SCALE + 4, at + 4, label)


def _pixels(pixels: Pixels, x: float, y: float, wide: float, tall: float) -> str:
    data = b64encode(_png(pixels)).decode("ascii")
    place = f'x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{tall:.1f}"'
    return f'<image {place} preserveAspectRatio="none" href="data:image/png;base64,{data}"/>'


def _png(pixels: Pixels) -> bytes:
    """The file of an image; None is a pixel that is not there.

    Source: W3C, Portable Network Graphics specification.
    """

    def chunk(kind: bytes, data: bytes) -> bytes:
        named = kind + data
        return struct.pack(">I", len(data)) + named + struct.pack(">I", zlib.crc32(named))

    lines = [b"".join(bytes((*one, 255) if one else 4) for one in row) for row in pixels]
    head = struct.pack(">IIBBBBB", len(pixels[0]), len(pixels), 8, 6, 0, 0, 0)
    body = zlib.compress(b"".join(b"\0" + one for one in lines), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
