"""Planes as characters: walks as letters over shades of height, regions as their letters."""

import math
from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.text import Text

from nndoctor.findings import Paths, Regions
from nndoctor.report.cells import number
from nndoctor.report.curves import colour_of, legend, letter_of
from nndoctor.report.plots import INDENT, WIDEST, indented

_ROWS = 20
_SHADES = " ·░▒▓"
_PLAIN_SHADES = " .:-="
_MOST_POINTS = 400


def draw_paths(paths: Paths, width: int, plain: bool = False) -> Iterator[RenderableType]:
    """The name, the map, and how each walk ended; later walks lie over earlier ones."""
    yield Text(paths.name, "bold")
    plane = _Plane(paths.x, paths.y, min(width, WIDEST) - INDENT)
    shades = _PLAIN_SHADES if plain else _SHADES
    plane.fill(_shaded(paths.height, shades), ["dim"] * len(shades), shades)
    for index, walk in enumerate(paths.paths):
        for x, y in _between(walk.x, walk.y, plane):
            plane.put(x, y, letter_of(index), colour_of(index))
    for index, walk in enumerate(paths.paths):
        for x, y in list(zip(walk.x, walk.y, strict=True))[-1:]:
            plane.put(x, y, letter_of(index).upper(), f"bold {colour_of(index)}")
    for _, x, y in paths.marks:
        plane.put(x, y, "*", "bold")
    yield from plane.drawn(paths.x_label, paths.y_label)
    yield indented(legend([(walk.name, walk.end) for walk in paths.paths], width - INDENT))
    marks = "".join(f"* {label} at ({number(x)}, {number(y)})  " for label, x, y in paths.marks)
    for text in (marks.strip(), paths.caption):
        if text:
            yield indented(Text(text, "dim"))


def draw_regions(regions: Regions, width: int, plain: bool = False) -> Iterator[RenderableType]:
    """Small letters where a label is named, capital ones where rows of it are."""
    yield Text(regions.name, "bold")
    plane = _Plane(regions.x, regions.y, min(width, WIDEST) - INDENT)
    count = len(regions.labels)
    plane.fill(
        regions.cells,
        [f"dim {colour_of(i)}" for i in range(count)],
        "".join(letter_of(i) for i in range(count)),
    )
    step = max(1, len(regions.points) // _MOST_POINTS)
    for x, y, label in regions.points[::step]:
        plane.put(x, y, letter_of(label).upper(), f"bold {colour_of(label)}")
    yield from plane.drawn(regions.x_label, regions.y_label)
    yield indented(legend([(label, "") for label in regions.labels], width - INDENT))
    said = "capital letters are rows of the data" if regions.points else ""
    for text in (said, regions.caption):
        if text:
            yield indented(Text(text, "dim"))


class _Plane:
    """A grid of characters over rising `xs` and `ys`, its first row on top."""

    def __init__(self, xs: Sequence[float], ys: Sequence[float], width: int) -> None:
        self.xs, self.ys = xs, ys
        self.across = max(10, min(width, 72))
        self.cells = [[(" ", "")] * self.across for _ in range(_ROWS)]

    def fill(self, classes: Sequence[Sequence[int]], styles: Sequence[str], glyphs: str) -> None:
        for row in range(_ROWS):
            source = classes[round((len(self.ys) - 1) * (_ROWS - 1 - row) / (_ROWS - 1))]
            for column in range(self.across):
                kind = source[round((len(self.xs) - 1) * column / (self.across - 1))]
                self.cells[row][column] = (glyphs[kind], styles[kind])

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Column and row, which may lie outside."""
        across = (x - self.xs[0]) / (self.xs[-1] - self.xs[0]) * (self.across - 1)
        return across, (self.ys[-1] - y) / (self.ys[-1] - self.ys[0]) * (_ROWS - 1)

    def put(self, x: float, y: float, glyph: str, style: str) -> None:
        if not (math.isfinite(x) and math.isfinite(y)):
            return
        column, row = self.place(x, y)
        if -0.5 <= column < self.across - 0.5 and -0.5 <= row < _ROWS - 0.5:
            self.cells[round(row)][round(column)] = (glyph, style)

    def drawn(self, x_label: str, y_label: str) -> Iterator[RenderableType]:
        ends = f"{y_label} {number(self.ys[0])} to {number(self.ys[-1])} upwards"
        ends += f", {x_label} {number(self.xs[0])} to {number(self.xs[-1])} to the right"
        yield indented(Text(ends.strip(), "dim"))
        rows = [Text.assemble(*row) for row in self.cells]
        yield indented(Text("\n", no_wrap=True).join(rows))


def _shaded(height: Sequence[Sequence[float]], shades: str) -> list[list[int]]:
    """Which shade each place has: the higher the darker, an equal share of the plane each."""
    finite = sorted(value for row in height for value in row if math.isfinite(value))
    if not finite:
        return [[len(shades) - 1] * len(row) for row in height]
    limits = [finite[len(finite) * k // len(shades)] for k in range(1, len(shades))]
    highest = len(shades) - 1
    return [
        [sum(v > limit for limit in limits) if math.isfinite(v) else highest for v in row]
        for row in height
    ]


def _between(
    xs: Sequence[float], ys: Sequence[float], plane: _Plane
) -> Iterator[tuple[float, float]]:
    """The places of a walk and, where the next one is on the map, those on the line to it."""
    places = list(zip(xs, ys, strict=True))
    for (x, y), (x2, y2) in zip(places, places[1:] or places, strict=False):
        if not all(map(math.isfinite, (x, y, x2, y2))):
            continue
        (c, r), (c2, r2) = plane.place(x, y), plane.place(x2, y2)
        steps = int(min(max(abs(c2 - c), abs(r2 - r), 1), 200))
        for k in range(steps + 1):
            yield x + (x2 - x) * k / steps, y + (y2 - y) * k / steps
