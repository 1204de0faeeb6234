"""The cost of given rows and its gradient, without a step: for looking at, and for full batches."""

from typing import TYPE_CHECKING

import numpy as np

from ..engine import network as passes
from ..engine import training
from ..engine.activations import ACTIVATIONS
from ..engine.instruments import COLUMNS
from ..engine.penalties import add_penalty_gradient, penalty
from ..engine.structure import DROPOUT
from ..trainable import Array, Batch

if TYPE_CHECKING:
    from .network import Network


def cost_and_gradient(
    network: "Network", batch: Batch, regularised: bool = True
) -> tuple[float, float, Array]:
    """What training minimises, the data loss in it, and the gradient [P]; dropout and noise off.

    A batch norm uses these rows' own statistics, as in training, and takes them into its averages.
    """
    setup, rows = network.setup, len(batch)
    net, objective = setup.net(regularised), setup.objective(regularised)
    net.numbers[:, DROPOUT] = 0
    grad = np.zeros_like(network.theta)
    scratch = np.empty(rows * (setup.layers[-1].units + 1), setup.dtype)
    record = np.zeros((len(setup.layers), COLUMNS))
    loss = training.learn(
        network.theta, grad, network.running, batch.x, batch.y, network.workspace(rows), scratch,
        net, objective, network.random, False, record,
    )  # fmt: skip
    add_penalty_gradient(network.theta, grad, net)
    weights = objective.weights
    count = weights[batch.y[:, 0].astype(np.int64)].sum() if weights.size else rows
    scale = count * setup.per_row if objective.summed else 1.0  # `learn` answers the mean
    return float(scale * loss + penalty(network.theta, net)), float(loss), grad


def named(network: "Network", theta: Array) -> dict[str, Array]:
    """Views of a vector [P] by layer and kind; what a layer has not is left out."""
    form = network.setup.layout
    kinds = {
        "weights": form.weights(theta),
        "bias": form.bias(theta),
        "gain and shift": form.gain_and_shift(theta),
        "slopes": form.learnt(theta),
    }
    return {
        f"{name} {kind}": views[index]
        for index, name in enumerate(network.setup.names)
        for kind, views in kinds.items()
        if views[index].size
    }


def pieces(network: "Network", batch: Batch) -> Array:
    """On which straight piece each unit with kinks is, for each row, as one int8 vector."""
    setup, rows = network.setup, len(batch)
    work, net = network.workspace(rows), setup.net()
    net.numbers[:, DROPOUT] = 0
    passes.forward(network.theta, network.running, batch.x, work, net, False, network.random)
    sides = []
    for index, layer in enumerate(setup.layers):
        kinks = ACTIVATIONS[layer.activation.name].kinks
        z = passes.places_of(work.z, net, index, rows, rows)
        if layer.activation.name == "maxout":
            sides.append(z.reshape(rows, -1, layer.units).argmax(axis=1).ravel())
        elif kinks:
            sides.append(np.searchsorted(kinks, z.ravel(), side="left"))
    return np.concatenate([np.zeros(0), *sides]).astype(np.int8)
