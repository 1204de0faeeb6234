"""The stages around every optimizer: clipping, weight decay, bounded weights, averaged parameters.

In their order: `before_step` clips the gradient by value, then by norm, and adds coupled decay, as
PyTorch does when it clips before `optimizer.step()`; the optimizer makes a step of it;
`after_step` adds decoupled decay, then scales each layer's step by its own rate; theta moves;
`after_update` bounds the weights, then averages.
g, theta: [P]; average [P], or empty; amounts: one number for each stage, float64, 0: off, and
behind them, where they are not all 1, the factors of the layers' rates [L]. They are plain
functions, compiled only when one of their stages is on (`addresses`).
"""

import numpy as np

from .jit import call, kernel, matrix, pointer, vector
from .layout import BIAS, GAIN, INPUTS, LEARNT, LENGTHS, WEIGHTS, WIDTH

CLIP_VALUE, CLIP_NORM, COUPLED, DECOUPLED, MAX_NORM, AVERAGE = range(6)  # entries of `amounts`
STAGES = 6
BEFORE_STEP, AFTER_STEP, AFTER_UPDATE = range(3)  # entries of `addresses`


def before_step(g, theta, average, table, amounts, rate):
    """Clips the gradient g, then adds coupled decay to it."""
    if amounts[CLIP_VALUE] > 0:
        clip_by_value(g, amounts[CLIP_VALUE])
    if amounts[CLIP_NORM] > 0:
        clip_by_norm(g, amounts[CLIP_NORM])
    if amounts[COUPLED] > 0:
        add_decay(g, theta, amounts[COUPLED])


def after_step(g, theta, average, table, amounts, rate):
    """Adds decoupled decay to the step g (theta shrinks by rate * weight_decay), then scales it."""
    if amounts[DECOUPLED] > 0:
        add_decay(g, theta, rate * amounts[DECOUPLED])
    if amounts.size > STAGES:
        scale_layers(g, table, amounts[STAGES:])


def after_update(g, theta, average, table, amounts, rate):
    """Bounds the weights, then takes theta into the average."""
    if amounts[MAX_NORM] > 0:
        bound_weights(theta, table, amounts[MAX_NORM])
    if amounts[AVERAGE] > 0:
        take_into_average(average, theta, amounts[AVERAGE])


def addresses(amounts, dtype) -> np.ndarray:
    """int64 [3]: the three moments compiled for this dtype, 0 where all their stages are off."""
    v = vector(dtype)
    types = (v, v, v, matrix(np.int64), vector(np.float64), v.dtype)
    moments = (
        (before_step, amounts[[CLIP_VALUE, CLIP_NORM, COUPLED]]),
        (after_step, np.append(amounts[DECOUPLED], amounts.size > STAGES)),
        (after_update, amounts[[MAX_NORM, AVERAGE]]),
    )
    return np.array([pointer(one, *types) if on.any() else 0 for one, on in moments], np.int64)


@kernel
def run(address, arguments):
    """The stages of one moment, where any of them is on."""
    if address != 0:
        call(address, arguments)


@kernel
def norm(values):
    """The Euclidean norm of a vector, summed in float64."""
    squares = 0.0
    for i in range(values.size):
        squares += np.float64(values[i]) ** 2  # float() of a float32 stays one
    return np.sqrt(squares)


@kernel
def clip_by_value(g, limit):
    """Every entry into -limit..limit; infinity too, as in PyTorch, but NaN stays."""
    top = g.dtype.type(limit)
    for i in range(g.size):
        if g[i] > top:
            g[i] = top
        elif g[i] < -top:
            g[i] = -top


@kernel
def clip_by_norm(g, limit):
    """g * min(1, limit / (norm + 1e-6)), the norm over all parameters.

    Pascanu, Mikolov & Bengio 2013, arXiv:1211.5063, as PyTorch has it; but where the norm is
    infinite everything becomes NaN, while PyTorch makes 0 of the finite entries.
    """
    coefficient = limit / (norm(g) + 1e-6)
    if not coefficient >= 1:
        scale = g.dtype.type(coefficient if coefficient > 0 else np.nan)
        for i in range(g.size):
            g[i] *= scale


@kernel
def add_decay(g, theta, strength):
    """g += strength * theta, biases too.

    Before the optimizer: coupled decay, strength = weight_decay. After it: decoupled decay,
    strength = rate * weight_decay (Loshchilov & Hutter 2019, arXiv:1711.05101).
    """
    share = g.dtype.type(strength)
    for i in range(g.size):
        g[i] += share * theta[i]


@kernel
def scale_layers(g, table, factors):
    """The step of each layer times its factor [L]; 0 freezes it, whatever the step is."""
    end = g.size
    for layer in range(len(table) - 1, -1, -1):  # a layer's parameters end where the next's begin
        start = end
        for column in (LENGTHS, LEARNT, GAIN, BIAS, WEIGHTS):
            if table[layer, column] >= 0:
                start = table[layer, column]
        factor = g.dtype.type(factors[layer])
        for i in range(start, end):
            g[i] = factor * g[i] if factor > 0 else factor
        end = start


@kernel
def bound_weights(theta, table, limit):
    """Shortens each unit's incoming weights, a column of W [D_in, D_out], to at most `limit`.

    Srivastava et al. 2014, JMLR 15, section 5.1; NaN where the norm is infinite. A weight norm
    keeps the lengths themselves, which have either sign.
    """
    for layer in range(len(table)):
        start, inputs, units = table[layer, WEIGHTS], table[layer, INPUTS], table[layer, WIDTH]
        if start < 0:
            continue
        if table[layer, LENGTHS] >= 0:
            clip_by_value(theta[table[layer, LENGTHS] : table[layer, LENGTHS] + units], limit)
            continue
        w = theta[start : start + inputs * units].reshape(inputs, units)
        squares = np.zeros(units)
        for i in range(inputs):
            for j in range(units):
                squares[j] += np.float64(w[i, j]) ** 2
        for j in range(units):
            length = np.sqrt(squares[j])
            if length > limit:
                scale = theta.dtype.type(limit / length if length < np.inf else np.nan)
                for i in range(inputs):
                    w[i, j] *= scale


@kernel
def take_into_average(average, theta, keep):
    """average <- keep * average + (1 - keep) * theta (Polyak & Juditsky 1992, exponential form)."""
    share = theta.dtype.type(1.0 - keep)
    for i in range(theta.size):
        average[i] += share * (theta[i] - average[i])
