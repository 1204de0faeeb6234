"""Columns that form an image."""

import re
from collections.abc import Sequence

import numpy as np

from ..adapters.moved import Moved
from ..data import Scaler
from ..errors import RecipeError
from ..recipe import Recipe

# what images usually have: height, width, and channels, whole planes after each other as in CIFAR
SHAPES = {64: (8, 8, 1), 256: (16, 16, 1), 784: (28, 28, 1), 1024: (32, 32, 1), 3072: (32, 32, 3)}
# A pixel moved to a column that is nearly constant would be hundreds of its deviations away.
FIT = ("none", "divide", "center", "per-channel-center")


def image_shape(columns: Sequence[str], inputs: int) -> tuple[int, int, int] | None:
    """Height, width and channels where the inputs are the numbered columns of one image."""
    shape = SHAPES.get(inputs)
    stems = {re.sub(r"[\d_.,:x -]+", "", column) for column in columns}
    return shape if shape and len(columns) == inputs and len(stems) == 1 else None


def moved_images(recipe: Recipe, columns: Sequence[str], scaler: Scaler) -> Moved | None:
    """How training rows are changed as images, None where they are not.

    Raises RecipeError where the columns are no image, or are scaled as no pixels can be.
    """
    noise = recipe.training.noise
    if not (noise.moves or noise.brightness):
        return None
    inputs = len(scaler.shift)
    shape = noise.image or image_shape(columns, inputs)
    if shape is None:
        raise RecipeError(
            f"training.noise changes images, and {inputs} columns may be of any height and width",
            "training.noise.image = [28, 28, 1]: height, width, channels, plane after plane",
        )
    if np.prod(shape) != inputs:
        told = " x ".join(map(str, shape))
        raise RecipeError(
            f"training.noise.image is {told}: {np.prod(shape)} numbers, for {inputs} columns",
            "height, width and channels, of all columns that are learned from",
        )
    if noise.shift >= min(shape[:2]):
        raise RecipeError(
            f"training.noise.shift is {noise.shift} for images of {shape[0]} x {shape[1]}",
            "fewer pixels than an image has, such as 1 or 2",
        )
    if scaler.axes is not None or (noise.moves and scaler.kind not in FIT):
        what = "mixes all columns" if scaler.axes is not None else "scales each in its own way"
        raise RecipeError(
            "training.noise changes pixels or moves them from column to column, and "
            f'preprocess.features = "{scaler.kind}" {what}',
            f"one of {', '.join(FIT)}; divide takes data.preprocess.divisor, such as 255",
        )
    return Moved(
        shape,
        scaler.shift,
        scaler.scale,
        noise.shift,
        noise.mirror,
        noise.rotate,
        noise.brightness,
        noise.padding == "zeros",
    )
