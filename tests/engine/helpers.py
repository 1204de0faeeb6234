"""What the engine's tests share: small networks, and single units called through their address."""

from dataclasses import replace

import numpy as np

from nndoctor.adapters.mlp import MLP, Dense, Unit
from nndoctor.engine.activations import ACTIVATIONS
from nndoctor.engine.jit import call, kernel, matrix, pointer, vector
from nndoctor.engine.losses import LOSSES
from nndoctor.engine.optimizers import OPTIMIZERS
from nndoctor.trainable import Batch, Plan, Task

PRECISIONS = (np.float32, np.float64)
TOLERANCE = {np.dtype(np.float32): 1e-5, np.dtype(np.float64): 1e-10}
FORMS = list(LOSSES)


@kernel
def apply(address, arguments):
    call(address, arguments)


def activate(name, z, setting=None):
    unit, z = ACTIVATIONS[name], np.ascontiguousarray(z)
    a, m, v = np.empty_like(z), matrix(z.dtype), vector(z.dtype)
    apply(pointer(unit.forward, m, m, v), (z, a, _settings(unit, setting, z.dtype)))
    return a


def slope_through(name, z, g, setting=None):
    """The gradient by z for the gradient g by the value."""
    unit, z = ACTIVATIONS[name], np.ascontiguousarray(z)
    g, m, v = g.astype(z.dtype), matrix(z.dtype), vector(z.dtype)
    a = activate(name, z, setting)
    apply(pointer(unit.backward, m, m, m, v), (z, a, g, _settings(unit, setting, z.dtype)))
    return g


def default_setting(name):
    return dict(ACTIVATIONS[name].settings).popitem()[1] if ACTIVATIONS[name].settings else 0.0


def _settings(unit, setting, dtype):
    return np.array([default_setting(unit.name) if setting is None else setting], dtype)


def loss_and_slope(form, out, y, scale=1.0):
    """The summed loss and the scaled gradient by out, as the kernel has them."""
    out = np.ascontiguousarray(out)
    y, grad, total = np.ascontiguousarray(y, out.dtype), np.empty_like(out), np.zeros(1)
    m, v = matrix(out.dtype), vector(out.dtype)
    address = pointer(
        LOSSES[form].value_and_gradient, m, m, m, v.dtype, vector(np.dtype(np.float64))
    )
    apply(address, (out, y, grad, out.dtype.type(scale), total))
    return total[0], grad


def steps(name, gradients, rates=1.0, theta=None, arrays=None, **settings):
    """What an optimizer makes of one gradient after the other, [T, P]; it moves theta [P]."""
    unit, dtype = OPTIMIZERS[name], gradients.dtype
    count, size = gradients.shape
    theta = np.ones(size, dtype) if theta is None else theta.astype(dtype)
    arrays = np.array([[0, 1, size]] if arrays is None else arrays, np.int64)
    rates = np.broadcast_to(np.asarray(rates, dtype), count)
    slots, made = np.zeros((unit.slots, size), dtype), gradients.copy()
    for t in range(count):
        apply(
            unit.pointer(dtype),
            (made[t], theta, slots, unit.pack(settings), t + 1, rates[t], arrays),
        )
        theta -= made[t]
    return made


def mlp(widths, hidden="tanh", output="linear", loss="mse", **changes):
    """A float64 network over widths [D, ..., K]; `layer` changes all layers, the rest the MLP."""
    layer = changes.pop("layer", {})
    from_logits, reduction = changes.pop("from_logits", True), changes.pop("reduction", "mean")
    hidden = hidden if isinstance(hidden, Unit) else Unit(hidden)
    output = output if isinstance(output, Unit) else Unit(output)
    start = Unit("glorot_uniform")
    layers = [
        replace(Dense(units, hidden, start, bias_init=Unit("normal", (0.0, 0.3))), **layer)
        for units in widths[1:-1]
    ]
    last = {key: value for key, value in layer.items() if key not in ("dropout", "activation")}
    layers.append(replace(Dense(widths[-1], output, start), **last))
    task = Task("regression", loss, widths[-1], from_logits, reduction)
    given = {"optimizer": Unit("sgd"), "rate": 0.1, "dtype": np.dtype(np.float64)} | changes
    return MLP(task, widths[0], tuple(layers), **given)


def classes(rows, inputs, count, dtype=np.float64, seed=0):
    """Blobs with class numbers as targets."""
    rng = np.random.default_rng(seed)
    label = rng.integers(0, count, (rows, 1))
    x = rng.normal(size=(rows, inputs)) + label
    return Batch(np.ascontiguousarray(x, dtype), label.astype(dtype))


def smooth(rows, inputs, outputs, dtype=np.float64, seed=0):
    """Numbers to fit."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(rows, inputs))
    return Batch(x.astype(dtype), np.sin(x @ rng.normal(size=(inputs, outputs))).astype(dtype))


def gradient(setup, batch, seed=0, theta=None, **plan):
    """The training gradient [P] on all rows: what one step of size 1 takes away."""
    net = setup.fresh(seed)
    if theta is not None:
        net.theta[:] = theta
    before = net.theta.copy()
    net.train(batch, Plan(1, batch_size=0, optimizer="sgd", rate=1.0, **plan))
    return before - net.theta


def close(actual, expected, tolerance):
    """Whether two arrays agree, relative to the largest entry of the expected one."""
    actual, expected = np.asarray(actual, float), np.asarray(expected, float)
    scale = max(np.abs(expected).max(initial=0.0), 1e-300)
    return np.abs(actual - expected).max(initial=0.0) <= tolerance * scale
