"""Reads a MATLAB file on stdin and writes its arrays as an NPZ on stdout: run as a process.

SciPy's compiled reader trusts sizes and types in the file: a damaged one kills the process, or
spoils its memory.
"""

import io
import sys
from typing import Any

import numpy as np


def arrays_in(content: bytes) -> dict[str, Any]:
    """Arrays of numbers and texts by name; of a single structure its fields."""
    from scipy.io import loadmat

    held = loadmat(io.BytesIO(content))
    arrays = {name: value for name, value in held.items() if not name.startswith("__")}
    structures = [value for value in arrays.values() if _is_structure(value)]
    if len(structures) == 1 and len(arrays) == 1:
        cell = structures[0].reshape(-1)[0]
        arrays = {name: np.asarray(cell[name]) for name in structures[0].dtype.names or ()}
    plain = {name: _texts(value) for name, value in arrays.items() if isinstance(value, np.ndarray)}
    return {name: value for name, value in plain.items() if value.dtype.kind in "biufU"}


def _is_structure(value: Any) -> bool:
    return isinstance(value, np.ndarray) and bool(value.dtype.names) and value.size == 1


def _texts(value: Any) -> Any:
    """A cell array of texts as an array of them; other values as they are."""
    if value.dtype != object:
        return value
    cells = [np.asarray(cell).reshape(-1) for cell in value.reshape(-1)]
    if all(len(cell) <= 1 for cell in cells):
        return np.array([str(cell[0]) if len(cell) else "" for cell in cells])
    return value


if __name__ == "__main__":
    read, made = arrays_in(sys.stdin.buffer.read()), io.BytesIO()
    np.savez(made, allow_pickle=False, **{f"_{name}": array for name, array in read.items()})
    sys.stdout.buffer.write(made.getvalue())
