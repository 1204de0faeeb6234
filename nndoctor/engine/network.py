"""The compiled passes over a stack of dense layers: forward, backward, and a stretch of training.

Letters: B rows of a batch, D features, n units of a layer, K outputs, P parameters, L layers.
`table` is `Layout.table`; `units` [L, 2] holds the addresses of each layer's forward and backward
kernel; `numbers` [L, 5] its settings (NUMBERS below). A workspace [B * units] holds one value for
each row and unit, layer after layer.
"""

import numpy as np

from .instruments import GRADIENT, UPDATE, WEIGHT, norms, observe
from .jit import call, kernel
from .layout import BIAS, INPUTS, OFFSET, UNITS, WEIGHTS
from .random import shuffle, uniform
from .stages import AFTER_STEP, AFTER_UPDATE, BEFORE_STEP, run

SETTING, SLOPE_BOUND, L1, L2, DROPOUT = range(5)  # columns of `numbers`
STEP, POSITION, BAD_LAYER, RECORDS, MADE = range(5)  # entries of `clock`


@kernel
def rows_of(work, table, layer, rows, capacity):
    """A layer's part of a workspace as a matrix [rows, n]."""
    start, width = table[layer, OFFSET] * capacity, table[layer, UNITS]
    return work[start : start + rows * width].reshape(rows, width)


@kernel
def weights_of(theta, table, layer):
    """A layer's W [D_in, D_out] inside theta."""
    start, inputs, width = table[layer, WEIGHTS], table[layer, INPUTS], table[layer, UNITS]
    return theta[start : start + inputs * width].reshape(inputs, width)


@kernel
def forward(theta, x, z, a, capacity, table, units, numbers):
    """Fills the workspaces z (before) and a (after the activation) for x [B, D]; no dropout."""
    value = x
    for layer in range(len(table)):
        value = forward_layer(theta, value, z, a, capacity, table, units, numbers, layer)
    return value


@kernel
def forward_layer(theta, value, z, a, capacity, table, units, numbers, layer):
    """One layer: z <- value W + b, a <- f(z); answers a [B, n]."""
    rows = len(value)
    z_layer = rows_of(z, table, layer, rows, capacity)
    a_layer = rows_of(a, table, layer, rows, capacity)
    np.dot(value, weights_of(theta, table, layer), z_layer)
    bias = table[layer, BIAS]
    if bias >= 0:
        b = theta[bias : bias + table[layer, UNITS]]
        for i in range(rows):
            for j in range(b.size):
                z_layer[i, j] += b[j]
    call(units[layer, 0], (z_layer, a_layer, numbers[layer]))
    return a_layer


@kernel
def drop(a_layer, mask, share, state):
    """Inverted dropout: zeros a share of a, scales the rest up; mask keeps the factors."""
    zero = a_layer.dtype.type(0)
    kept = a_layer.dtype.type(1.0 / (1.0 - share))
    for i in range(a_layer.shape[0]):
        for j in range(a_layer.shape[1]):
            mask[i, j] = zero if uniform(state) < share else kept
            a_layer[i, j] *= mask[i, j]


@kernel
def backward(theta, grad, x, z, a, delta, mask, capacity, table, units, numbers):
    """Fills grad [P]; the last layer's part of delta holds d loss / d a, and is overwritten."""
    rows = len(x)
    for layer in range(len(table) - 1, -1, -1):
        a_layer = rows_of(a, table, layer, rows, capacity)
        d_layer = rows_of(delta, table, layer, rows, capacity)
        if numbers[layer, DROPOUT] > 0:
            factors = rows_of(mask, table, layer, rows, capacity)
            for i in range(rows):
                for j in range(d_layer.shape[1]):
                    d_layer[i, j] *= factors[i, j]
        z_layer = rows_of(z, table, layer, rows, capacity)
        if numbers[layer, DROPOUT] > 0:  # the slope is that of the value before dropout
            call(units[layer, 0], (z_layer, a_layer, numbers[layer]))
        call(units[layer, 1], (z_layer, a_layer, d_layer, numbers[layer]))
        bias = table[layer, BIAS]
        if bias >= 0:
            b = grad[bias : bias + table[layer, UNITS]]
            b[:] = 0
            for i in range(rows):
                for j in range(b.size):
                    b[j] += d_layer[i, j]
        below = rows_of(a, table, layer - 1, rows, capacity) if layer > 0 else x
        np.dot(below.T, d_layer, weights_of(grad, table, layer))
        if layer > 0:
            d_below = rows_of(delta, table, layer - 1, rows, capacity)
            np.dot(d_layer, weights_of(theta, table, layer).T, d_below)
    return grad


@kernel
def add_penalty_gradient(theta, grad, table, numbers):
    """grad += l1 sign(W) + l2 W, layer by layer."""
    for layer in range(len(table)):
        l1, l2 = numbers[layer, L1], numbers[layer, L2]
        if l1 != 0 or l2 != 0:
            start = table[layer, WEIGHTS]
            for i in range(start, start + table[layer, INPUTS] * table[layer, UNITS]):
                grad[i] += l1 * np.sign(theta[i]) + l2 * theta[i]


@kernel
def penalty(theta, table, numbers):
    """The sum over layers of l1 |W| + l2/2 W^2, in float64."""
    value = 0.0
    for layer in range(len(table)):
        l1, l2 = float(numbers[layer, L1]), float(numbers[layer, L2])
        if l1 != 0 or l2 != 0:
            start = table[layer, WEIGHTS]
            for i in range(start, start + table[layer, INPUTS] * table[layer, UNITS]):
                w = float(theta[i])
                value += l1 * abs(w) + l2 / 2 * w * w
    return value


@kernel
def first_bad_layer(z, rows, capacity, table):
    """The first layer with a value that is not finite; L when all layers are finite."""
    for layer in range(len(table)):
        values = rows_of(z, table, layer, rows, capacity)
        for i in range(rows):
            for j in range(values.shape[1]):
                if not np.isfinite(values[i, j]):
                    return layer
    return len(table)


@kernel
def copy_rows(source, chosen, target):
    """target[i] <- source[chosen[i]]; element by element this is thrice as fast as by rows."""
    for i in range(chosen.size):
        row = chosen[i]
        for j in range(source.shape[1]):
            target[i, j] = source[row, j]


@kernel
def loss_of(theta, x, y, z, a, d, capacity, table, units, numbers, loss):
    """The summed loss of all rows, `capacity` rows at a time; d [capacity * K] is scratch."""
    total = np.zeros(1)
    outputs = table[len(table) - 1, UNITS]
    for start in range(0, len(x), capacity):
        rows = min(capacity, len(x) - start)
        out = forward(theta, x[start : start + rows], z, a, capacity, table, units, numbers)
        slope = d[: rows * outputs].reshape(rows, outputs)
        call(loss, (out, y[start : start + rows], slope, theta.dtype.type(1), total))
    return total[0]


@kernel
def train(theta, grad, work, mask, x, y, order, batch, shuffled, state,
          table, units, numbers, loss, per_row, summed, slots, optimizer, settings, arrays,
          stages, amounts, average, rates, losses, clock, every, records):  # fmt: skip
    """len(rates) updates in place, fewer when a loss is not finite; answers how many were made.

    work [3, capacity * units]: z, a, delta; mask [capacity * units]: dropout factors, empty where
    there is no dropout; order [N]: the rows of this epoch, reshuffled in place; losses
    [len(rates)] gets the mean loss of each batch before its update. clock carries step, position
    in the epoch, the first bad layer and the optimizer's own step from call to call. stages,
    amounts: see `stages.py`; average [P]: of theta, empty where there is none. per_row: over how
    many numbers a row's loss is averaged; summed: the gradient is of the sum, not of the mean.
    Every `every`-th update (0: never) a record [L, M] is filled (`instruments`).
    """
    z, a, delta = work[0], work[1], work[2]
    n, depth = len(x), len(table)
    whole = batch >= n
    capacity = min(batch, n)
    xb = np.empty((0 if whole else batch, x.shape[1]), x.dtype)
    yb = np.empty((0 if whole else batch, y.shape[1]), y.dtype)
    x_rows, y_rows, rows = x, y, n
    total = np.zeros(1)
    for k in range(len(rates)):
        if not whole:
            if clock[POSITION] == 0 and shuffled:
                shuffle(order, state)
            rows = min(batch, n - clock[POSITION])
            x_rows, y_rows = xb[:rows], yb[:rows]
            chosen = order[clock[POSITION] : clock[POSITION] + rows]
            copy_rows(x, chosen, x_rows)
            copy_rows(y, chosen, y_rows)
            clock[POSITION] = (clock[POSITION] + rows) % n
        looking = every > 0 and clock[STEP] % every == 0 and clock[RECORDS] < len(records)
        record = records[clock[RECORDS] if looking else 0]

        value = x_rows
        for layer in range(depth):
            value = forward_layer(theta, value, z, a, capacity, table, units, numbers, layer)
            if looking:
                observe(
                    rows_of(z, table, layer, rows, capacity),
                    value,
                    rows_of(delta, table, layer, rows, capacity),
                    units[layer, 1],
                    numbers[layer],
                    numbers[layer, SLOPE_BOUND],
                    record[layer],
                )
            if numbers[layer, DROPOUT] > 0:
                factors = rows_of(mask, table, layer, rows, capacity)
                drop(value, factors, numbers[layer, DROPOUT], state)

        total[0] = 0.0
        count = rows * per_row
        scale = theta.dtype.type(1.0 if summed else 1.0 / count)
        slope = rows_of(delta, table, depth - 1, rows, capacity)
        call(loss, (value, y_rows, slope, scale, total))
        losses[k] = total[0] / count
        if not np.isfinite(losses[k]):
            clock[BAD_LAYER] = first_bad_layer(z, rows, capacity, table)
            return k

        backward(theta, grad, x_rows, z, a, delta, mask, capacity, table, units, numbers)
        add_penalty_gradient(theta, grad, table, numbers)
        if looking:
            norms(grad, table, record, GRADIENT)
            norms(theta, table, record, WEIGHT)
        clock[STEP] += 1
        clock[MADE] += 1
        around = (grad, theta, average, table, amounts, rates[k])
        run(stages[BEFORE_STEP], around)
        call(optimizer, (grad, theta, slots, settings, clock[MADE], rates[k], arrays))
        run(stages[AFTER_STEP], around)
        if looking:
            norms(grad, table, record, UPDATE)
            clock[RECORDS] += 1
        for i in range(theta.size):
            theta[i] -= grad[i]
        run(stages[AFTER_UPDATE], around)
    return len(rates)
