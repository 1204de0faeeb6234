"""The tables that the checks of layers are read off: one row a layer."""

from collections.abc import Sequence

import numpy as np

from ...findings import Cell, Histogram, Table
from ...trace import LOOK, Trace
from ...trainable import LayerStats


def statistics_table(layers: Sequence[LayerStats], name: str, probe: int) -> Table:
    """Moments, shares and a histogram of each layer's output."""
    columns = (
        "layer", "units", "activation", "mean", "std", "min", "max", "zeros", "saturated", "dead",
        "histogram",
    )  # fmt: skip
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            layer.name,
            layer.units,
            layer.activation,
            layer.mean,
            layer.std,
            layer.minimum,
            layer.maximum,
            f"{layer.zeros:.1%}",
            None if layer.saturated is None else f"{layer.saturated:.1%}",
            layer.dead,
            Histogram(layer.counts, layer.minimum, layer.maximum) if layer.counts else None,
        )
        for layer in layers
    )
    return Table(name, columns, rows, f"over {probe} rows; histograms run from min to max")


def training_table(trace: Trace) -> Table:
    """Gradient and update of each layer's weights while training: medians over the looks."""
    rows: list[tuple[Cell, ...]] = []
    for index, layer in enumerate(trace.layers):
        if not len(trace.looks):  # it broke before its first update
            rows.append((layer, None, None))
            continue
        seen = {column: trace.looks[:, index, i] for i, column in enumerate(LOOK)}
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = np.median(seen["update_norm"] / seen["weight_norm"])
            rows.append((layer, float(np.median(seen["gradient_norm"])), float(ratio)))
    return Table(
        "while training",
        ("layer", "gradient norm", "update / weight"),
        tuple(rows),
        f"medians over {len(trace.look_steps)} looks; an update of about 1e-3 of the weights is "
        "healthy (CS231n)",
    )
