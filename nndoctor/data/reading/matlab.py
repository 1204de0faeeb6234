"""MATLAB's .mat files, through SciPy; those of version 7.3 are HDF5."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from io import BytesIO
from typing import Any

import numpy as np

from nndoctor.errors import DataError
from nndoctor.trainable import Array

from ..dataset import Dataset
from . import endings
from .hdf5 import INSTALL, MAGIC, MODULES, load_hdf5
from .opening import AGAIN, readable
from .optional import require
from .source import Source
from .table import HowToRead, Table
from .variables import from_variables

MAGICS = (b"MATLAB 5.0 MAT-file", b"MATLAB 7.3 MAT-file")
HDF5_AT = 512  # where HDF5 begins in a file of version 7.3


def read_matlab(source: Source, how: HowToRead, targets: Sequence[str]) -> Table | Dataset:
    """Column vectors of one length, or the fields of one structure, are a table."""
    new = source.start[HDF5_AT:].startswith(MAGIC)
    if new:
        require(MODULES, INSTALL, str(source), "MATLAB file of version 7.3, which is HDF5")
    with readable(source, endings.MATLAB):
        arrays = _transposed(load_hdf5(source, None)) if new else _load(source)
    vectors = {name: _vector(array) for name, array in arrays.items()}
    return from_variables(vectors, str(source), how, targets)


def _load(source: Source) -> dict[str, Array]:
    from scipy.io import loadmat

    with source.open() as file:
        content = file.read()
    _refuse_deadly(source, content)
    held = loadmat(BytesIO(content))
    arrays = {name: value for name, value in held.items() if not name.startswith("__")}
    structures = [value for value in arrays.values() if _is_structure(value)]
    if len(structures) == 1 and len(arrays) == 1:
        cell = structures[0].reshape(-1)[0]
        arrays = {name: np.asarray(cell[name]) for name in structures[0].dtype.names or ()}
    plain = {name: _texts(value) for name, value in arrays.items() if isinstance(value, np.ndarray)}
    return {name: value for name, value in plain.items() if value.dtype.kind in "biufU"}


def _refuse_deadly(source: Source, content: bytes) -> None:
    """SciPy's compiled reader trusts sizes in the file and may die of them: another process first.

    It takes half a second.
    """
    trial = "import io, sys; from scipy.io import loadmat; "
    trial += "loadmat(io.BytesIO(sys.stdin.buffer.read()))"
    if not sys.executable:  # embedded in another program
        return
    told = subprocess.run([sys.executable, "-P", "-c", trial], input=content, capture_output=True)
    if told.returncode not in (0, 1):  # 1: an exception, which is raised here as well
        raise DataError(f"{source} is damaged: its reader dies of it", AGAIN)


def _vector(array: Array) -> Array:
    """MATLAB knows no vectors: what has one row or one column is one."""
    return array.reshape(-1) if array.ndim == 2 and 1 in array.shape else array


def _is_structure(value: Any) -> bool:
    return isinstance(value, np.ndarray) and bool(value.dtype.names) and value.size == 1


def _texts(value: Array) -> Array:
    """A cell array of texts as an array of them; other values as they are."""
    if value.dtype != object:
        return value
    cells = [np.asarray(cell).reshape(-1) for cell in value.reshape(-1)]
    if all(len(cell) <= 1 for cell in cells):
        return np.array([str(cell[0]) if len(cell) else "" for cell in cells])
    return value


def _transposed(arrays: dict[str, Array]) -> dict[str, Array]:
    """MATLAB stores columns first, so HDF5 shows its arrays the other way round."""
    own = {name: array for name, array in arrays.items() if not name.startswith("#")}
    return {name: array.T for name, array in own.items() if array.dtype.kind in "biuf"}
