"""How training rows are changed as images."""

from dataclasses import dataclass

import numpy as np

from ..engine.structure import Images
from ..trainable import Array


@dataclass(frozen=True)
class Moved:
    """Images of height, width and channels that are new ones each time they are seen.

    shift [D] and scale [D] are what their columns were scaled by. They are moved by up to `most`
    pixels each way, half of them `mirrored`, turned by up to `rotation` degrees, and each channel
    times 1 +- `brightness`. Beyond an edge is the edge again, or nothing where `empty`.
    """

    shape: tuple[int, int, int]
    shift: Array
    scale: Array
    most: int = 0
    mirrored: bool = False
    rotation: float = 0.0
    brightness: float = 0.0
    empty: bool = False


def images(moved: Moved | None) -> Images:
    """For compiled code."""
    if moved is None:
        return images(Moved((0, 0, 0), np.zeros(0), np.zeros(0)))
    return Images(
        moved.shape,
        np.ascontiguousarray(moved.shift, np.float64),
        np.ascontiguousarray(moved.scale, np.float64),
        moved.most,
        moved.mirrored,
        float(np.deg2rad(moved.rotation)),
        float(moved.brightness),
        moved.empty,
    )
