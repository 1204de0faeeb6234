"""Activations: value and slope side by side, and the table of them.

`forward(z, a, s)` writes a <- f(z); `backward(z, a, g, s)` turns g, the gradient by a, into the
gradient by z in place. z, a, g: [B, n]; s: the settings. They are plain functions, compiled only
when a network uses them (`jit.pointer`).
"""

from collections.abc import Callable
from dataclasses import dataclass

from . import elementary


@dataclass(frozen=True)
class Activation:
    """One activation.

    `can_die`: whether a unit can be zero for every input and get no gradient;
    `max_slope`: the largest slope of one that saturates, None for one that does not.
    """

    name: str
    forward: Callable[..., None]
    backward: Callable[..., None]
    source: str
    can_die: bool = False
    max_slope: float | None = None
    settings: tuple[tuple[str, float], ...] = ()


def _linear(z, a, s):
    a[:] = z


def _linear_back(z, a, g, s):
    pass


def _relu(z, a, s):
    zero = z.dtype.type(0)
    for i in range(z.shape[0]):
        for j in range(z.shape[1]):
            a[i, j] = zero if z[i, j] <= zero else z[i, j]  # NaN is not <= 0, so it stays


def _relu_back(z, a, g, s):  # slope at 0 taken as 0
    zero = z.dtype.type(0)
    for i in range(z.shape[0]):
        for j in range(z.shape[1]):
            g[i, j] = zero if z[i, j] <= zero else g[i, j]


def _leaky_relu(z, a, s):
    zero = z.dtype.type(0)
    for i in range(z.shape[0]):
        for j in range(z.shape[1]):
            a[i, j] = z[i, j] * s[0] if z[i, j] <= zero else z[i, j]


def _leaky_relu_back(z, a, g, s):
    zero = z.dtype.type(0)
    for i in range(z.shape[0]):
        for j in range(z.shape[1]):
            g[i, j] = g[i, j] * s[0] if z[i, j] <= zero else g[i, j]


def _elu(z, a, s):
    zero, one = z.dtype.type(0), z.dtype.type(1)
    for i in range(z.shape[0]):
        for j in range(z.shape[1]):
            v = z[i, j]
            low = s[0] * (elementary.exp(zero if v > zero else v) - one)
            a[i, j] = v if v > zero else low


def _elu_back(z, a, g, s):
    zero = z.dtype.type(0)
    for i in range(z.shape[0]):
        for j in range(z.shape[1]):
            g[i, j] = g[i, j] if z[i, j] > zero else g[i, j] * (a[i, j] + s[0])


def _sigmoid(z, a, s):
    one = z.dtype.type(1)
    for i in range(z.shape[0]):
        for j in range(z.shape[1]):
            a[i, j] = one / (one + elementary.exp(-z[i, j]))


def _sigmoid_back(z, a, g, s):
    one = z.dtype.type(1)
    for i in range(z.shape[0]):
        for j in range(z.shape[1]):
            g[i, j] *= a[i, j] * (one - a[i, j])


def _tanh(z, a, s):
    for i in range(z.shape[0]):
        for j in range(z.shape[1]):
            a[i, j] = elementary.tanh(z[i, j])


def _tanh_back(z, a, g, s):
    one = z.dtype.type(1)
    for i in range(z.shape[0]):
        for j in range(z.shape[1]):
            g[i, j] *= one - a[i, j] * a[i, j]


def _exponential(z, a, s):
    for i in range(z.shape[0]):
        for j in range(z.shape[1]):
            a[i, j] = elementary.exp(z[i, j])


def _exponential_back(z, a, g, s):
    for i in range(z.shape[0]):
        for j in range(z.shape[1]):
            g[i, j] *= a[i, j]


def _softmax(z, a, s):
    for i in range(z.shape[0]):
        top = z[i].max()
        total = z.dtype.type(0)
        for j in range(z.shape[1]):
            a[i, j] = elementary.exp(z[i, j] - top)
            total += a[i, j]
        for j in range(z.shape[1]):
            a[i, j] /= total


def _softmax_back(z, a, g, s):  # J^T g = a * (g - a.g), row by row
    for i in range(z.shape[0]):
        inner = z.dtype.type(0)
        for j in range(z.shape[1]):
            inner += a[i, j] * g[i, j]
        for j in range(z.shape[1]):
            g[i, j] = a[i, j] * (g[i, j] - inner)


_GLOROT = "Glorot & Bengio 2010, AISTATS"

ACTIVATIONS = {
    unit.name: unit
    for unit in (
        Activation("linear", _linear, _linear_back, _GLOROT),
        Activation("relu", _relu, _relu_back, "Nair & Hinton 2010, ICML", can_die=True),
        Activation(
            "leaky_relu",
            _leaky_relu,
            _leaky_relu_back,
            "Maas, Hannun & Ng 2013, ICML",
            settings=(("slope", 0.01),),
        ),
        Activation(
            "elu",
            _elu,
            _elu_back,
            "Clevert, Unterthiner & Hochreiter 2016, arXiv:1511.07289",
            settings=(("alpha", 1.0),),
        ),
        Activation("sigmoid", _sigmoid, _sigmoid_back, _GLOROT, max_slope=0.25),
        Activation("tanh", _tanh, _tanh_back, _GLOROT, max_slope=1.0),
        Activation(
            "exponential", _exponential, _exponential_back, "Keras, activations.exponential"
        ),
        Activation("softmax", _softmax, _softmax_back, "Bridle 1990, Neurocomputing"),
    )
}
