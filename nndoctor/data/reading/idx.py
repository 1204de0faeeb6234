"""IDX, the format of MNIST: images in one file, labels in another.

Source: LeCun, Cortes, Burges, "The MNIST database of handwritten digits".
"""

import math
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from nndoctor.errors import DataError
from nndoctor.trainable import Array

from ..dataset import Dataset
from ..naming import numbered
from .arrays import refuse_empty
from .opening import check_file, cut_short, unpacked

# The third byte of the file; all numbers are big-endian.
TYPES = {0x08: "u1", 0x09: "i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}


def read_idx(
    path: Path, targets: Sequence[str] | None, limit: int | None, member: str = ""
) -> Dataset:
    """Images from `path`; labels from the file `targets` names, or from its sibling.

    `member`: the file with the images in a zip archive.
    """
    if targets is not None and len(targets) > 1:
        raise DataError(f"{path} has {len(targets)} targets", "name one IDX file with the labels")
    images = _array(path, limit, member)
    if images.ndim < 2:
        raise DataError(
            f"{path} has 1 dimension, so it holds labels and no images",
            "name the file with the images; its labels are found beside it",
        )
    labels_path = path.parent / targets[0] if targets else _sibling(path)
    check_file(labels_path)
    labels = _array(labels_path, limit)
    if labels.ndim != 1:
        raise DataError(
            f"{labels_path} has {labels.ndim} dimensions", "a file of labels has one dimension"
        )
    refuse_empty(images, str(path))
    if images.ndim == 3:
        columns = tuple(
            f"pixel_{r}_{c}" for r in range(images.shape[1]) for c in range(images.shape[2])
        )
    else:
        columns = numbered("x", math.prod(images.shape[1:]))
    return Dataset(images.reshape(len(images), -1), columns, labels[:, None], ("label",), str(path))


def _sibling(path: Path) -> Path:
    name = re.sub(r"images([-.])idx3", r"labels\1idx1", path.name)
    if name == path.name:
        raise DataError(f"no labels known for {path}", "name their IDX file: --target FILE")
    packed = name if name.endswith(".gz") else f"{name}.gz"
    candidates = [path.with_name(name), path.with_name(packed.removesuffix(".gz"))]
    candidates.append(path.with_name(packed))
    return next((file for file in candidates if file.exists()), candidates[0])


def _array(path: Path, limit: int | None, member: str = "") -> Array:
    with unpacked(path, member) as file:
        content = file.read()
    if len(content) < 4 or content[:2] != b"\0\0" or content[2] not in TYPES or not content[3]:
        raise DataError(
            f"{path} is no IDX file: it begins with bytes {content[:4].hex(' ')}",
            "an IDX file begins with 00 00, a type from 08 to 0e, and the number of dimensions",
        )
    dtype, dimensions = np.dtype(TYPES[content[2]]), content[3]
    start = 4 + 4 * dimensions
    if len(content) < start:
        raise cut_short(path, start, len(content))
    shape = [int(size) for size in np.frombuffer(content, ">u4", dimensions, offset=4)]
    expected = start + math.prod(shape) * dtype.itemsize
    if len(content) != expected:
        raise cut_short(path, expected, len(content))
    values = np.frombuffer(content, dtype, offset=start).reshape(shape)[:limit]
    return values.astype(dtype.newbyteorder("="), copy=False)
