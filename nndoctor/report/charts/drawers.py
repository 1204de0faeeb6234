"""Which function draws which kind of record; others are drawn by matplotlib on the page too."""

from collections.abc import Callable, Mapping
from typing import Any

from nndoctor.findings import Curves, Heatmap, Scatter, Series, Table

from .lines import draw_curves, draw_scatter, draw_series
from .matrix import draw_heatmap
from .rows import draw_ridge

CHARTS: Mapping[type, Callable[[Any], str | None]] = {
    Series: draw_series,
    Scatter: draw_scatter,
    Curves: draw_curves,
    Heatmap: draw_heatmap,
    Table: draw_ridge,
}
