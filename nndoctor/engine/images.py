"""Rows of a batch changed as images, each by its own draw: new rows that mean the same.

Shift and mirror: Krizhevsky, Sutskever & Hinton 2012, NIPS, section 4.1; rotation, between four
pixels: Simard, Steinkraus & Platt 2003, ICDAR, section 2; brightness: Howard 2013, arXiv:1312.5402.
"""

import numpy as np

from .jit import kernel
from .random import uniform


@kernel
def move_images(x, rows, images, state):
    """x [B, D] in place, its first rows; planes of D = channels * height * width pixels.

    A pixel is moved as it was before its column was scaled, and scaled as its new place is.
    """
    height, width, channels = images.shape
    raw = np.empty((channels, height, width), np.float64)
    pixels = raw.reshape(x.shape[1])
    for i in range(rows):
        down = int(uniform(state) * (2 * images.most + 1)) - images.most
        right = int(uniform(state) * (2 * images.most + 1)) - images.most
        mirrored = images.mirrored and uniform(state) < 0.5
        angle = images.rotation * (2 * uniform(state) - 1) if images.rotation > 0 else 0.0
        still = down == 0 and right == 0 and not mirrored and angle == 0
        if still and not images.brightness > 0:
            continue
        for j in range(pixels.size):
            pixels[j] = x[i, j] * images.scale[j] + images.shift[j]
        at = 0
        for channel in range(channels):
            factor = 1.0
            if images.brightness > 0:
                factor += images.brightness * (2 * uniform(state) - 1)
            for row in range(height):
                for column in range(width):
                    pixel = raw[channel, row, column]
                    if not still:
                        y, z = row - down, column - right
                        pixel = _moved(raw[channel], y, z, mirrored, angle, images.empty)
                    x[i, at] = (factor * pixel - images.shift[at]) / images.scale[at]
                    at += 1


@kernel
def _moved(plane, row, column, mirrored, angle, empty):
    """What stands at a place of a plane [H, W] once it is mirrored, then turned about its middle.

    Clockwise, the angle in radians; a place between pixels has their bilinear mean.
    """
    height, width = plane.shape
    if angle == 0:
        return _pixel(plane, row, width - 1 - column if mirrored else column, empty)
    middle, centre = (height - 1) / 2, (width - 1) / 2
    sine, cosine = np.sin(angle), np.cos(angle)
    below, beside = row - middle, column - centre
    y = middle + cosine * below - sine * beside
    z = centre + sine * below + cosine * beside
    if mirrored:
        z = width - 1 - z
    top, left = int(np.floor(y)), int(np.floor(z))
    y, z = y - top, z - left
    above = (1 - z) * _pixel(plane, top, left, empty) + z * _pixel(plane, top, left + 1, empty)
    top += 1
    under = (1 - z) * _pixel(plane, top, left, empty) + z * _pixel(plane, top, left + 1, empty)
    return (1 - y) * above + y * under


@kernel
def _pixel(plane, row, column, empty):
    """A pixel of a plane [H, W]; beyond it nothing (`empty`), or the nearest one."""
    height, width = plane.shape
    if empty and not (0 <= row < height and 0 <= column < width):
        return 0.0
    return plane[min(max(row, 0), height - 1), min(max(column, 0), width - 1)]
