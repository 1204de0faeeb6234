"""Which function draws which kind of record; None is no figure, as of a table of words."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from nndoctor.findings import (
    Coordinates,
    Curves,
    Heatmap,
    Paths,
    Pictures,
    Regions,
    Scatter,
    Series,
    Table,
)

from .coordinates import draw_coordinates
from .curves import draw_curves, draw_scatter, draw_series
from .images import draw_heatmap, draw_pictures
from .planes import draw_paths, draw_regions
from .ridge import draw_ridge

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DRAWERS: "Mapping[type, Callable[[Any], Figure | None]]" = {
    Series: draw_series,
    Scatter: draw_scatter,
    Coordinates: draw_coordinates,
    Curves: draw_curves,
    Table: draw_ridge,
    Paths: draw_paths,
    Pictures: draw_pictures,
    Heatmap: draw_heatmap,
    Regions: draw_regions,
}
