"""HDF5, through h5py: a compound dataset is a table, other datasets are arrays by name."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO, FileIO
from typing import IO, Any

import numpy as np

from nndoctor.errors import DataError
from nndoctor.limits import refuse_beyond
from nndoctor.trainable import Array

from ..dataset import Dataset
from . import endings
from .opening import readable
from .source import Source
from .table import HowToRead, Table
from .variables import from_variables

MAGIC = b"\x89HDF\r\n\x1a\n"
MODULES, INSTALL = ("h5py",), 'pip install "nndoctor[hdf5]"'
KERAS = ("model_config", "keras_version", "layer_names")  # attributes at the top of a model
NUMBERS_OR_TEXT = "biufSUOV"


def read_hdf5(source: Source, how: HowToRead, targets: Sequence[str]) -> Table | Dataset:
    """`how.part` names a dataset, by its path without the first slash."""
    with readable(source, endings.HDF5):
        arrays = load_hdf5(source, how.limit)
    return from_variables(arrays, str(source), how, targets)


def load_hdf5(source: Source, limit: int | None) -> dict[str, Array]:
    """The first rows of every dataset by its path."""
    import h5py

    found: dict[str, Array] = {}

    def visit(name: str, item: Any) -> None:
        if isinstance(item, h5py.Dataset) and item.dtype.kind in NUMBERS_OR_TEXT:
            is_text = h5py.check_string_dtype(item.dtype) is not None
            values = item.asstr("utf-8", "replace") if is_text else item
            rows = min(limit or item.shape[0], item.shape[0]) if item.ndim else 1
            size = item.nbytes / max(item.shape[0], 1) if item.ndim else item.nbytes
            refuse_beyond(rows * size, f"{source}, dataset '{name}'", "fewer rows: data.limit")
            read = values[:limit] if item.ndim else values[()]
            found[name] = np.asarray(read, str) if is_text else read

    with source.open() as file, h5py.File(_at_hand(file), "r") as held:
        _refuse_others(source, held)
        held.visititems(visit)
    return found


def _at_hand(file: IO[bytes]) -> IO[bytes]:
    """A plain file as it is; an unpacked one in memory, since h5py jumps to and fro."""
    return file if isinstance(getattr(file, "raw", None), FileIO) else BytesIO(file.read())


def _refuse_others(source: Source, held: Any) -> None:
    if any(name in held.attrs for name in KERAS) or "model_weights" in held:
        raise DataError(
            f"{source} is a Keras model, not a table",
            "name the table that the model was trained on: nndoctor checkup TABLE",
        )
    if any("pandas_type" in item.attrs for item in held.values() if item is not None):
        raise DataError(
            f"{source} was written by pandas' to_hdf, in a layout of its own",
            "write it again as df.to_parquet(path) or df.to_csv(path, index=False)",
        )
