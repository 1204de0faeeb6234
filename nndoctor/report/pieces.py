"""How each kind of evidence looks on a terminal."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from rich.console import RenderableType
from rich.text import Text

from nndoctor.findings import (
    Coordinates,
    Curves,
    Evidence,
    Heatmap,
    Paths,
    Pictures,
    Regions,
    Scatter,
    Series,
    Table,
)
from nndoctor.report.curves import draw_curves
from nndoctor.report.maps import draw_paths, draw_regions
from nndoctor.report.pictures import draw_heatmap, draw_pictures
from nndoctor.report.plots import draw_series
from nndoctor.report.tables import draw_table


def _in_a_file(piece: Coordinates, width: int) -> Iterator[RenderableType]:
    """Too many lines for characters."""
    yield Text(piece.name, "bold")
    yield Text(f"  {len(piece.lines)} lines over {len(piece.axes)} axes: --save-plots DIR draws it")


_DRAWERS: Mapping[type, Callable[..., Iterator[RenderableType]]] = {
    Series: draw_series,
    Scatter: draw_series,
    Coordinates: _in_a_file,
    Curves: draw_curves,
}
_SHADED: Mapping[type, Callable[..., Iterator[RenderableType]]] = {
    Paths: draw_paths,
    Pictures: draw_pictures,
    Heatmap: draw_heatmap,
    Regions: draw_regions,
}


def draw_piece(
    piece: Evidence, width: int, *, every_row: bool = False, plain: bool = False
) -> Iterator[RenderableType]:
    """Its lines; `plain`: no colours, or no glyphs beyond ASCII, are there to shade with."""
    if isinstance(piece, Table):
        return draw_table(piece, width, every_row=every_row)
    if type(piece) in _SHADED:
        return _SHADED[type(piece)](piece, width, plain)
    drawer: Callable[[Any, int], Iterator[RenderableType]] = _DRAWERS[type(piece)]
    return drawer(piece, width)
