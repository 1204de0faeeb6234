"""What was saved, taken over by a network: only what one of its kind could have written.

Compiled code trusts these arrays: an index out of range would read and write foreign memory.
"""

from collections.abc import Mapping

import numpy as np

from ..engine.structure import BAD_LAYER, MADE, POSITION, STEP
from ..trainable import Array
from .network import Network


def restore(network: Network, arrays: Mapping[str, Array], broken: bool = False) -> None:
    """All that training goes on from (`Network.state`); only a `broken` run left NaN or infinity.

    Raises ValueError or KeyError for any other names, shapes, dtypes or ranges.
    """
    order, clock = arrays["order"], arrays["clock"]
    if str(arrays["optimizer"]):
        network.begin(network.setup.optimizer.name, len(order), network.setup.ema > 0)
    _refuse_unlike(arrays, network.state())
    if str(arrays["optimizer"]) != network.optimizer:
        raise ValueError("the state is of another optimizer")
    if not np.array_equal(np.sort(order), np.arange(len(order))):
        raise ValueError("the order is not one of all rows")
    layers, rows = len(network.setup.layers), max(len(order), 1)
    if clock.min() < 0 or clock[POSITION] >= rows or clock[BAD_LAYER] > layers:
        raise ValueError("the clock is out of range")
    batch = min(network.setup.batch_size, rows)
    if not broken and (clock[POSITION] % batch or clock[MADE] not in (0, clock[STEP])):
        raise ValueError("the clock is of another run")
    network.load(arrays)
    _refuse_infinite(network.snapshot(), broken)


def refuse_snapshot(network: Network, arrays: Mapping[str, Array], broken: bool = False) -> None:
    """Refuses what is no `snapshot` that this network could have given earlier."""
    _refuse_unlike(arrays, network.snapshot())
    _refuse_infinite(arrays, broken)


def _refuse_infinite(arrays: Mapping[str, Array], broken: bool) -> None:
    if not broken and not all(np.isfinite(array).all() for array in arrays.values()):
        raise ValueError("a network that did not break has only finite numbers")


def _refuse_unlike(arrays: Mapping[str, Array], own: Mapping[str, Array]) -> None:
    if arrays.keys() != own.keys():
        raise ValueError("there are other arrays than a network has")
    for name, array in own.items():
        given = arrays[name]
        alike = given.dtype == array.dtype or given.dtype.kind == array.dtype.kind == "U"
        if given.shape != array.shape or not alike:
            raise ValueError(
                f"{name} is {given.dtype} {given.shape}, not {array.dtype} {array.shape}"
            )
