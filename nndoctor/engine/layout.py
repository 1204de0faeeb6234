"""theta [P], the one flat vector of all parameters, and where each layer lies in it.

A layer's weights W [D_in, k n] come first (k pieces for each of n units, 1 but for maxout), then
its bias [k n], the gain and shift of its normalisation [k n] each, the numbers its activation
learns [n] and the lengths of a weight norm [k n], beside which W holds directions (`weight_norm`);
so optimizers, clipping, snapshots and norms are one loop each.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

# columns of `Layout.table`: what compiled code needs to know of a layer, as integers
(INPUTS, UNITS, WIDTH, WEIGHTS, BIAS, GAIN, LEARNT, LENGTHS, OFFSET, PLACE, RUNNING) = range(11)
COLUMNS = 11
ABSENT = -1


@dataclass(frozen=True)
class Shape:
    """One layer: units n, linear maps a unit, and which parameters it has.

    Without `dense` there is no linear map: what comes in is normalised and goes on.
    """

    units: int
    bias: bool = True
    pieces: int = 1
    normed: bool = False
    learns: bool = False
    dense: bool = True
    weight_norm: bool = False

    @property
    def width(self) -> int:
        """Columns of z."""
        return self.pieces * self.units


@dataclass(frozen=True)
class Layout:
    """The shape of a network over `inputs` features."""

    inputs: int
    layers: tuple[Shape, ...]

    @cached_property
    def widths(self) -> tuple[int, ...]:
        """D, then the units of each layer."""
        return (self.inputs, *(layer.units for layer in self.layers))

    @cached_property
    def table(self) -> NDArray[np.int64]:
        """[L, COLUMNS]: sizes; where parameters start in theta (ABSENT: none; the shift follows
        the gain); units, columns of z and normalised columns in the layers before."""
        rows, start, offset, place, running = [], 0, 0, 0, 0
        for inputs, layer in zip(self.widths, self.layers, strict=False):
            starts = []
            for size in _sizes(inputs, layer):
                starts.append(start if size else ABSENT)
                start += size
            rows.append((inputs, layer.units, layer.width, *starts, offset, place, running))
            offset += layer.units
            place += layer.width
            running += layer.width * layer.normed
        return np.array(rows, np.int64)

    @cached_property
    def parameters(self) -> int:
        """P."""
        return sum(
            sum(_sizes(inputs, layer))
            for inputs, layer in zip(self.widths, self.layers, strict=False)
        )

    @cached_property
    def units(self) -> int:
        """How many units all layers have together."""
        return sum(self.widths[1:])

    @cached_property
    def places(self) -> int:
        """How many columns the z of all layers have together."""
        return sum(layer.width for layer in self.layers)

    @cached_property
    def normed(self) -> int:
        """How many normalised columns there are."""
        return sum(layer.width for layer in self.layers if layer.normed)

    def largest_product(self, rows: int) -> float:
        """Floating-point operations of the largest product for a batch of so many rows."""
        sizes = self.table[:, INPUTS] * self.table[:, WIDTH] * (self.table[:, WEIGHTS] >= 0)
        return 2.0 * rows * float(sizes.max())

    @cached_property
    def weight_norm(self) -> bool:
        """Whether any layer has a weight norm."""
        return bool((self.table[:, LENGTHS] >= 0).any())

    def weights(self, theta: NDArray[Any]) -> list[NDArray[Any]]:
        """A view W [D_in, k n] for each layer, [0, k n] where it has none."""
        return [
            view.reshape(-1, row[WIDTH])
            for view, row in zip(self._views(theta, 0), self.table, strict=True)
        ]

    def bias(self, theta: NDArray[Any]) -> list[NDArray[Any]]:
        """A view b [k n] for each layer, empty where it has none."""
        return self._views(theta, 1)

    def gain_and_shift(self, theta: NDArray[Any]) -> list[NDArray[Any]]:
        """A view [2, k n] for each layer, [2, 0] where it is not normalised."""
        return [view.reshape(2, -1) for view in self._views(theta, 2)]

    def learnt(self, theta: NDArray[Any]) -> list[NDArray[Any]]:
        """A view [n] of what each layer's activation learns, empty where that is nothing."""
        return self._views(theta, 3)

    def lengths(self, theta: NDArray[Any]) -> list[NDArray[Any]]:
        """A view [k n] of the lengths of each layer's weight norm, empty where it has none."""
        return self._views(theta, 4)

    @cached_property
    def arrays(self) -> NDArray[np.int64]:
        """[A, 3]: start, rows and columns of every parameter array."""
        rows = []
        for row in self.table:
            inputs, units, width = row[[INPUTS, UNITS, WIDTH]]
            shift = row[GAIN] + width if row[GAIN] >= 0 else ABSENT
            rows += [
                (row[WEIGHTS], inputs, width),
                (row[BIAS], 1, width),
                (row[GAIN], 1, width),
                (shift, 1, width),
                (row[LEARNT], 1, units),
                (row[LENGTHS], 1, width),
            ]
        return np.array([row for row in rows if row[0] >= 0], np.int64)

    def _views(self, theta: NDArray[Any], kind: int) -> list[NDArray[Any]]:
        return [theta[span] for span in self._spans[kind]]

    @cached_property
    def _spans(self) -> list[list[slice]]:
        """Where each layer's numbers of a kind lie."""
        sizes = np.array([_sizes(*pair) for pair in zip(self.widths, self.layers, strict=False)])
        starts = self.table[:, WEIGHTS : WEIGHTS + sizes.shape[1]].clip(0)
        return [
            list(map(slice, begin, end))
            for begin, end in zip(starts.T.tolist(), (starts + sizes).T.tolist(), strict=True)
        ]


def _sizes(inputs: int, layer: Shape) -> tuple[int, int, int, int, int]:
    """Numbers in W, b, gain with shift, what the activation learns, and lengths."""
    return (
        inputs * layer.width * layer.dense,
        layer.width * (layer.bias and layer.dense),
        2 * layer.width * layer.normed,
        layer.units * layer.learns,
        layer.width * (layer.weight_norm and layer.dense),
    )


def layout(inputs: int, layers: Sequence[Shape]) -> Layout:
    """The layout of a stack of layers over `inputs` features."""
    return Layout(inputs, tuple(layers))
