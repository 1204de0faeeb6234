"""What the layers of a PyTorch network put out, in the numbers that checks judge."""

from typing import Any

import numpy as np
import torch

from ...trainable import Array, LayerStats
from .modules import CHANNELS, Seen

BINS = 20
FLAT = 0.06  # of the largest slope
CAN_DIE = ("relu",)


def units_of(seen: Seen, tensor: torch.Tensor) -> Array:
    """What a layer puts out as [rows times places, units]: channels and features are its units."""
    values = tensor.detach().to(torch.float64).cpu()
    if values.dim() > 2 and isinstance(seen.module, CHANNELS):
        values = values.movedim(1, -1)
    return np.asarray(values.reshape(-1, values.shape[-1] if values.dim() > 1 else 1).numpy())


def statistics(layers: list[Seen], rows: int, x: Array) -> tuple[LayerStats, ...]:
    """Statistics of each layer, first layer first."""
    outputs = [units_of(one, one.after) for one in layers]
    finite = [values[np.isfinite(values)] for values in outputs]
    low = min((float(v.min()) for v in finite if len(v)), default=np.nan)
    high = max((float(v.max()) for v in finite if len(v)), default=np.nan)
    stats: list[LayerStats] = []
    for one, values, kept in zip(layers, outputs, finite, strict=True):
        spread = _row_std(one.after, rows)
        embedded = isinstance(one.module, torch.nn.Embedding)  # numbers of words have no size
        first = spread if embedded else _row_std(torch.from_numpy(x), rows)
        some = kept if len(kept) else np.full(1, np.nan)
        stats.append(
            LayerStats(
                name=one.name,
                units=values.shape[1],
                activation=one.activation,
                mean=float(some.mean()),
                std=float(some.std()),
                row_std=spread,
                minimum=float(some.min()),
                maximum=float(some.max()),
                zeros=float((values == 0).mean()),
                saturated=saturated(one, values),
                dead=int((values == 0).all(axis=0).sum()) if one.activation in CAN_DIE else None,
                nonfinite=1 - len(kept) / values.size,
                counts=_histogram(kept, low, high),
                low=low,
                high=high,
                beyond=_beyond(one.before),
                is_output=one is layers[-1],
                input_std=stats[-1].row_std if stats else first,
            )
        )
    return tuple(stats)


def saturated(seen: Seen, values: Array) -> float | None:
    """The share of entries where the activation is flat; None where it never is."""
    with np.errstate(invalid="ignore", over="ignore"):
        if seen.activation == "tanh":
            return float((1 - values**2 < FLAT).mean())
        if seen.activation == "sigmoid":
            return float((values * (1 - values) < FLAT / 4).mean())
    return None


def look(layers: list[Seen]) -> dict[str, tuple[float, float, float, float]]:
    """Mean, standard deviation, zeros and saturation by layer: what a trace keeps of each."""
    seen: dict[str, tuple[float, float, float, float]] = {}
    for one in layers:
        values = units_of(one, one.after)
        with np.errstate(invalid="ignore", over="ignore"):
            told = float(values.mean()), float(values.std()), float((values == 0).mean())
        seen[one.name] = (*told, saturated(one, values) or 0.0)
    return seen


def _row_std(tensor: Any, rows: int) -> float:
    """How differently rows are answered; NaN where rows are not told apart."""
    values = tensor.detach().to(torch.float64).cpu()
    if not values.dim() or not len(values) or len(values) != rows:
        return float("nan") if not values.numel() else float(values.std(correction=0))
    with np.errstate(invalid="ignore", over="ignore"):
        return float(np.sqrt(values.reshape(rows, -1).numpy().var(axis=0).mean()))


def _beyond(before: torch.Tensor) -> tuple[float, float]:
    size = before.detach().abs()
    three, four = (float((size <= bound).to(torch.float64).mean()) for bound in (3, 4))
    return 1 - three, 1 - four


def _histogram(values: Array, low: float, high: float) -> tuple[int, ...]:
    if not len(values):
        return ()
    if not BINS * np.spacing(max(abs(low), abs(high))) < high - low < np.inf:
        return (len(values),)
    return tuple(np.histogram(values, BINS, (low, high))[0].tolist())
