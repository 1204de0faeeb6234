"""Parameter arrays by the layer they belong to."""

from collections.abc import Mapping

from ...trainable import Array

WEIGHTS = " weights"


def by_layer(arrays: Mapping[str, Array]) -> dict[str, dict[str, Array]]:
    """The arrays of each layer that has weights, by their kind, first layer first."""
    layers = [name.removesuffix(WEIGHTS) for name in arrays if name.endswith(WEIGHTS)]
    return {
        layer: {
            name.removeprefix(f"{layer} "): array
            for name, array in arrays.items()
            if name.startswith(f"{layer} ")
        }
        for layer in layers
    }
