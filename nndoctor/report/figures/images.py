"""Matrices as colours: small images side by side, and one large one."""

import math
from typing import TYPE_CHECKING, Any

from nndoctor.findings import Heatmap, Picture, Pictures
from nndoctor.report.cells import number

from .style import SIGNED, UNSIGNED, note, one_axes

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_MOST_NAMES = 40
_MOST_NUMBERS = 160  # of a matrix, written into its cells


def draw_pictures(pictures: Pictures) -> "Figure":
    """In rows, all on one scale; those in colours each on its own."""
    from matplotlib.figure import Figure

    count = max(len(pictures.pictures), 1)
    across = min(count, max(5, math.ceil(math.sqrt(1.6 * count))))
    down = math.ceil(count / across)
    size = 0.9 if across <= 10 else 0.62
    figure = Figure(figsize=(size * across + 1.2, size * 1.15 * down + 0.7), layout="constrained")
    figure.suptitle(pictures.name, x=0.01, ha="left", fontsize=11)
    cells = figure.subplots(down, across, squeeze=False).ravel()
    limits = _limits([one.pixels for one in pictures.pictures], pictures.signed)
    image = None
    for axes in cells:
        axes.axis("off")
    for axes, one in zip(cells, pictures.pictures, strict=False):
        axes.set_title(one.name, fontsize=7, pad=2, loc="center")
        if one.colours:
            axes.imshow(_in_colours(one), interpolation="nearest")
        else:
            image = axes.imshow(
                _array(one.pixels), cmap=_map(pictures.signed), interpolation="nearest", **limits
            )
    if image is not None:
        figure.colorbar(image, ax=list(cells), shrink=0.8)
    note(figure, pictures.caption)
    return figure


def draw_heatmap(heatmap: Heatmap) -> "Figure":
    """The matrix with its names, where there is room for them."""
    values = _array(heatmap.values)
    down, across = values.shape
    written = bool(heatmap.rows and heatmap.columns and down * across <= _MOST_NUMBERS)
    wide = 6.4 if written else min(6.4, 3.0 + 0.09 * across)
    named = heatmap.rows and down <= _MOST_NAMES
    figure, axes = one_axes(heatmap.name, wide, min(9.0, 1.8 + (0.2 if named else 0.12) * down))
    image = axes.imshow(
        values,
        cmap=_map(heatmap.signed),
        interpolation="nearest",
        aspect="auto",
        extent=(0.5, across + 0.5, down + 0.5, 0.5),  # counted from 1
        **_limits([heatmap.values], heatmap.signed, heatmap.low),
    )
    axes.grid(visible=False)
    if heatmap.rows and down <= _MOST_NAMES:
        axes.set_yticks(range(1, down + 1), heatmap.rows, fontsize=8)
    if heatmap.columns and across <= _MOST_NAMES:
        axes.set_xticks(range(1, across + 1), heatmap.columns, rotation=90, fontsize=8)
    if written:
        _write(axes, values, image)
    axes.set_xlabel(heatmap.x_label)
    axes.set_ylabel(heatmap.y_label)
    figure.colorbar(image, ax=axes)
    note(figure, heatmap.caption)
    return figure


def _write(axes: Any, values: Any, image: Any) -> None:
    """The numbers in their cells, dark on light and light on dark."""
    import numpy as np

    for (row, column), value in np.ndenumerate(values):
        red, green, blue, _ = image.cmap(image.norm(value))
        dark = 0.3 * red + 0.59 * green + 0.11 * blue < 0.5
        axes.text(
            column + 1,
            row + 1,
            number(value),
            ha="center",
            va="center",
            fontsize=8,
            color="#fefefe" if dark else "#111111",
        )


def _array(values: Any) -> Any:
    import numpy as np

    return np.array(values, np.float64)


def _map(signed: bool) -> str:
    return SIGNED if signed else UNSIGNED


def _limits(many: list[Any], signed: bool, low: float | None = None) -> dict[str, Any]:
    """The ends of the scale, by all finite values together; `low`: where it begins at least."""
    import numpy as np

    values = np.concatenate([np.zeros(0), *(_array(one).ravel() for one in many)])
    finite = values[np.isfinite(values)]
    if not len(finite):
        return {"vmin": 0.0, "vmax": 1.0}
    if signed:
        most = float(np.abs(finite).max()) or 1.0
        return {"vmin": -most, "vmax": most}
    lowest, high = float(finite.min()), float(finite.max())
    lowest = lowest if low is None else max(lowest, low)
    return {"vmin": lowest, "vmax": high if high > lowest else lowest + 1.0}


def _in_colours(picture: Picture) -> Any:
    """[rows, columns, 3] in 0 to 1."""
    import numpy as np

    stacked = np.stack([_array(one) for one in picture.colours], axis=-1)
    finite = np.where(np.isfinite(stacked), stacked, 0.0)
    low, high = finite.min(), finite.max()
    return (finite - low) / (high - low or 1.0)
