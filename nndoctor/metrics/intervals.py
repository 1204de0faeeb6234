"""How far a score can be trusted that was taken on so many rows of one network."""

import numpy as np

from ..trainable import Array

LEVEL = 0.95


def wilson(right: int, rows: int, level: float = LEVEL) -> tuple[float, float]:
    """Of a share of rows that are right: Wilson 1927, which stays within 0 and 1."""
    from scipy.special import ndtri  # a fifth of a second, as below

    z = float(ndtri(0.5 + level / 2))
    share, more = right / rows, z**2 / rows
    middle = (share + more / 2) / (1 + more)
    half = np.sqrt(share * (1 - share) * more + more**2 / 4) / (1 + more)
    return max(0.0, float(middle - half)), min(1.0, float(middle + half))


def ratio(above: Array, below: Array, level: float = LEVEL) -> tuple[float, float]:
    """Of mean(above) / mean(below) over the same rows [B]: its linearisation and a t.

    Cochran 1977, Sampling Techniques, chapter 6. NaN where three rows are not there.
    """
    rows, mean = len(above), float(below.mean())
    if rows < 3 or not mean > 0 or not np.isfinite(above).all():
        return np.nan, np.nan
    value = float(above.mean()) / mean
    error = float((above - value * below).std(ddof=1)) / mean / np.sqrt(rows)
    from scipy.special import stdtrit

    half = float(stdtrit(rows - 1, 0.5 + level / 2)) * error
    return value - half, value + half
