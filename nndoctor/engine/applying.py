"""One activation, one normalisation or one optimizer in float64, outside any network."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .activations import ACTIVATIONS, pieces
from .jit import call, kernel, matrix, pointer, vector
from .normalization import NORMALIZATIONS
from .optimizers import Optimizer


@kernel
def _call(address, z, a, settings):
    call(address, (z, settings[:0], a, settings))


def activate(name: str, settings: Sequence[float], z: NDArray[Any]) -> NDArray[np.float64]:
    """f(z) for z [B, n], by the kernel that the network runs; no settings: the defaults."""
    unit, z = ACTIVATIONS[name], np.ascontiguousarray(z, np.float64)
    given = tuple(settings) or tuple(default for _, default in unit.settings) or (0.0,)
    units = z.shape[1] // pieces(name, given[0])
    own = np.full(units, given[0]) if unit.learnt else np.array(given)
    a, m, v = np.empty((len(z), units)), matrix(z.dtype), vector(z.dtype)
    _call(pointer(unit.forward, m, v, m, v), z, a, own)
    return a


@kernel
def _call_back(address, z, a, g, settings, of_settings, of_bias):
    call(address, (z, a, g, settings, of_settings, of_bias))


def value_and_slope(name: str, z: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """f(z) [B, n] and the slope [B, k n] that the backward pass multiplies by, at default settings.

    z [B, k n] of either precision, k being 1 but for maxout.
    """
    unit, z = ACTIVATIONS[name], z.copy()
    given = tuple(default for _, default in unit.settings) or (0.0,)
    units = z.shape[1] // pieces(name, given[0])
    own = np.full(units if unit.learnt else 1, given[0], z.dtype)
    a, g = np.empty((len(z), units), z.dtype), np.ones((len(z), units), z.dtype)
    m, v = matrix(z.dtype), vector(z.dtype)
    _call(pointer(unit.forward, m, v, m, v), z, a, own)
    _call_back(pointer(unit.backward, m, m, m, v, v, v), z, a, g, own, own.copy(), own[:0])
    return a, g if g.shape == z.shape else z


def slopes(name: str, settings: Sequence[float], z: NDArray[Any]) -> NDArray[np.float64]:
    """f'(z) for z [B, n], by the kernel of the backward pass; settings one for all, or one a unit.

    Of an activation that works entry by entry; `activate` says what no settings are.
    """
    unit, z = ACTIVATIONS[name], np.array(z, np.float64)
    given = tuple(settings) or tuple(default for _, default in unit.settings) or (0.0,)
    own = np.resize(given, z.shape[1]) if unit.learnt else np.array(given)
    a, g, m, v = np.empty_like(z), np.ones_like(z), matrix(z.dtype), vector(z.dtype)
    _call(pointer(unit.forward, m, v, m, v), z, a, own)
    _call_back(pointer(unit.backward, m, m, m, v, v, v), z, a, g, own, own[:0], own[:0])
    return g


def normalised(norm: str, z: NDArray[Any]) -> NDArray[np.float64]:
    """z [B, n] as a fresh batch or layer norm has it; as it is where `norm` is empty."""
    if not norm:
        return np.asarray(z)
    over = 0 if norm == "batch_norm" else 1
    eps = dict(NORMALIZATIONS[norm].settings)["eps"]
    return np.asarray((z - z.mean(over, keepdims=True)) / np.sqrt(z.var(over, keepdims=True) + eps))


@kernel
def _step(address, g, theta, slots, settings, t, rate, arrays):
    call(address, (g, theta, slots, settings, t, rate, arrays))


def stepper(
    optimizer: Optimizer, parameters: int, rate: float, given: Mapping[str, float] | None = None
) -> Callable[[NDArray[Any], NDArray[Any]], NDArray[np.float64]]:
    """A function of gradient and theta [P] that answers what theta is to be made less by.

    It runs the kernel that training runs, and remembers what that keeps from step to step.
    """
    dtype = np.dtype(np.float64)
    address, settings = optimizer.pointer(dtype), optimizer.pack(given or {})
    slots = np.zeros((optimizer.slots, parameters))
    arrays = np.array([[0, 1, parameters]])
    made = 0

    def step(gradient: NDArray[Any], theta: NDArray[Any]) -> NDArray[np.float64]:
        nonlocal made
        made += 1
        g = np.array(gradient, dtype)
        _step(address, g, np.array(theta, dtype), slots, settings, made, float(rate), arrays)
        return g

    return step
