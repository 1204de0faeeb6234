"""Columns that form an image, and parameters shown as such."""

import re
from collections.abc import Sequence

from ..findings import Heatmap, Matrix, Picture, Pictures
from ..trainable import Array

# what images usually have: height, width, and channels, whole planes after each other as in CIFAR
SHAPES = {64: (8, 8, 1), 256: (16, 16, 1), 784: (28, 28, 1), 1024: (32, 32, 1), 3072: (32, 32, 3)}
MOST_PICTURES = 100
MOST_UNITS, MOST_COLUMNS = 64, 200


def image_shape(columns: Sequence[str], inputs: int) -> tuple[int, int, int] | None:
    """Height, width and channels where the inputs are the numbered columns of one image."""
    shape = SHAPES.get(inputs)
    stems = {re.sub(r"[\d_.,:x -]+", "", column) for column in columns}
    return shape if shape and len(columns) == inputs and len(stems) == 1 else None


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
