"""What compiled code passes around together: tuples of arrays, named.

Letters: B rows of a batch, D features, n units of a layer, K outputs, P parameters, L layers.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .panels import new_board

# columns of `Net.numbers`
NUMBERS = 12
(
    SETTING,
    SLOPE_BOUND,
    L1,
    L2,
    LQ,
    Q,
    DROPOUT,
    KEPT_FACTOR,
    TEST_FACTOR,
    MOMENTUM,
    EPS,
    UNBIASED,
) = range(NUMBERS)
# columns of `Net.units`: addresses of kernels, 0 where there is none
FORWARD, BACKWARD, NORM_FORWARD, NORM_BACKWARD = range(4)
# entries of `clock`: updates of the network, place in the epoch, where it broke, records filled,
# updates of the present optimizer
STEP, POSITION, BAD_LAYER, RECORDS, MADE = range(5)

Array = NDArray[Any]


class Net(NamedTuple):
    """A network's form: `Layout.table`, addresses of kernels [L, 4], settings [L, NUMBERS].

    KEPT_FACTOR multiplies what dropout keeps in training, TEST_FACTOR all values at test time.
    """

    table: Array
    units: Array
    numbers: Array


class Work(NamedTuple):
    """Room for `capacity` rows: one value for each row and column, layer after layer.

    z: before the activation; a: after it; delta: the gradient by a; mask: dropout's factors;
    kept: normalised values; spread [L, max(capacity, widest)]: its factors; board: for products
    (`panels`).
    """

    capacity: int
    z: Array
    a: Array
    delta: Array
    mask: Array
    kept: Array
    spread: Array
    board: Array


class Images(NamedTuple):
    """How rows are changed as images; height 0: they are not.

    shape: height, width, channels; shift, scale [D]: what the columns were scaled by; most: pixels
    they are moved by; rotation: radians; brightness: share; empty: there is nothing beyond an edge.
    """

    shape: tuple[int, int, int]
    shift: Array
    scale: Array
    most: int
    mirrored: bool
    rotation: float
    brightness: float
    empty: bool


class Data(NamedTuple):
    """What a run reads: x [N, D], y [N, T], the order of this epoch [N] and how it is fed.

    `noise`: standard deviation of what is added to x; `parts`: batches averaged to an update.
    """

    x: Array
    y: Array
    order: Array
    batch: int
    shuffled: bool
    noise: float
    parts: int
    images: Images


class Objective(NamedTuple):
    """What is minimised: a loss and how rows are put together.

    factor: what the gradient is multiplied by; per_row: over how many numbers a row's loss is
    averaged; summed: the gradient is of the sum; smoothing: share of a target that is spread over
    `spread` classes; weights [C] of the classes, empty where all are alike; by_rows: the mean is
    over the rows, whatever they weigh.
    """

    loss: int
    settings: Array
    factor: float
    per_row: int
    summed: bool
    smoothing: float
    spread: int
    weights: Array
    by_rows: bool


class Rule(NamedTuple):
    """How theta moves: an optimizer with its settings, and the stages around it (`stages`).

    arrays: `Layout.arrays`; stages [3]: addresses; amounts: one number for each stage.
    """

    step: int
    settings: Array
    arrays: Array
    stages: Array
    amounts: Array


def workspace(
    capacity: int,
    places: int,
    units: int,
    dtype: np.dtype[Any],
    masks: int = 0,
    normed: int = 0,
    layers: int = 0,
    widest: int = 0,
) -> Work:
    """Room for so many rows: columns of z, of a, of masks, normalised ones."""
    return Work(
        capacity,
        np.empty(capacity * places, dtype),
        np.empty(capacity * units, dtype),
        np.empty(capacity * units, dtype),
        np.empty(capacity * masks, dtype),
        np.empty(capacity * normed, dtype),
        np.empty((layers if normed else 0, max(capacity, widest)), dtype),
        new_board(dtype),
    )
