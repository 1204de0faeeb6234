"""Rows of a batch moved and mirrored as images, each by its own draw: new rows that mean the same.

Simard, Steinkraus & Platt 2003, ICDAR; the shift and flip of Krizhevsky, Sutskever & Hinton 2012,
section 4.1, with the edge repeated where a crop of a larger image has none.
"""

import numpy as np

from .jit import kernel
from .random import uniform


@kernel
def move_images(x, rows, images, state):
    """x [B, D] in place, its first rows; planes of D = channels * height * width pixels.

    A pixel is moved as it was before its column was scaled, and scaled as its new place is.
    """
    height, width, _ = images.shape
    room = np.empty(x.shape[1])
    for i in range(rows):
        down = int(uniform(state) * (2 * images.most + 1)) - images.most
        right = int(uniform(state) * (2 * images.most + 1)) - images.most
        mirrored = images.mirrored and uniform(state) < 0.5
        if down == 0 and right == 0 and not mirrored:
            continue
        for j in range(room.size):
            room[j] = x[i, j] * images.scale[j] + images.shift[j]
        for at in range(room.size):
            plane, rest = at // (height * width), at % (height * width)
            row = min(max(rest // width - down, 0), height - 1)
            column = min(max(rest % width - right, 0), width - 1)
            if mirrored:
                column = width - 1 - column
            pixel = room[(plane * height + row) * width + column]
            x[i, at] = (pixel - images.shift[at]) / images.scale[at]
