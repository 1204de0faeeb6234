"""How training rows are moved as images."""

from dataclasses import dataclass

import numpy as np

from ..engine.structure import Images
from ..trainable import Array


@dataclass(frozen=True)
class Moved:
    """Images of height, width and channels are moved by up to `most` pixels each way, half of them
    `mirrored`; shift [D] and scale [D] are what the columns were scaled by."""

    shape: tuple[int, int, int]
    most: int
    mirrored: bool
    shift: Array
    scale: Array


def images(moved: Moved | None) -> Images:
    """For compiled code."""
    if moved is None:
        return Images((0, 0, 0), 0, False, np.zeros(0), np.zeros(0))
    shift, scale = (np.ascontiguousarray(each, np.float64) for each in (moved.shift, moved.scale))
    return Images(moved.shape, moved.most, moved.mirrored, shift, scale)
