"""One row forward and backward through a network, every number kept."""

from dataclasses import dataclass

import numpy as np

from ..engine import network, training
from ..engine.applying import slopes
from ..engine.instruments import COLUMNS
from ..engine.structure import DROPOUT, TEST_FACTOR
from ..errors import UsageError
from ..trainable import Array, Batch
from .network import Network

WHOLE_ROWS = ("softmax", "maxout")  # an output depends on several of z


@dataclass(frozen=True)
class LayerPass:
    """A layer's numbers for one row: what came in [D], z [k n], a [n], its slope [n].

    `slope` is None where an output depends on several z. `by_output` [n] is the loss's gradient by
    a, `delta` [k n] by z; `weights` [D, k n] and `bias` [k n] by the parameters, the second empty
    without a bias. Gradients are NaN where the loss is not finite.
    """

    name: str
    activation: str
    inputs: Array
    z: Array
    a: Array
    slope: Array | None
    by_output: Array
    delta: Array
    weights: Array
    bias: Array


def one_row(model: Network, row: Batch) -> tuple[float, tuple[LayerPass, ...]]:
    """The data loss of the row and each layer's pass, in float64, without dropout, noise, penalty.

    Raises UsageError for a network with normalised layers, whose rows depend on each other.
    """
    normed = next((layer.norm for layer in model.setup.layers if layer.norm), "")
    if normed:
        raise UsageError(
            f"the network has {normed}, whose backward pass is not one layer's own",
            "take it out of the recipe, such as --set model.batch_norm=false",
        )
    twin = model.exact()
    setup, theta = twin.setup, twin.setup.effective(twin.tested)
    x, y = row.x.astype(np.float64), row.y.astype(np.float64)
    net, work = setup.net(), setup.workspace(1)
    net.numbers[:, DROPOUT], net.numbers[:, TEST_FACTOR] = 0, 1
    network.forward(theta, twin.running, x, work, net, False, twin.random)
    indices = range(len(setup.layers))
    z = [network.places_of(work.z, net, i, 1, 1)[0].copy() for i in indices]
    a = [network.rows_of(work.a, net, i, 1, 1)[0].copy() for i in indices]
    objective, outputs = setup.objective(regularised=False), setup.layers[-1].units
    grad = np.zeros_like(theta)
    scratch, by_last = np.empty(outputs + 1), np.empty((1, outputs))
    training.judge(a[-1][None].copy(), y, scratch[1:], scratch[:1], by_last, objective)
    loss = training.learn(
        theta,
        grad,
        twin.running,
        x,
        y,
        work,
        scratch,
        net,
        objective,
        twin.random,
        False,
        np.zeros((len(setup.layers), COLUMNS)),
    )
    whole = np.isfinite(loss)
    grad = grad if whole else np.full_like(grad, np.nan)
    weights, bias = setup.layout.weights(grad), setup.layout.bias(grad)
    deltas = [
        (network.places_of if len(z[i]) > len(a[i]) else network.rows_of)(
            work.z if len(z[i]) > len(a[i]) else work.delta, net, i, 1, 1
        )[0].copy()
        for i in indices
    ]
    if not whole:
        deltas = [np.full_like(delta, np.nan) for delta in deltas]
    passes = []
    for i, layer in enumerate(setup.layers):
        after = None if i == len(a) - 1 else setup.layout.weights(theta)[i + 1] @ deltas[i + 1]
        name, learnt = layer.activation.name, setup.layout.learnt(theta)[i]
        settings = tuple(learnt) if learnt.size else layer.activation.settings
        several = name in WHOLE_ROWS
        passes.append(
            LayerPass(
                setup.names[i],
                name,
                x[0] if i == 0 else a[i - 1],
                z[i],
                a[i],
                None if several else slopes(name, settings, z[i][None])[0],
                by_last[0] if after is None else after,
                deltas[i],
                weights[i],
                bias[i],
            )
        )
    return float(loss), tuple(passes)
