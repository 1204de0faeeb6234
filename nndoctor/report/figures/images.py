"""Matrices as colours: small images side by side, and one large one."""

import math
from typing import TYPE_CHECKING, Any

from nndoctor.findings import Heatmap, Picture, Pictures

from .style import SIGNED, UNSIGNED, note, one_axes

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_MOST_NAMES = 40


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
    figure, axes = one_axes(
        heatmap.name, min(9.0, 3.0 + 0.09 * across), min(9.0, 2.2 + 0.12 * down)
    )
    image = axes.imshow(
        values, cmap=_map(heatmap.signed), interpolation="nearest", aspect="auto",
        extent=(0.5, across + 0.5, down + 0.5, 0.5),  # counted from 1
        **_limits([heatmap.values], heatmap.signed),
    )  # fmt: skip
    axes.grid(visible=False)
    if heatmap.rows and down <= _MOST_NAMES:
        axes.set_yticks(range(1, down + 1), heatmap.rows, fontsize=8)
    if heatmap.columns and across <= _MOST_NAMES:
        axes.set_xticks(range(1, across + 1), heatmap.columns, rotation=90, fontsize=8)
    axes.set_xlabel(heatmap.x_label)
    axes.set_ylabel(heatmap.y_label)
    figure.colorbar(image, ax=axes)
    note(figure, heatmap.caption)
    return figure


def _array(values: Any) -> Any:
    import numpy as np

    return np.array(values, np.float64)


def _map(signed: bool) -> str:
    return SIGNED if signed else UNSIGNED


def _limits(many: list[Any], signed: bool) -> dict[str, Any]:
    """The ends of the scale, by all finite values together."""
    import numpy as np

    values = np.concatenate([np.zeros(0), *(_array(one).ravel() for one in many)])
    finite = values[np.isfinite(values)]
    if not len(finite):
        return {"vmin": 0.0, "vmax": 1.0}
    if signed:
        most = float(np.abs(finite).max()) or 1.0
        return {"vmin": -most, "vmax": most}
    low, high = float(finite.min()), float(finite.max())
    return {"vmin": low, "vmax": high if high > low else low + 1.0}


def _in_colours(picture: Picture) -> Any:
    """[rows, columns, 3] in 0 to 1."""
    import numpy as np

    stacked = np.stack([_array(one) for one in picture.colours], axis=-1)
    finite = np.where(np.isfinite(stacked), stacked, 0.0)
    low, high = finite.min(), finite.max()
    return (finite - low) / (high - low or 1.0)
