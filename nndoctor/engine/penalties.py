"""Penalties on weights, never on biases: l1 |W| + l2/2 W^2 + lq |W|^q, layer by layer."""

import numpy as np

from .jit import kernel
from .layout import INPUTS, WEIGHTS, WIDTH
from .structure import L1, L2, LQ, Q


@kernel
def penalty(theta, net):
    """The sum over all layers, in float64."""
    value = 0.0
    for layer in range(len(net.table)):
        l1, l2 = np.float64(net.numbers[layer, L1]), np.float64(net.numbers[layer, L2])
        lq, q = np.float64(net.numbers[layer, LQ]), np.float64(net.numbers[layer, Q])
        start = net.table[layer, WEIGHTS]
        if start >= 0 and (l1 != 0 or l2 != 0 or lq != 0):
            for i in range(start, start + net.table[layer, INPUTS] * net.table[layer, WIDTH]):
                w = np.float64(theta[i])  # float() of a float32 stays one
                value += l1 * abs(w) + l2 / 2 * w * w
                if lq != 0:
                    value += lq * abs(w) ** q
    return value


@kernel
def add_penalty_gradient(theta, grad, net):
    """grad += l1 sign(W) + l2 W + lq q |W|^(q-1) sign(W); at W = 0 the last is 0."""
    for layer in range(len(net.table)):
        l1, l2 = net.numbers[layer, L1], net.numbers[layer, L2]
        lq, q = net.numbers[layer, LQ], net.numbers[layer, Q]
        start = net.table[layer, WEIGHTS]
        if start < 0:
            continue
        end = start + net.table[layer, INPUTS] * net.table[layer, WIDTH]
        if l1 != 0 or l2 != 0:
            for i in range(start, end):
                grad[i] += l1 * np.sign(theta[i]) + l2 * theta[i]
        if lq != 0:
            for i in range(start, end):
                if theta[i] != 0:
                    grad[i] += lq * q * abs(theta[i]) ** (q - 1) * np.sign(theta[i])
