"""theta [P], the one flat vector of all parameters, and where each layer lies in it.

Weights W [D_in, D_out] come before the bias b [D_out], layer after layer, so optimizers, clipping,
snapshots and norms are one loop each.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

# columns of `Layout.table`: what compiled code needs to know of a layer, as integers
INPUTS, UNITS, WEIGHTS, BIAS, OFFSET = range(5)


@dataclass(frozen=True)
class Layout:
    """The shape of a network: `widths` are D, then the units of each layer."""

    widths: tuple[int, ...]
    biases: tuple[bool, ...]

    @property
    def table(self) -> NDArray[np.int64]:
        """[L, 5]: inputs, units, start of W, start of b (-1: none), units in the layers before."""
        rows, start = [], 0
        for layer, (inputs, units) in enumerate(zip(self.widths, self.widths[1:], strict=False)):
            weights, start = start, start + inputs * units
            bias = start if self.biases[layer] else -1
            start += units * self.biases[layer]
            rows.append((inputs, units, weights, bias, sum(self.widths[1 : layer + 1])))
        return np.array(rows, np.int64)

    @property
    def arrays(self) -> NDArray[np.int64]:
        """[A, 3]: start, rows and columns of each W and, as one row, of each b."""
        rows = []
        for inputs, units, weights, bias, _ in self.table:
            rows.append((weights, inputs, units))
            if bias >= 0:
                rows.append((bias, 1, units))
        return np.array(rows, np.int64)

    @property
    def parameters(self) -> int:
        """P."""
        return sum(
            inputs * units + units * bias
            for inputs, units, bias in zip(self.widths, self.widths[1:], self.biases, strict=False)
        )

    @property
    def units(self) -> int:
        """How many units all layers have together."""
        return sum(self.widths[1:])

    def weights(self, theta: NDArray[Any]) -> list[NDArray[Any]]:
        """A view W [D_in, D_out] for each layer."""
        return [
            theta[row[WEIGHTS] : row[WEIGHTS] + row[INPUTS] * row[UNITS]].reshape(
                row[INPUTS], row[UNITS]
            )
            for row in self.table
        ]

    def bias(self, theta: NDArray[Any]) -> list[NDArray[Any]]:
        """A view b [D_out] for each layer, empty where it has none."""
        return [
            theta[row[BIAS] : row[BIAS] + row[UNITS]] if row[BIAS] >= 0 else theta[:0]
            for row in self.table
        ]


def layout(inputs: int, units: Sequence[int], biases: Sequence[bool]) -> Layout:
    """The layout of a stack of dense layers over `inputs` features."""
    return Layout((inputs, *units), tuple(biases))
