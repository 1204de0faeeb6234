"""Parallel coordinates: a line a trial over upright axes, the best drawn last and on top."""

import math
from typing import TYPE_CHECKING

from nndoctor.findings import Coordinates

from .style import INK, UNSIGNED, WIDTH, note, one_axes

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_FAINTEST = 0.25  # of a line's ink: many of them lie on top of each other


def draw_coordinates(plot: Coordinates) -> "Figure":
    """The colour of a line is its value; lines without a finite one are grey and dotted."""
    import matplotlib
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import Normalize

    figure, axes = one_axes(plot.name, width=max(WIDTH, 1.6 + 1.3 * len(plot.axes)))
    finite = [value for value in plot.values if math.isfinite(value)]
    low, high = (min(finite), max(finite)) if finite else (0.0, 1.0)
    norm, colours = Normalize(low, high), matplotlib.colormaps[UNSIGNED]
    places = range(len(plot.axes))
    order = sorted(zip(plot.values, plot.lines, strict=True), key=lambda one: _rank(one[0]))
    for value, line in order:
        known = math.isfinite(value)
        share = float(norm(value)) if known else 0.0
        axes.plot(
            places,
            line,
            "-" if known else ":",
            color=colours(share) if known else "#999999",
            alpha=_FAINTEST + (1 - _FAINTEST) * share,
        )
    for at, axis in enumerate(plot.axes):
        axes.axvline(at, color=INK, linewidth=0.8)
        for place, label in axis.ticks:
            axes.annotate(
                label,
                (at, place),
                xytext=(4, 0),
                textcoords="offset points",
                fontsize=8,
                va="center",
                bbox={"boxstyle": "square,pad=0.1", "fc": "white", "ec": "none", "alpha": 0.7},
            )
    axes.set_xticks(places, [axis.name.replace(".", ".\n", 1) for axis in plot.axes], fontsize=8)
    axes.set_yticks([])
    axes.grid(visible=False)
    axes.set_ylim(-0.05, 1.05)
    for side in axes.spines.values():
        side.set_visible(False)
    if finite:
        figure.colorbar(ScalarMappable(norm, UNSIGNED), ax=axes, label=plot.value_label)
    note(figure, plot.caption)
    return figure


def _rank(value: float) -> float:
    return value if math.isfinite(value) else -math.inf
