"""The compiled passes over a stack of layers: forward and backward.

theta, grad: [P]; running: averages of normalised layers; x: [B, D]. See `structure` for the rest.
"""

from .activations import add_bias, sum_rows
from .elementary import finite
from .jit import call, kernel
from .layout import BIAS, GAIN, INPUTS, LEARNT, OFFSET, PLACE, RUNNING, UNITS, WEIGHTS, WIDTH
from .panels import product
from .random import choose
from .structure import (
    BACKWARD,
    DROPOUT,
    FORWARD,
    KEPT_FACTOR,
    MOMENTUM,
    NORM_BACKWARD,
    NORM_FORWARD,
    TEST_FACTOR,
    UNBIASED,
)


@kernel
def rows_of(values, net, layer, rows, capacity):
    """A layer's part of a workspace as a matrix [rows, n]."""
    start, units = net.table[layer, OFFSET] * capacity, net.table[layer, UNITS]
    return values[start : start + rows * units].reshape(rows, units)


@kernel
def places_of(values, net, layer, rows, capacity):
    """The same before the activation, [rows, k n]."""
    start, width = net.table[layer, PLACE] * capacity, net.table[layer, WIDTH]
    return values[start : start + rows * width].reshape(rows, width)


@kernel
def weights_of(theta, net, layer):
    """A layer's W [D_in, k n] inside theta."""
    start, inputs = net.table[layer, WEIGHTS], net.table[layer, INPUTS]
    width = net.table[layer, WIDTH]
    return theta[start : start + inputs * width].reshape(inputs, width)


@kernel
def vector_of(theta, net, layer, column, size):
    """`size` parameters of one kind, empty where the layer has none."""
    start = net.table[layer, column]
    return theta[start : start + size] if start >= 0 else theta[:0]


@kernel
def settings_of(theta, net, layer):
    """The settings of a layer's activation: fixed numbers, or what it learns."""
    start = net.table[layer, LEARNT]
    if start >= 0:
        return theta[start : start + net.table[layer, UNITS]]
    return net.numbers[layer]


@kernel
def normalise(theta, running, z, work, net, layer, learning):
    """Batch or layer norm of z [B, k n] in place."""
    width, start = net.table[layer, WIDTH], net.table[layer, RUNNING]
    kept = work.kept[start * work.capacity : start * work.capacity + z.size].reshape(z.shape)
    gain = vector_of(theta, net, layer, GAIN, width)
    shift = theta[net.table[layer, GAIN] + width : net.table[layer, GAIN] + 2 * width]
    averages = running[2 * start : 2 * (start + width)]
    settings = net.numbers[layer, MOMENTUM : UNBIASED + 1]
    arguments = (z, kept, work.spread[layer], gain, shift, averages, settings, learning)
    call(net.units[layer, NORM_FORWARD], arguments)


@kernel
def forward_layer(theta, running, value, work, net, layer, learning):
    """One layer: z <- norm(value W + b), a <- f(z); answers a [B, n], before dropout."""
    rows = len(value)
    z = places_of(work.z, net, layer, rows, work.capacity)
    a = rows_of(work.a, net, layer, rows, work.capacity)
    if net.table[layer, WEIGHTS] >= 0:
        product(value, False, weights_of(theta, net, layer), False, z, work.board)
    else:
        z[:] = value
    b = vector_of(theta, net, layer, BIAS, net.table[layer, WIDTH])
    if net.units[layer, NORM_FORWARD] != 0:
        add_bias(z, b)
        normalise(theta, running, z, work, net, layer, learning)
        b = b[:0]
    call(net.units[layer, FORWARD], (z, b, a, settings_of(theta, net, layer)))
    return a


@kernel
def forward(theta, running, x, work, net, dropping, state):
    """Fills z and a for x [B, D] as at test time; `dropping`: with dropout (Monte Carlo)."""
    value = x
    for layer in range(len(net.table)):
        value = forward_layer(theta, running, value, work, net, layer, False)
        factor = net.numbers[layer, TEST_FACTOR]
        if dropping and net.numbers[layer, DROPOUT] > 0:
            mask = rows_of(work.mask, net, layer, len(x), work.capacity)
            drop(value, mask, net.numbers[layer, DROPOUT], net.numbers[layer, KEPT_FACTOR], state)
        elif factor != 1:
            for i in range(value.shape[0]):
                for j in range(value.shape[1]):
                    value[i, j] *= factor
    return value


@kernel
def drop(a, mask, share, factor, state):
    """Dropout: zeros a share of a [B, n], multiplies the rest; mask keeps the factors."""
    zero = a.dtype.type(0)
    for i in range(a.shape[0]):
        choose(share, zero, factor, mask[i], state)
        for j in range(a.shape[1]):
            a[i, j] *= mask[i, j]


@kernel
def backward(theta, grad, x, work, net):
    """Fills grad [P]; the last layer's part of delta holds d loss / d a, and is overwritten."""
    rows = len(x)
    for layer in range(len(net.table) - 1, -1, -1):
        width = net.table[layer, WIDTH]
        z = places_of(work.z, net, layer, rows, work.capacity)
        a = rows_of(work.a, net, layer, rows, work.capacity)
        g = rows_of(work.delta, net, layer, rows, work.capacity)
        settings = settings_of(theta, net, layer)
        if net.numbers[layer, DROPOUT] > 0:
            mask = rows_of(work.mask, net, layer, rows, work.capacity)
            for i in range(rows):
                for j in range(g.shape[1]):
                    g[i, j] *= mask[i, j]
            call(net.units[layer, FORWARD], (z, theta[:0], a, settings))  # a before dropout
        learnt = vector_of(grad, net, layer, LEARNT, g.shape[1])
        b = vector_of(grad, net, layer, BIAS, width)
        normed = net.units[layer, NORM_BACKWARD] != 0
        call(net.units[layer, BACKWARD], (z, a, g, settings, learnt, b[:0] if normed else b))
        if width > g.shape[1]:
            g = z
        if normed:
            denormalise(theta, grad, g, work, net, layer)
            sum_rows(g, b)
        below = rows_of(work.a, net, layer - 1, rows, work.capacity) if layer > 0 else x
        dense = net.table[layer, WEIGHTS] >= 0
        if dense:
            product(below, True, g, False, weights_of(grad, net, layer), work.board)
        if layer > 0:
            g_below = rows_of(work.delta, net, layer - 1, rows, work.capacity)
            if dense:
                product(g, False, weights_of(theta, net, layer), True, g_below, work.board)
            else:
                g_below[:] = g
    return grad


@kernel
def denormalise(theta, grad, g, work, net, layer):
    """The backward pass of batch or layer norm, in place."""
    width, start = net.table[layer, WIDTH], net.table[layer, RUNNING]
    kept = work.kept[start * work.capacity : start * work.capacity + g.size].reshape(g.shape)
    gain = vector_of(theta, net, layer, GAIN, width)
    d_gain = vector_of(grad, net, layer, GAIN, width)
    d_shift = grad[net.table[layer, GAIN] + width : net.table[layer, GAIN] + 2 * width]
    call(net.units[layer, NORM_BACKWARD], (g, kept, work.spread[layer], gain, d_gain, d_shift))


@kernel
def first_bad_layer(rows, work, net):
    """The first layer with a value that is not finite; L when all layers are finite."""
    for layer in range(len(net.table)):
        values = places_of(work.z, net, layer, rows, work.capacity)
        for i in range(rows):
            for j in range(values.shape[1]):
                if not finite(values[i, j]):
                    return layer
    return len(net.table)
