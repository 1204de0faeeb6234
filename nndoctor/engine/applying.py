"""One activation on a matrix of float64, outside any network."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .activations import ACTIVATIONS
from .jit import call, kernel, matrix, pointer, vector


@kernel
def _call(address, z, a, settings):
    call(address, (z, a, settings))


def activate(name: str, settings: Sequence[float], z: NDArray[Any]) -> NDArray[np.float64]:
    """f(z) for z [B, n], by the kernel that the network runs; no settings: the defaults."""
    unit, z = ACTIVATIONS[name], np.ascontiguousarray(z, np.float64)
    given = tuple(settings) or tuple(default for _, default in unit.settings) or (0.0,)
    a, m, v = np.empty_like(z), matrix(z.dtype), vector(z.dtype)
    _call(pointer(unit.forward, m, m, v), z, a, np.array(given))
    return a
