"""Activations: value and slope side by side, and the table of them.

`forward(z, b, a, s)` adds the bias, z <- z + b, and writes a <- f(z).
`backward(z, a, g, s, ds, db)` turns g, the gradient by a, into the gradient by z, in place, or in
z where z is wider (maxout), and sums it over rows into db. z: [B, n] or [B, k n]; a, g: [B, n];
b, db: as wide as z, or empty; s: the settings; ds: their gradient where they are learnt. They are
plain functions, compiled only when a network uses them (`jit.pointer`). Most work entry by entry
(`curves`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from . import curves
from .elementary import exp
from .jit import inlined, kernel

ZERO, ONE = np.float32(0), np.float32(1)  # exact in both precisions
WIDE = 16  # units from which a row fills vectors


@dataclass(frozen=True)
class Activation:
    """One activation.

    `can_die`: whether a unit can be zero for every input and get no gradient; `max_slope`: the
    largest slope of one that saturates, None for one that does not; `learnt`: its settings are
    parameters, one a unit, that start at the given number; `kinks`: where its slope jumps;
    `surrogate`: its backward pass is on
    purpose not the slope of its value.
    """

    name: str
    forward: Callable[..., None]
    backward: Callable[..., None]
    source: str
    can_die: bool = False
    max_slope: float | None = None
    settings: tuple[tuple[str, float], ...] = ()
    learnt: bool = False
    surrogate: bool = False
    kinks: tuple[float, ...] = ()

    @property
    def formula(self) -> str:
        """What it computes, in one line."""
        return str(self.forward.__doc__).removesuffix(".")


@kernel
def add_bias(z, b):
    """z [B, n] <- z + b; nothing for an empty b."""
    for i in range(z.shape[0]):
        for j in range(b.size):
            z[i, j] += b[j]


@kernel
def sum_rows(g, db):
    """db [n] <- the sum of g [B, n] over rows; nothing for an empty db."""
    for j in range(db.size):
        db[j] = ZERO
    for i in range(g.shape[0]):
        for j in range(db.size):
            db[j] += g[i, j]


def elementwise(
    value: Callable[..., Any], slope: Callable[..., Any]
) -> tuple[Callable[..., None], Callable[..., None]]:
    """The two kernels of an activation that works entry by entry.

    The bias is joined to the pass over z where a row fills vectors; else entries are taken as one
    long row.
    """
    value, slope = inlined(value), inlined(slope)

    def forward(z, b, a, s):
        if b.size >= WIDE:
            for i in range(z.shape[0]):
                for j in range(b.size):
                    z[i, j] += b[j]
                    a[i, j] = value(z[i, j], s[0])
        else:
            add_bias(z, b)
            z, a = z.reshape(z.size), a.reshape(a.size)
            for i in range(z.size):
                a[i] = value(z[i], s[0])

    def backward(z, a, g, s, ds, db):
        if db.size >= WIDE:
            for j in range(db.size):
                db[j] = ZERO
            for i in range(z.shape[0]):
                for j in range(db.size):
                    d = g[i, j] * slope(z[i, j], a[i, j], s[0])
                    g[i, j] = d
                    db[j] += d
        else:
            flat, z, a = g.reshape(g.size), z.reshape(z.size), a.reshape(a.size)
            for i in range(z.size):
                flat[i] *= slope(z[i], a[i], s[0])
            sum_rows(g, db)

    forward.__doc__ = value.__doc__
    return forward, backward


def _curve(name: str) -> tuple[Callable[..., None], Callable[..., None]]:
    return elementwise(getattr(curves, name), getattr(curves, f"{name}_slope"))


def _linear(z, b, a, s):
    """v."""
    if b.size:
        for i in range(z.shape[0]):
            for j in range(b.size):
                z[i, j] += b[j]
                a[i, j] = z[i, j]
    else:
        a[:] = z


def _linear_back(z, a, g, s, ds, db):
    sum_rows(g, db)


def _prelu(z, b, a, s):
    """v, or slope v below 0, the slope learnt, one a unit."""
    add_bias(z, b)
    for i in range(z.shape[0]):
        for j in range(z.shape[1]):
            a[i, j] = z[i, j] * s[j] if z[i, j] <= ZERO else z[i, j]


def _prelu_back(z, a, g, s, ds, db):
    ds[:] = ZERO
    for i in range(z.shape[0]):
        for j in range(z.shape[1]):
            ds[j] += g[i, j] * z[i, j] if z[i, j] <= ZERO else ZERO
            g[i, j] *= s[j] if z[i, j] <= ZERO else ONE
    sum_rows(g, db)


def _maxout(z, b, a, s):  # piece p of unit j is column p n + j
    """the largest of `pieces` linear maps."""
    add_bias(z, b)
    n = a.shape[1]
    for i in range(z.shape[0]):
        for j in range(n):
            best = z[i, j]
            for c in range(j + n, z.shape[1], n):
                best = best if z[i, c] <= best or best != best else z[i, c]
            a[i, j] = best


def _maxout_back(z, a, g, s, ds, db):  # the first of equal pieces gets the gradient
    n = a.shape[1]
    for i in range(z.shape[0]):
        for j in range(n):
            waiting = True
            for c in range(j, z.shape[1], n):
                chosen = waiting and not z[i, c] < a[i, j]
                z[i, c] = g[i, j] if chosen else ZERO
                waiting = waiting and not chosen
    sum_rows(z, db)


def _softmax(z, b, a, s):
    """e^v_j / sum_k e^v_k over the units of a row."""
    add_bias(z, b)
    for i in range(z.shape[0]):
        top = z[i, 0]
        for j in range(1, z.shape[1]):
            top = z[i, j] if z[i, j] > top else top
        total = ZERO * top
        for j in range(z.shape[1]):
            a[i, j] = exp(z[i, j] - top)
            total += a[i, j]
        for j in range(z.shape[1]):
            a[i, j] /= total


def _softmax_back(z, a, g, s, ds, db):  # J^T g = a * (g - a.g), row by row
    for i in range(z.shape[0]):
        inner = z.dtype.type(0)
        for j in range(z.shape[1]):
            inner += a[i, j] * g[i, j]
        for j in range(z.shape[1]):
            g[i, j] = a[i, j] * (g[i, j] - inner)
    sum_rows(g, db)


_GLOROT = "Glorot & Bengio 2010, AISTATS"
_GELU = "Hendrycks & Gimpel 2016, arXiv:1606.08415"

_TABLE = (
    Activation("linear", _linear, _linear_back, _GLOROT),
    Activation("relu", *_curve("relu"), "Nair & Hinton 2010, ICML", can_die=True, kinks=(0.0,)),
    Activation(
        "leaky_relu",
        *_curve("leaky_relu"),
        "Maas, Hannun & Ng 2013, ICML",
        settings=(("slope", 0.01),),
        kinks=(0.0,),
    ),
    Activation(
        "prelu",
        _prelu,
        _prelu_back,
        "He et al. 2015, arXiv:1502.01852, one slope a unit",
        settings=(("slope", 0.25),),
        learnt=True,
        kinks=(0.0,),
    ),
    Activation(
        "elu",
        *_curve("elu"),
        "Clevert, Unterthiner & Hochreiter 2016, arXiv:1511.07289",
        settings=(("alpha", 1.0),),
    ),
    Activation("selu", *_curve("selu"), "Klambauer et al. 2017, arXiv:1706.02515", kinks=(0.0,)),
    Activation("gelu", *_curve("gelu"), _GELU),
    Activation("gelu_tanh", *_curve("gelu_tanh"), _GELU + ", section 2, by tanh"),
    Activation(
        "silu",
        *_curve("silu"),
        "Elfwing, Uchibe & Doya 2018, arXiv:1702.03118; swish of Ramachandran et al. 2017",
    ),
    Activation("mish", *_curve("mish"), "Misra 2020, arXiv:1908.08681"),
    Activation("softplus", *_curve("softplus"), "Dugas et al. 2001, NIPS"),
    Activation("softsign", *_curve("softsign"), _GLOROT, max_slope=1.0),
    Activation("sigmoid", *_curve("sigmoid"), _GLOROT, max_slope=0.25),
    Activation(
        "clipped_sigmoid",
        *elementwise(curves.sigmoid, curves.clipped_sigmoid_slope),
        "sigmoid whose slope is clipped from below, so that a wrong unit still learns",
        settings=(("least", 0.01),),
        surrogate=True,
    ),
    Activation(
        "hard_sigmoid",
        *_curve("hard_sigmoid"),
        "Courbariaux et al. 2015, arXiv:1511.00363; z/6 + 1/2 as in PyTorch and Keras 3",
        can_die=True,
        max_slope=1 / 6,
        kinks=(-3.0, 3.0),
    ),
    Activation("tanh", *_curve("tanh"), _GLOROT, max_slope=1.0),
    Activation(
        "hard_tanh",
        *_curve("hard_tanh"),
        "Collobert 2004, thesis",
        max_slope=1.0,
        kinks=(-1.0, 1.0),
    ),
    Activation(
        "exponential",
        *_curve("exponential"),
        "Keras, activations.exponential",
    ),
    Activation(
        "maxout",
        _maxout,
        _maxout_back,
        "Goodfellow et al. 2013, arXiv:1302.4389",
        settings=(("pieces", 2.0),),
    ),
    Activation("softmax", _softmax, _softmax_back, "Bridle 1990, Neurocomputing"),
    Activation(
        "step",
        *_curve("step"),
        "McCulloch & Pitts 1943; flat everywhere, so that nothing before it learns",
        can_die=True,
        kinks=(0.0,),
    ),
)
ACTIVATIONS = {unit.name: unit for unit in _TABLE}


def pieces(name: str, setting: float) -> int:
    """How many linear maps a unit of this activation takes: maxout's setting, else 1."""
    return int(setting) if name == "maxout" else 1
