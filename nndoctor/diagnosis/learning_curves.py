"""How the score rose while training, as it is and changed, on the seeds of the confirmation."""

from collections.abc import Sequence

import numpy as np

from ..findings import Curves, Series
from .confirmed import Confirmed
from .subject import Run


def learning_curves(confirmed: Confirmed | None, metric: str) -> tuple[Curves, ...]:
    """None where nothing was confirmed, or runs were scored at their end alone."""
    if confirmed is None:
        return ()
    chosen = confirmed.prescribed
    sides = [("as it is", confirmed.before), ("changed", chosen.after if chosen else ())]
    lines = tuple(
        _line(name, runs, metric) for name, runs in sides if runs and len(runs[0].curve) > 1
    )
    seeds = len(confirmed.before)
    caption = f"on judged rows; mean of {seeds} fresh seeds"
    return (Curves(f"{metric} while training", lines, caption),) if lines else ()


def _line(name: str, runs: Sequence[Run], metric: str) -> Series:
    curves = np.array([one.curve for one in runs], np.float64)
    count = curves.shape[1]
    mean, low, high = (
        tuple(round(float(value), 4) for value in values)
        for values in (curves.mean(axis=0), curves.min(axis=0), curves.max(axis=0))
    )
    x = tuple(100 * (at + 1) / count for at in range(count))
    return Series(name, x, mean, "share of the run [%]", metric, low=low, high=high)
