"""What lies over a plane: walks over contours, and the regions of a classifier."""

from typing import TYPE_CHECKING

from nndoctor.findings import Paths, Regions

from .style import COLOURS, INK, note, one_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_LEVELS = 24
_MARKERS = "osD^v<>pPX"


def draw_paths(paths: Paths) -> "Figure":
    """The contours in grey, each walk in its colour, its end as a large mark."""
    figure, axes = one_axes(paths.name, 7.4, 4.8)
    draw_contours(axes, paths)
    for index, walk in enumerate(paths.paths):
        colour = COLOURS[index % len(COLOURS)]
        style = ("-", "--", ":")[index // len(COLOURS) % 3]
        label = f"{walk.name}: {walk.end}" if walk.end else walk.name
        axes.plot(
            walk.x,
            walk.y,
            style,
            color=colour,
            linewidth=1.3,
            marker=".",
            markersize=3.5,
            label=label,
        )
        last = len(walk.x) - 1
        if last >= 0:
            marker = _MARKERS[index % len(_MARKERS)]
            axes.plot(
                walk.x[last:],
                walk.y[last:],
                marker,
                color=colour,
                markersize=7,
                markeredgecolor="white",
                zorder=5,
            )
    if paths.paths:
        axes.plot(
            paths.paths[0].x[:1], paths.paths[0].y[:1], "o", color=INK, markersize=6, zorder=6
        )
    for label, x, y in paths.marks:
        axes.plot([x], [y], "*", color=INK, markersize=10, zorder=4)
        left = x - paths.x[0] > 0.7 * (paths.x[-1] - paths.x[0])
        axes.annotate(
            label,
            (x, y),
            (-6 if left else 6, 6),
            textcoords="offset points",
            ha="right" if left else "left",
            fontsize=8,
            zorder=7,
            annotation_clip=True,
        )
    axes.set_xlabel(paths.x_label)
    axes.set_ylabel(paths.y_label)
    if paths.paths:
        axes.legend(loc="center left", bbox_to_anchor=(1, 0.5), fontsize=8)
    note(figure, paths.caption)
    return figure


def draw_contours(axes: "Axes", paths: Paths, levels: int = _LEVELS) -> None:
    """Levels so that each holds an equal share of the plane: a narrow valley is seen too."""
    import numpy as np

    height = np.array(paths.height, np.float64)
    shown = np.ma.masked_invalid(height)
    if shown.count():
        shares = np.linspace(0, 1, levels)
        limits = np.unique(np.quantile(height[np.isfinite(height)], shares))
        if len(limits) > 1:
            axes.contourf(paths.x, paths.y, shown, limits, cmap="Greys", alpha=0.35)
            axes.contour(paths.x, paths.y, shown, limits, colors="#888888", linewidths=0.4)
    axes.set_xlim(paths.x[0], paths.x[-1])
    axes.set_ylim(paths.y[0], paths.y[-1])
    axes.grid(visible=False)


def draw_regions(regions: Regions) -> "Figure":
    """Each region in the pale colour of its label, rows of the data as dots."""
    import numpy as np
    from matplotlib.colors import ListedColormap

    figure, axes = one_axes(regions.name, 6.4, 4.8)
    colours = [COLOURS[index % len(COLOURS)] for index in range(len(regions.labels))]
    edge = -0.5, len(colours) - 0.5
    axes.pcolormesh(
        regions.x,
        regions.y,
        np.array(regions.cells),
        cmap=ListedColormap(colours),
        vmin=edge[0],
        vmax=edge[1],
        alpha=0.3,
        shading="nearest",
        rasterized=True,
        linewidth=0,
    )
    for index, label in enumerate(regions.labels):
        mine = [(x, y) for x, y, number in regions.points if number == index]
        marker = _MARKERS[index % len(_MARKERS)]
        axes.plot(
            [x for x, _ in mine],
            [y for _, y in mine],
            marker,
            color=colours[index],
            markersize=3.5,
            markeredgecolor="white",
            markeredgewidth=0.4,
            label=label,
        )
    axes.grid(visible=False)
    axes.set_xlabel(regions.x_label)
    axes.set_ylabel(regions.y_label)
    axes.legend(loc="center left", bbox_to_anchor=(1, 0.5))
    note(figure, regions.caption)
    return figure
