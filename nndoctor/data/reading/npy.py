"""NumPy's own files: one array (NPY) or several by name (NPZ).

Read by hand, not by `np.load`, so that a file that is cut short can be told from one that would
run code, and so that `limit` spares the memory.
Source: NEP 1 and `numpy.lib.format`.
"""

import math
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import numpy as np
from numpy.lib import format as npy_format

from nndoctor.errors import DataError
from nndoctor.trainable import Array

from ..dataset import Dataset, listed, numbered
from .opening import AGAIN, cut_short, unpacked

FEATURES = ("X", "x", "data", "features")  # what the array of inputs is called, likeliest first
TARGETS = ("y", "Y", "target", "targets", "labels")
NEVER = "save it as plain numbers: np.savez(path, X=..., y=...)"


def read_npy(path: Path, targets: list[str] | None, limit: int | None) -> Dataset:
    """An NPY or NPZ file; what is inside decides, not the name."""
    with unpacked(path) as file:
        magic = file.read(6)
        file.seek(0)
        if magic == npy_format.MAGIC_PREFIX:
            return _from_array(path, _array(file, str(path), limit), targets)
        if magic.startswith(b"PK"):
            return _from_archive(path, file, targets, limit)
    if magic.startswith(b"\x80"):  # the first byte of every pickle since protocol 2
        raise _pickled(str(path))
    raise DataError(f"{path} is no NPY or NPZ file: it begins with bytes {magic.hex(' ')}", AGAIN)


def read_inputs(path: Path) -> tuple[tuple[str, ...], Array]:
    """The array of inputs [N, D] with the names of its columns, without any target."""
    with unpacked(path) as file:
        archive = file.read(2) == b"PK"
        file.seek(0)
        if archive:
            with _whole(path), zipfile.ZipFile(file) as held:
                names = [name[:-4] for name in held.namelist() if name.endswith(".npy")]
                name = _features_name(path, names, "")
                array = _array(held.open(f"{name}.npy"), f"{path}, array '{name}'", None)
        else:
            array = _array(file, str(path), None)
    if not array.ndim:
        raise DataError(f"{path} holds a single number", "rows are needed")
    array = _numbers(array.reshape(len(array), -1), str(path))
    return numbered("x", array.shape[1]), array


def _from_array(path: Path, array: Array, targets: list[str] | None) -> Dataset:
    """The target is one or more columns of a 2-D array, by number or by name x3."""
    if array.ndim != 2:
        raise DataError(
            f"{path} has an array of shape {array.shape}, with no column for the target",
            "save features and target together: np.savez(path, X=..., y=...)",
        )
    width = array.shape[1]
    columns = numbered("x", width)
    if targets is None:
        raise DataError(
            f"no target column named for {path}",
            f"--target NAME, one of {listed(columns)}, or --target -1 for the last",
        )
    chosen = [_position(path, target, width) for target in targets]
    rest = [i for i in range(width) if i not in chosen]
    names = tuple(columns[i] for i in rest)
    return Dataset(
        _numbers(array[:, rest], str(path)),
        names,
        _labels(array[:, chosen], str(path)),
        tuple(columns[i] for i in chosen),
        str(path),
    )


def _position(path: Path, target: str, width: int) -> int:
    try:
        position = int(target.removeprefix("x"))
    except ValueError:
        position = width
    if not -width <= position < width:
        raise DataError(
            f"{path} has no column '{target}'",
            f"its columns are x0 to x{width - 1}; -1 is the last",
        )
    return position % width


def _from_archive(
    path: Path, file: IO[bytes], targets: list[str] | None, limit: int | None
) -> Dataset:
    with _whole(path), zipfile.ZipFile(file) as archive:
        names = [name[:-4] for name in archive.namelist() if name.endswith(".npy")]
        target = _target_name(path, names, targets)
        features = _features_name(path, names, target)
        x, y = (
            _array(archive.open(f"{name}.npy"), f"{path}, array '{name}'", limit)
            for name in (features, target)
        )
    for name, array in ((features, x), (target, y)):
        if not array.ndim:
            raise DataError(f"{path}, array '{name}' is a single number", "rows are needed")
    x, y = x.reshape(len(x), -1), y.reshape(len(y), -1)
    return Dataset(
        _numbers(x, f"{path}, array '{features}'"),
        numbered("x", x.shape[1]),
        _labels(y, f"{path}, array '{target}'"),
        (target,) if y.shape[1] == 1 else numbered(target, y.shape[1]),
        str(path),
    )


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


def _target_name(path: Path, names: list[str], targets: list[str] | None) -> str:
    if targets is not None and len(targets) > 1:
        raise DataError(
            f"{path} is asked for {len(targets)} targets", "the target of an NPZ is one array"
        )
    candidates = targets or TARGETS
    known = [name for name in candidates if name in names]
    if not known:
        missing = f"no array '{targets[0]}'" if targets else "no target array named"
        raise DataError(f"{missing} in {path}", f"--target NAME, one of {listed(names)}")
    return known[0]


def _features_name(path: Path, names: list[str], target: str) -> str:
    others = [name for name in names if name != target]
    if len(others) == 1:
        return others[0]
    known = [name for name in FEATURES if name in others]
    if not known:
        raise DataError(
            f"{path} has no array that is clearly the input: it holds {listed(names)}",
            "call it X",
        )
    return known[0]


def _array(file: IO[bytes], name: str, limit: int | None) -> Array:
    try:
        version = npy_format.read_magic(file)
        header = (
            npy_format.read_array_header_1_0
            if version == (1, 0)
            else npy_format.read_array_header_2_0
        )
        shape, fortran, dtype = header(file)
    except ValueError as error:
        raise DataError(f"{name} has a corrupt header: {error}", AGAIN) from error
    if dtype.hasobject:
        raise _pickled(name)
    if limit is not None and shape and not fortran:
        shape = (min(limit, shape[0]), *shape[1:])
        content = file.read(math.prod(shape) * dtype.itemsize)
    else:
        content = file.read()
    expected = math.prod(shape) * dtype.itemsize
    if len(content) != expected:
        raise cut_short(name, expected, len(content))
    array = np.frombuffer(content, dtype).reshape(shape, order="F" if fortran else "C")
    if dtype.kind in "iuf":
        array = array.astype(dtype.newbyteorder("="), copy=False)
    return array[:limit] if array.ndim else array


def _numbers(array: Array, name: str) -> Array:
    if array.dtype.kind not in "biuf":
        raise DataError(f"{name} holds {array.dtype}, not real numbers", NEVER)
    return array.view(np.uint8) if array.dtype.kind == "b" else array


def _labels(array: Array, name: str) -> Array:
    if array.dtype.kind == "S":
        array = np.char.decode(array, "utf-8")
    if array.dtype.kind == "U":
        labels = array.astype(object)
        labels[array == ""] = None
        return labels
    return array if array.dtype.kind == "b" else _numbers(array, name)


def _pickled(name: str) -> DataError:
    return DataError(f"{name} holds Python objects, which are never loaded", NEVER)
