"""Parameters shown as images, where columns form one."""

from collections.abc import Sequence

from ..findings import Heatmap, Matrix, Picture, Pictures
from ..trainable import Array

MOST_PICTURES = 100
MOST_UNITS, MOST_COLUMNS = 64, 200


def units_shown(
    name: str, w: Array, shape: tuple[int, int, int] | None, columns: Sequence[str], caption: str
) -> Pictures | Heatmap:
    """What each unit has of w [D, n], as a picture of the inputs or as a row of a heatmap."""
    if shape is None:
        part = w[:MOST_COLUMNS, :MOST_UNITS].T
        named = tuple(columns[:MOST_COLUMNS]) if len(columns) == len(w) else ()
        left_out = "" if part.size == w.size else f"; the first {part.shape[0]} of {w.shape[1]} "
        left_out += f"units and {part.shape[1]} of {w.shape[0]} inputs" if left_out else ""
        units = tuple(f"unit {index + 1}" for index in range(len(part)))
        return Heatmap(
            name, matrix(part), "input", "unit", units, named, caption=caption + left_out
        )
    height, width, channels = shape
    pictures = []
    for index, column in enumerate(w.T[:MOST_PICTURES]):
        planes = [matrix(plane) for plane in column.reshape(channels, height, width)]
        label = str(index + 1)
        pictures.append(
            Picture(label, planes[0]) if channels == 1 else Picture(label, (), tuple(planes))
        )
    left = w.shape[1] - len(pictures)
    note = caption + (f"; the first {len(pictures)} of {w.shape[1]} units" if left else "")
    return Pictures(name, tuple(pictures), caption=note)


def matrix(values: Array) -> Matrix:
    """As plain numbers."""
    return tuple(tuple(map(float, row)) for row in values)
