"""From a curve of loss against learning rate to a suggested rate: pure, no training.

All rules work in log rate on a curve smoothed by a centred window: an exponential average lags and
moves the suggestion right, a derivative by the raw rate is drowned by noise at the small rates.
"""

from collections.abc import Sequence

import numpy as np

from ...trainable import Array


def smooth(values: Sequence[float], window: int) -> Array:
    """The centred moving average: zero lag, the window shrunk at both ends, NaN left in place."""
    given = np.asarray(values, np.float64)
    at = np.arange(len(given))
    reach = np.minimum(np.minimum(at, at[::-1]), window // 2)
    finite = np.isfinite(given)
    sums = _window_sums(np.where(finite, given, 0.0), at - reach, 2 * reach + 1)
    counts = _window_sums(finite.astype(np.float64), at - reach, 2 * reach + 1)
    return np.where(finite, sums / np.maximum(counts, 1), given)


def _window_sums(values: Array, start: Array, length: Array) -> Array:
    """The sum of each window, out of blocks of 1, 2, 4, ... values.

    Differences of running sums would be one line, and forget all after one huge value.
    """
    sums, at, size = np.zeros(len(values)), start.copy(), 1
    while (length >= size).any():
        taken = (length & size) > 0
        sums[taken] += values[at[taken]]
        at[taken] += size
        values = values[:-size] + values[size:]
        size *= 2
    return sums


def descent(
    rates: Sequence[float], losses: Sequence[float], window: int = 3
) -> tuple[Array, Array]:
    """The part of the curve that can be used: finite, smoothed, up to where it explodes.

    Answers log10 rates and losses; the cut is at the first loss that is not finite or above
    three times the first (CS231n: break off).
    """
    curve = np.asarray(losses, np.float64)
    bad = ~(np.less_equal(curve, 3 * curve[:1]) & np.isfinite(curve))
    end = int(bad.argmax()) if bad.any() else len(curve)
    return np.log10(np.asarray(rates[:end], np.float64)), smooth(curve[:end].tolist(), window)


def lowest(log_rates: Array, losses: Array) -> float:
    """The rate with the lowest loss."""
    return float(10 ** log_rates[losses.argmin()])


def steepest(log_rates: Array, losses: Array) -> float:
    """The rate where the loss falls fastest with log rate (Smith 2017, arXiv:1506.01186).

    On the way to the lowest loss, and over a tenth of the curve: a jump of noise falls faster.
    """
    at = np.arange(int(losses.argmin()) + 1)
    reach = max(len(losses) // 20, 1)
    left, right = np.maximum(at - reach, 0), np.minimum(at + reach, len(losses) - 1)
    slopes = (losses[right] - losses[left]) / (log_rates[right] - log_rates[left])
    return float(10 ** log_rates[slopes.argmin()])


def valley(log_rates: Array, losses: Array) -> float:
    """Two thirds down the longest decreasing run of losses (not contiguous), as fastai's rule."""
    length = np.ones(len(losses), int)
    before = np.full(len(losses), -1)
    for i in range(len(losses)):
        for j in range(i):
            if losses[j] > losses[i] and length[j] + 1 > length[i]:
                length[i], before[i] = length[j] + 1, j
    i, run = int(length.argmax()), []
    while i >= 0:
        run.append(i)
        i = int(before[i])
    run = run[::-1]
    return float(10 ** log_rates[run[(2 * (len(run) - 1) + 1) // 3]])


RULES = {"lowest": lowest, "steepest": steepest, "valley": valley}


def suggest(rates: Sequence[float], losses: Sequence[float]) -> dict[str, float]:
    """Each rule's rate; empty where fewer than three points can be used or nothing falls."""
    log_rates, curve = descent(rates, losses)
    if len(curve) < 3 or not curve[0] - curve.min() > 1e-9 * abs(curve[0]):  # more than rounding
        return {}
    return {name: rule(log_rates, curve) for name, rule in RULES.items()}
