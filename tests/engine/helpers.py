"""What the engine's tests share: small networks, and single units called through their address."""

from dataclasses import replace

import numba
import numpy as np

from nndoctor.adapters.dense import Dense, Unit
from nndoctor.adapters.mlp import MLP
from nndoctor.engine.activations import ACTIVATIONS, pieces
from nndoctor.engine.jit import call, kernel, matrix, pointer, vector
from nndoctor.engine.losses import LOSSES
from nndoctor.engine.normalization import NORMALIZATIONS
from nndoctor.engine.optimizers import OPTIMIZERS
from nndoctor.engine.training import judge
from nndoctor.trainable import Batch, Plan, Task

from ..oracles import network as oracle

PRECISIONS = (np.float32, np.float64)
TOLERANCE = {np.dtype(np.float32): 1e-5, np.dtype(np.float64): 1e-10}
FORMS = list(LOSSES)


@kernel
def apply(address, arguments):
    call(address, arguments)


def activate(name, z, setting=None, bias=()):
    """f(z + bias), [B, n] for z [B, k n]; a setting is a number, or one a unit for prelu."""
    unit, z = ACTIVATIONS[name], np.array(z, order="C")
    s = _settings(unit, setting, z)
    a, m, v = np.empty((len(z), _units(unit, s, z)), z.dtype), matrix(z.dtype), vector(z.dtype)
    apply(pointer(unit.forward, m, v, m, v), (z, np.array(bias, z.dtype), a, s))
    return a


def slopes_through(name, z, g, setting=None, biased=False):
    """The gradients by z [B, k n], by what is learnt [n] and, where biased, by a bias [k n]."""
    unit, z = ACTIVATIONS[name], np.array(z, order="C")
    g, m, v = np.array(g, z.dtype, order="C"), matrix(z.dtype), vector(z.dtype)
    a, s = activate(name, z, setting), _settings(unit, setting, z)
    learnt = np.empty(len(s) if unit.learnt else 0, z.dtype)
    bias = np.full(z.shape[1] if biased else 0, np.nan, z.dtype)
    apply(pointer(unit.backward, m, m, m, v, v, v), (z, a, g, s, learnt, bias))
    return (z if z.shape[1] > g.shape[1] else g), learnt, bias


def slope_through(name, z, g, setting=None):
    """The gradient by z for the gradient g by the value."""
    return slopes_through(name, z, g, setting)[0]


def default_setting(name):
    return dict(ACTIVATIONS[name].settings).popitem()[1] if ACTIVATIONS[name].settings else 0.0


def _settings(unit, setting, z):
    given = default_setting(unit.name) if setting is None else setting
    return np.array(np.broadcast_to(given, z.shape[1] if unit.learnt else 1), z.dtype)


def _units(unit, s, z):
    return z.shape[1] // pieces(unit.name, s[0])


def loss_and_slope(form, out, y, setting=None):
    """Each row's loss [B] and its gradient by out [B, K], as the kernel has them."""
    unit, out = LOSSES[form], np.ascontiguousarray(out)
    y, grad = np.ascontiguousarray(y, out.dtype), np.empty_like(out)
    given = [value for _, value in unit.settings] or [0.0] if setting is None else [setting]
    values, m, v = np.empty(len(out), out.dtype), matrix(out.dtype), vector(out.dtype)
    s = np.array(given, out.dtype)
    apply(pointer(unit.value_and_gradient, m, m, m, v, v), (out, y, grad, values, s))
    return values, grad


def judged(form, out, y, **changes):
    """The mean loss and the gradient [B, K] that training starts from."""
    out = np.ascontiguousarray(out)
    setup = mlp([1, out.shape[1]], loss=form[0], from_logits=form[1], dtype=out.dtype, **changes)
    slope, dense = np.empty_like(out), np.empty(out.size, out.dtype)
    y, values = np.ascontiguousarray(y, out.dtype), np.empty(len(out), out.dtype)
    return judge(out, y, dense, values, slope, setup.objective()), slope


def normalise(name, z, gain, shift, running=None, learning=True, settings=()):
    """What norm makes of z, and what its backward pass needs; `running` [2 n] is updated."""
    unit, z = NORMALIZATIONS[name], np.array(z, order="C")
    kept, spread = np.empty_like(z), np.empty(max(z.shape), z.dtype)
    running = np.zeros(2 * z.shape[1], z.dtype) if running is None else running
    m, v = matrix(z.dtype), vector(z.dtype)
    numbers = np.array([*(dict(unit.settings) | dict(settings)).values()], z.dtype)
    address = pointer(unit.forward, m, m, v, v, v, v, v, numba.types.boolean)
    gain, shift = gain.astype(z.dtype), shift.astype(z.dtype)
    apply(address, (z, kept, spread, gain, shift, running, numbers, learning))
    return z, kept, spread


def denormalise(name, g, kept, spread, gain):
    """The gradients by z [B, n], gain [n] and shift [n]."""
    unit, g, m, v = NORMALIZATIONS[name], g.astype(kept.dtype), matrix(kept.dtype), spread.dtype
    d_gain, d_shift, v = np.empty(g.shape[1], v), np.empty(g.shape[1], v), vector(v)
    address = pointer(unit.backward, m, m, v, v, v, v)
    apply(address, (g, kept, spread, gain.astype(kept.dtype), d_gain, d_shift))
    return g, d_gain, d_shift


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
    """A float64 network over widths [D, ..., K]; `layer` changes all layers, the rest the MLP.

    Dropout and `norm` are of the hidden layers; `input_norm`: a batch norm on the inputs.
    """
    layer = changes.pop("layer", {})
    from_logits, reduction = changes.pop("from_logits", True), changes.pop("reduction", "mean")
    hidden = hidden if isinstance(hidden, Unit) else Unit(hidden)
    output = output if isinstance(output, Unit) else Unit(output)
    start = Unit("glorot_uniform")
    first = Dense(widths[0], Unit("linear"), Unit("zeros"), False, norm="batch_norm", linear=False)
    layers = [first] * changes.pop("input_norm", False)
    layers += [
        replace(Dense(units, hidden, start, bias_init=Unit("normal", (0.0, 0.3))), **layer)
        for units in widths[1:-1]
    ]
    own = ("dropout", "activation", "norm")
    last = {key: value for key, value in layer.items() if key not in own}
    layers.append(replace(Dense(widths[-1], output, start), **last))
    task = Task("regression", loss, widths[-1], from_logits, reduction)
    given = {"optimizer": Unit("sgd"), "rate": 0.1, "dtype": np.dtype(np.float64)} | changes
    return MLP(task, widths[0], tuple(layers), **given)


def textbook(setup, theta, running=None):
    """The same network for the oracle; with `running` as at test time."""
    theta, form, start = np.asarray(theta, float), setup.layout, 0
    views = (form.weights(theta), form.bias(theta), form.gain_and_shift(theta), form.learnt(theta))
    layers, columns = [], zip(setup.layers, *views, form.lengths(theta), strict=True)
    for one, w, b, normed, learnt, lengths in columns:
        averages = None
        if one.norm == "batch_norm" and running is not None:
            averages = np.asarray(running[start : start + normed.size], float).reshape(2, -1)
        start += normed.size
        s = learnt if learnt.size else float(setup.dtype.type(one.setting))
        shape = (one.activation.name, s, one.norm, *normed, averages)
        penalties = {key: getattr(one, key) for key in ("l1", "l2", "lq", "q")}
        w = w if one.linear else None
        layers.append(oracle.Layer(w, b, *shape, lengths=lengths, **penalties))
    return layers


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
