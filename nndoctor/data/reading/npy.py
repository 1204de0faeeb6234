"""NumPy's own files: one array (NPY) or several by name (NPZ).

Read by hand, not by `np.load`, so that a file that is cut short can be told from one that would
run code, and so that `limit` spares the memory.
Source: NEP 1 and `numpy.lib.format`.
"""

import math
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO

import numpy as np
from numpy.lib import format as npy_format

from nndoctor.errors import DataError
from nndoctor.limits import refuse_beyond
from nndoctor.trainable import Array

from ..dataset import Dataset
from ..naming import numbered
from .array_names import features_name
from .arrays import NEVER, named_arrays, numbers, one_array, refuse_empty
from .opening import AGAIN, cut_short, unpacked

MOST_ROWS = 1 << 48  # along any axis; more is no size but damage


def read_npy(
    path: Path,
    targets: Sequence[str] | None,
    limit: int | None,
    part: str = "",
    member: str = "",
) -> Dataset:
    """An NPY or NPZ file; what is inside decides, not the name.

    `part` is an array of an NPZ, `member` a file of a zip archive.
    """
    with unpacked(path, member) as file:
        magic = file.read(6)
        file.seek(0)
        if magic == npy_format.MAGIC_PREFIX:
            return one_array(_array(file, str(path), limit), str(path), targets or ())
        if magic.startswith(b"PK"):
            with _whole(path), zipfile.ZipFile(file) as archive:
                load = partial(_member, path, archive, limit)
                return named_arrays(load, _names(archive), str(path), targets or (), part)
    if magic.startswith(b"\x80"):  # the first byte of every pickle since protocol 2
        raise _pickled(str(path))
    raise DataError(f"{path} is no NPY or NPZ file: it begins with bytes {magic.hex(' ')}", AGAIN)


def read_inputs(path: Path) -> tuple[tuple[str, ...], Array]:
    """The array of inputs [N, D] with the names of its columns, without any target."""
    with unpacked(path) as file:
        several = file.read(2) == b"PK"
        file.seek(0)
        if several:
            with _whole(path), zipfile.ZipFile(file) as archive:
                name = features_name(str(path), _names(archive), "")
                array = _member(path, archive, None, name)
        else:
            array = _array(file, str(path), None)
    if not array.ndim:
        raise DataError(f"{path} holds a single number", "rows are needed")
    refuse_empty(array, str(path))
    array = numbers(array.reshape(len(array), -1), str(path))
    return numbered("x", array.shape[1]), array


def _names(archive: zipfile.ZipFile) -> list[str]:
    return [name.removesuffix(".npy") for name in archive.namelist() if name.endswith(".npy")]


def _member(path: Path, archive: zipfile.ZipFile, limit: int | None, name: str) -> Array:
    return _array(archive.open(f"{name}.npy"), f"{path}, array '{name}'", limit)


@contextmanager
def _whole(path: Path) -> Iterator[None]:
    """Turns what a damaged archive raises into an error of ours."""
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError) as error:
        seen = path.stat().st_size
        raise DataError(
            f"{path} is cut short or corrupt: after {seen} bytes zip says '{error}'", AGAIN
        ) from error


def _array(file: IO[bytes], name: str, limit: int | None) -> Array:
    try:
        version = npy_format.read_magic(file)
        header = (
            npy_format.read_array_header_1_0
            if version == (1, 0)
            else npy_format.read_array_header_2_0
        )
        shape, fortran, dtype = header(file)
    except DataError:
        raise
    except Exception as error:  # NumPy parses it as Python, which fails in many ways
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise DataError(f"{name} has a corrupt header: {reason}", AGAIN) from error
    if not all(0 <= size < MOST_ROWS for size in shape) or dtype.itemsize == 0:
        raise DataError(f"{name} has a corrupt header: shape {shape} of {dtype}", AGAIN)
    if dtype.hasobject:
        raise _pickled(name)
    if limit is not None and shape and not fortran:
        shape = (min(limit, shape[0]), *shape[1:])
    expected = math.prod(shape) * dtype.itemsize
    refuse_beyond(expected, name, "--set data.limit=... reads the first rows of it")
    content = file.read(expected if limit is not None and not fortran else -1)
    if len(content) != expected:
        raise cut_short(name, expected, len(content))
    array = np.frombuffer(content, dtype).reshape(shape, order="F" if fortran else "C")
    if dtype.kind in "iuf":
        array = array.astype(dtype.newbyteorder("="), copy=False)
    return array[:limit] if array.ndim else array


def _pickled(name: str) -> DataError:
    return DataError(f"{name} holds Python objects, which are never loaded", NEVER)
