"""What the training loop measures of a layer while it runs: one row of M numbers a layer."""

import numpy as np

from .jit import call, kernel
from .layout import INPUTS, WEIGHTS, WIDTH

# columns of a record [L, M]; norms are Euclidean, of the weights without the bias
MEAN, STD, ZEROS, SATURATED, GRADIENT, UPDATE, WEIGHT = range(7)
COLUMNS = 7


@kernel
def observe(z, a, scratch, backward, settings, bound, record):
    """Mean, std, share of zeros and share saturated of a [B, n]; scratch [B, n] is overwritten.

    An entry is saturated where its slope is below `bound`; bound 0: does not saturate.
    """
    count = a.size
    total, squares, zeros = 0.0, 0.0, 0
    for i in range(a.shape[0]):
        for j in range(a.shape[1]):
            total += a[i, j]
            zeros += a[i, j] == 0
    mean = total / count
    for i in range(a.shape[0]):
        for j in range(a.shape[1]):
            squares += (a[i, j] - mean) ** 2
    record[MEAN] = mean
    record[STD] = np.sqrt(squares / count)
    record[ZEROS] = zeros / count
    record[SATURATED] = 0.0
    if bound > 0:
        scratch[:] = 1
        call(backward, (z, a, scratch, settings, settings[:0], settings[:0]))
        flat = 0
        for i in range(a.shape[0]):
            for j in range(a.shape[1]):
                flat += abs(scratch[i, j]) < bound
        record[SATURATED] = flat / count


@kernel
def norms(vector, net, record, column):
    """record[:, column] <- the norm of each layer's weights inside a vector [P]."""
    for layer in range(len(net.table)):
        start = net.table[layer, WEIGHTS]
        squares = 0.0
        if start >= 0:
            for i in range(start, start + net.table[layer, INPUTS] * net.table[layer, WIDTH]):
                squares += np.float64(vector[i]) ** 2  # float() of a float32 stays one
        record[layer, column] = np.sqrt(squares)
