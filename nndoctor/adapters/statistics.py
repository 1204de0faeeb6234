"""What each layer of a network puts out on given rows, in numbers."""

import numpy as np

from ..engine import network
from ..engine.activations import ACTIVATIONS
from ..engine.instruments import COLUMNS, MEAN, SATURATED, STD, ZEROS, observe
from ..engine.structure import BACKWARD, SLOPE_BOUND, TEST_FACTOR, Net, Work
from ..trainable import Array, Batch, LayerStats
from .configuration import Configuration

BINS = 20


def layer_statistics(
    setup: Configuration, batch: Batch, work: Work, net: Net
) -> tuple[LayerStats, ...]:
    """Statistics of all layers, whose values for these rows are in the workspace."""
    rows = len(batch)
    stats: list[LayerStats] = []
    ends = _ends(setup, rows, work, net)
    for index, layer in enumerate(setup.layers):
        values = network.rows_of(work.a, net, index, rows, rows)
        before = network.places_of(work.z, net, index, rows, rows)
        flat = network.rows_of(work.delta, net, index, rows, rows)
        unit, bound = ACTIVATIONS[layer.activation.name], net.numbers[index, SLOPE_BOUND]
        record = np.zeros(COLUMNS)
        backward, factor = net.units[index, BACKWARD], net.numbers[index, TEST_FACTOR]
        unscaled = values / factor if factor != 1 else values  # slopes are of these
        observe(before, unscaled, flat, backward, net.numbers[index], bound, record)
        finite = values[np.isfinite(values)].astype(np.float64)
        complete = len(finite) == values.size
        some = finite if len(finite) else np.full(1, np.nan)
        stats.append(
            LayerStats(
                name=setup.names[index],
                units=layer.units,
                activation=layer.activation.name,
                mean=float(factor * record[MEAN] if complete else some.mean()),
                std=float(factor * record[STD] if complete else some.std()),
                row_std=_row_std(values),
                minimum=float(some.min()),
                maximum=float(some.max()),
                zeros=float(record[ZEROS]),
                saturated=float(record[SATURATED]) if bound > 0 else None,
                dead=int((values == 0).all(axis=0).sum()) if unit.can_die else None,
                nonfinite=1 - len(finite) / values.size,
                counts=_histogram(finite, *ends),
                low=ends[0],
                high=ends[1],
                beyond=_beyond(before),
                is_output=index == len(setup.layers) - 1,
                input_std=stats[-1].row_std if stats else _row_std(batch.x),
                linear=layer.linear,
            )
        )
    return tuple(stats)


def _ends(setup: Configuration, rows: int, work: Work, net: Net) -> tuple[float, float]:
    """The least and the largest finite value that any layer puts out; NaN where there is none."""
    low, high = np.inf, -np.inf
    for index in range(len(setup.layers)):
        values = network.rows_of(work.a, net, index, rows, rows)
        finite = values[np.isfinite(values)]
        low = min(low, float(finite.min(initial=np.inf)))
        high = max(high, float(finite.max(initial=-np.inf)))
    return (low, high) if low <= high else (np.nan, np.nan)


def _beyond(z: Array) -> tuple[float, float]:
    """Shares of entries farther from 0 than 3 and than 4, where a sigmoid is flat; NaN is."""
    near = [float((np.abs(z) <= bound).mean()) for bound in (3, 4)]
    return 1 - near[0], 1 - near[1]


def _histogram(values: Array, low: float, high: float) -> tuple[int, ...]:
    """Counts in BINS bins from end to end; one bin where they can't be told apart."""
    if not len(values):
        return ()
    finest = BINS * np.spacing(max(abs(low), abs(high)))
    if not finest < high - low < np.inf:
        return (len(values),)
    return tuple(np.histogram(values, BINS, (low, high))[0].tolist())


def _row_std(values: Array) -> float:
    with np.errstate(invalid="ignore", over="ignore"):
        variances = values.astype(np.float64).var(axis=0)
    return float(np.sqrt(variances.mean()))
