"""MATLAB's .mat files, through SciPy; those of version 7.3 are HDF5."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from io import BytesIO

import numpy as np

from nndoctor.errors import DataError
from nndoctor.trainable import Array

from ..dataset import Dataset
from . import endings, matlab_child
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
    """In a process of its own, of which only arrays come back; it takes half a second."""
    from scipy.io.matlab import matfile_version

    with source.open() as file:
        content = file.read()
    version, _ = matfile_version(BytesIO(content))  # raises for what is no such file at all
    if version == 0 or not sys.executable:  # read by plain Python; embedded in another program
        return matlab_child.arrays_in(content)
    command = [sys.executable, "-P", matlab_child.__file__]
    told = subprocess.run(command, input=content, capture_output=True)
    if told.returncode == 1:  # by an exception
        raise ValueError(told.stderr.decode("utf-8", "replace").strip().split("\n")[-1])
    if told.returncode != 0:
        raise DataError(f"{source} is damaged: reading it crashes", AGAIN)
    with np.load(BytesIO(told.stdout), allow_pickle=False) as held:
        return {name.removeprefix("_"): held[name] for name in held.files}


def _vector(array: Array) -> Array:
    """MATLAB knows no vectors: what has one row or one column is one."""
    return array.reshape(-1) if array.ndim == 2 and 1 in array.shape else array


def _transposed(arrays: dict[str, Array]) -> dict[str, Array]:
    """MATLAB stores columns first, so HDF5 shows its arrays the other way round."""
    own = {name: array for name, array in arrays.items() if not name.startswith("#")}
    return {name: array.T for name, array in own.items() if array.dtype.kind in "biuf"}
