"""The weights at hand of a model, under the names that a recipe knows them by."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..setup import AVERAGES
from ..trainable import Array

Norm = Sequence[Any]  # gain, shift, and of a batch norm its mean and variance


def by_name(
    layers: Sequence[tuple[Any, Any]],
    norms: Sequence[Norm | None] = (),
    first: Norm | None = None,
    lengths: Mapping[int, Any] | None = None,
    place: str = "before_activation",
) -> dict[str, Array]:
    """Of layers (W [D, K], b [K] or None) and their norms; `first` is that of the inputs.

    `lengths` [K] by layer are of those with a weight norm, whose W holds directions. `place`: of
    the norms, which after the activation are layers of their own.
    """
    named: dict[str, Array] = {}
    averages: list[Array] = []

    def norm(layer: str, given: Norm) -> None:
        arrays = [np.asarray(one, np.float64) for one in given]
        named[f"{layer} gain and shift"] = np.stack(arrays[:2])
        shift = arrays[1]
        # a layer norm has its places among them, and keeps none
        averages.extend(arrays[2:] or [np.zeros_like(shift), np.ones_like(shift)])

    if first is not None:
        norm("input", first)
    for at, (weights, bias) in enumerate(layers):
        layer = "output" if at == len(layers) - 1 else f"layer {at + 1}"
        named[f"{layer} weights"] = np.asarray(weights, np.float64)
        if bias is not None:
            named[f"{layer} bias"] = np.asarray(bias, np.float64)
        if lengths and at in lengths:
            named[f"{layer} lengths"] = np.asarray(lengths[at], np.float64)
        if norms and (given := norms[at]) is not None:
            norm(layer if place == "before_activation" else f"{layer} norm", given)
    if averages:
        named[AVERAGES] = np.concatenate(averages)
    return named
