"""The running averages of batch norms: before any batch, and as given rows alone make them."""

import numpy as np

from ..engine import network
from ..engine.layout import RUNNING
from ..engine.structure import MOMENTUM, TEST_FACTOR, UNBIASED
from ..trainable import Array, Batch
from .configuration import CHUNK, Configuration


def first_averages(setup: Configuration) -> Array:
    """Those given, else means 0 and variances 1 for every normalised column, layer after layer."""
    return _untouched(setup) if setup.averages is None else np.array(setup.averages, setup.dtype)


def averages_for(setup: Configuration, theta: Array, running: Array, batch: Batch) -> Array:
    """The running averages; where no batch is in them yet, the mean and variance of these rows.

    So an untrained network is looked at as the first step of its training will see it.
    """
    rows = batch.sample(CHUNK)
    normed = any(layer.norm == "batch_norm" for layer in setup.layers)
    if not normed or len(rows) < 2 or not np.array_equal(running, _untouched(setup)):
        return running
    averages = running.copy()
    work, net = setup.workspace(len(rows)), setup.net()
    net.numbers[:, MOMENTUM] = 1  # this batch alone
    value = rows.x
    for layer, shape in enumerate(setup.layout.layers):
        value = network.forward_layer(theta, averages, value, work, net, layer, True)
        value *= net.numbers[layer, TEST_FACTOR]
        if shape.normed and net.numbers[layer, UNBIASED]:  # a batch's own variance is not
            end = 2 * (setup.layout.table[layer, RUNNING] + shape.width)
            averages[end - shape.width : end] *= (len(rows) - 1) / len(rows)
    return averages


def batch_outputs(setup: Configuration, theta: Array, running: Array, batch: Batch) -> Array:
    """What the last layer puts out [B, K] where the rows are one batch of training; theta [P] as
    `Configuration.effective` has it. Without dropout, whose mean effect is there."""
    work, net, averages = setup.workspace(len(batch)), setup.net(), running.copy()
    value = batch.x
    for layer in range(len(setup.layers)):
        value = network.forward_layer(theta, averages, value, work, net, layer, True)
        value *= net.numbers[layer, TEST_FACTOR]
    return np.asarray(value).copy()


def _untouched(setup: Configuration) -> Array:
    widths = [shape.width for shape in setup.layout.layers if shape.normed]
    parts = [np.repeat([0.0, 1.0], width) for width in widths]
    return np.concatenate([*parts, np.zeros(0)]).astype(setup.dtype)
