"""A table's histograms, one above the other on one axis."""

from typing import TYPE_CHECKING

from nndoctor.findings import Histogram, Table

from .style import COLOURS, FAINT, note, one_axes

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_HIGHEST = 0.88  # of the distance between rows
_MOST = 60


def draw_ridge(table: Table) -> "Figure | None":
    """First row on top, each as high as its fullest bin; None where no cell is a histogram."""
    import numpy as np

    rows = [(str(row[0]), _histogram(row)) for row in table.rows[:_MOST]]
    known = [(name, one) for name, one in rows if one is not None and any(one.counts)]
    if not known:
        return None
    figure, axes = one_axes(table.name, height=1.6 + 0.45 * len(known))
    for index, (_, one) in enumerate(known):
        base = len(known) - 1 - index
        tops = _HIGHEST * np.array(one.counts) / max(one.counts)
        room = abs(one.low) * 1e-3 or 1e-3
        low, high = (one.low, one.high) if one.high > one.low else (one.low - room, one.low + room)
        edges = np.linspace(low, high, len(one.counts) + 1)
        axes.stairs(base + tops, edges, baseline=base, fill=True, facecolor=COLOURS[5], zorder=2)
        axes.stairs(base + tops, edges, baseline=base, color=COLOURS[0], linewidth=0.8, zorder=3)
        axes.axhline(base, color=FAINT, linewidth=0.6, zorder=1)
    axes.set_yticks(range(len(known) - 1, -1, -1), [name for name, _ in known])
    axes.tick_params(axis="y", length=0)
    axes.grid(visible=False, axis="y")
    axes.spines["left"].set_visible(False)
    note(figure, f"{table.caption + '; ' if table.caption else ''}each as high as its fullest bin")
    return figure


def _histogram(row: tuple[object, ...]) -> Histogram | None:
    return next((cell for cell in row if isinstance(cell, Histogram)), None)
