"""The tables that the checks of layers are read off: one row a layer."""

from collections.abc import Mapping, Sequence

import numpy as np

from ...findings import Cell, Histogram, Table
from ...trace import LOOK, Trace
from ...trainable import LayerStats


def statistics_table(layers: Sequence[LayerStats], name: str, probe: int) -> Table:
    """Moments, shares and a histogram of each layer's output."""
    columns = (
        "layer",
        "units",
        "activation",
        "mean",
        "std",
        "min",
        "max",
        "zeros",
        "saturated",
        "dead",
        "histogram",
    )
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
            Histogram(layer.counts, layer.low, layer.high) if layer.counts else None,
        )
        for layer in layers
    )
    return Table(name, columns, rows, f"over {probe} rows; all histograms on one axis")


def before_table(
    layers: Sequence[LayerStats], signs: Mapping[str, tuple[float, float]], name: str
) -> Table:
    """What each layer's activation gets, and whether a unit's weights are pushed one way."""
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            layer.name,
            *(f"{share:.1%}" for share in layer.beyond),
            *(_share(share) for share in signs.get(layer.name, (np.nan, np.nan))),
        )
        for layer in layers
    )
    return Table(
        name,
        ("layer", "beyond 3", "beyond 4", "one sign, a row", "one sign, all rows"),
        rows,
        "shares of values before the activation farther from 0 than 3 and 4, where sigmoid and "
        "tanh are flat; shares of units whose weight gradients all have one sign, as inputs of one "
        "sign make them (CS231n lecture 5)",
    )


def _share(value: float) -> str | None:
    return None if np.isnan(value) else f"{value:.0%}"


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
