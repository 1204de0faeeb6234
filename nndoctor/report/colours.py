"""Which colour a value of a matrix has: between the ends of all that are finite."""

import math
from collections.abc import Sequence

from nndoctor.findings import Matrix

# From PuOr of ColorBrewer and viridis: their ends and what lies between, dark to light.
_SIGNED = ((127, 59, 8), (241, 163, 64), (247, 247, 247), (153, 142, 195), (45, 0, 75))
_UNSIGNED = ((68, 1, 84), (59, 82, 139), (33, 145, 140), (94, 201, 98), (253, 231, 37))


def limits(
    images: Sequence[Matrix], signed: bool, least: float | None = None
) -> tuple[float, float]:
    """The ends of the scale; `least`: where it begins at least."""
    finite = [v for image in images for row in image for v in row if math.isfinite(v)]
    if not finite:
        return 0.0, 1.0
    if signed:
        most = max(map(abs, finite)) or 1.0
        return -most, most
    low, high = min(finite), max(finite)
    low = low if least is None else max(low, least)
    return low, high if high > low else low + 1.0


def colour(value: float, low: float, high: float, signed: bool) -> tuple[int, int, int]:
    """Red, green and blue of a finite value, up to 255."""
    stops = _SIGNED if signed else _UNSIGNED
    place = min(max((value - low) / (high - low), 0.0), 1.0) * (len(stops) - 1)
    left = min(int(place), len(stops) - 2)
    share = place - left
    red, green, blue = (
        round(a + share * (b - a)) for a, b in zip(stops[left], stops[left + 1], strict=True)
    )
    return red, green, blue
