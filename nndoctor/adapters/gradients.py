"""The cost of given rows and its gradient, without a step: for looking at, and for full batches."""

import numpy as np

from ..engine import network, training
from ..engine.activations import ACTIVATIONS
from ..engine.instruments import COLUMNS
from ..engine.penalties import add_penalty_gradient, penalty
from ..engine.structure import DROPOUT
from ..engine.weight_norm import by_parts
from ..trainable import Array, Batch
from .configuration import Configuration


def cost_and_gradient(
    setup: Configuration,
    theta: Array,
    running: Array,
    random: Array,
    batch: Batch,
    regularised: bool,
) -> tuple[float, float, Array]:
    """What training minimises, the data loss in it, and the gradient [P]; dropout and noise off.

    A batch norm uses these rows' own statistics, as in training, and takes them into its averages.
    """
    rows = len(batch)
    net, objective = setup.net(regularised), setup.objective(regularised)
    net.numbers[:, DROPOUT] = 0
    grad = np.zeros_like(theta)
    scratch = np.empty(rows * (setup.layers[-1].units + 1), setup.dtype)
    record = np.zeros((len(setup.layers), COLUMNS))
    weights = setup.effective(theta)
    loss = training.learn(
        weights,
        grad,
        running,
        batch.x,
        batch.y,
        setup.workspace(rows),
        scratch,
        net,
        objective,
        random,
        False,
        record,
    )
    add_penalty_gradient(weights, grad, net)
    by_parts(theta, grad, net.table)
    classes = objective.weights
    count = classes[batch.y[:, 0].astype(np.int64)].sum() if classes.size else rows
    scale = count * setup.per_row if objective.summed else 1.0  # `learn` answers the mean
    scale *= setup.loss_scale
    return float(scale * loss + penalty(weights, net)), float(loss), grad


def loss_of(setup: Configuration, out: Array, batch: Batch) -> float:
    """The mean data loss of outputs [B, K], as `Network.loss` has it."""
    room, slope = np.empty(out.size, out.dtype), np.empty_like(out)
    values = np.empty(len(out), out.dtype)
    objective = setup.objective(regularised=False)
    return float(training.judge(out, batch.y, room, values, slope, objective))


def named(setup: Configuration, theta: Array) -> dict[str, Array]:
    """Views of a vector [P] by layer and kind; what a layer has not is left out."""
    form = setup.layout
    kinds = {
        "weights": form.weights(theta),
        "bias": form.bias(theta),
        "gain and shift": form.gain_and_shift(theta),
        "slopes": form.learnt(theta),
        "lengths": form.lengths(theta),
    }
    return {
        f"{name} {kind}": views[index]
        for index, name in enumerate(setup.names)
        for kind, views in kinds.items()
        if views[index].size
    }


def pieces(
    setup: Configuration, theta: Array, running: Array, random: Array, batch: Batch
) -> Array:
    """On which straight piece each unit with kinks is, for each row, as one int8 vector."""
    rows = len(batch)
    work, net = setup.workspace(rows), setup.net()
    net.numbers[:, DROPOUT] = 0
    network.forward(theta, running, batch.x, work, net, False, random)
    sides = []
    for index, layer in enumerate(setup.layers):
        kinks = ACTIVATIONS[layer.activation.name].kinks
        z = network.places_of(work.z, net, index, rows, rows)
        if layer.activation.name == "maxout":
            sides.append(z.reshape(rows, -1, layer.units).argmax(axis=1).ravel())
        elif kinks:
            sides.append(np.searchsorted(kinks, z.ravel(), side="left"))
    return np.concatenate([np.zeros(0), *sides]).astype(np.int8)
