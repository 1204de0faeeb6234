"""CIFAR-10 and CIFAR-100 in their binary version: records of label bytes and 3 x 32 x 32 pixels.

Source: Krizhevsky, "Learning Multiple Layers of Features from Tiny Images", 2009.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from nndoctor.errors import DataError

from ..dataset import Dataset
from .opening import unpacked

PIXELS = 3 * 32 * 32
COLUMNS = tuple(
    f"{channel}_{r}_{c}"
    for channel in ("red", "green", "blue")
    for r in range(32)
    for c in range(32)
)
HUNDRED = ("coarse", "fine")  # the two label bytes of CIFAR-100, in this order


def read_cifar(
    path: Path, targets: Sequence[str] | None, limit: int | None, member: str = ""
) -> Dataset:
    """One file of records; the record's length tells CIFAR-10 from CIFAR-100.

    `member`: the file in a zip archive.
    """
    asked = list(targets or ())
    if len(asked) > 1 or not set(asked) <= {"label", *HUNDRED}:
        raise DataError(
            f"{path} has no target '{', '.join(asked)}'",
            "CIFAR-10 has the target 'label', CIFAR-100 has 'coarse' or 'fine'",
        )
    with unpacked(path, member) as file:
        content = file.read()
    size = len(content)
    ten, hundred = size % (PIXELS + 1) == 0, size % (PIXELS + 2) == 0
    if not size or not (ten or hundred):
        raise DataError(
            f"{path} has {size} bytes, which is no whole number of CIFAR records: expected a "
            f"multiple of {PIXELS + 1} (CIFAR-10) or {PIXELS + 2} (CIFAR-100)",
            "copy or download it again",
        )
    wants_hundred = bool(asked) and asked[0] in HUNDRED
    if wants_hundred and not hundred:
        raise DataError(f"{path} is CIFAR-10 and has no target '{asked[0]}'", "use 'label'")
    labels = 2 if wants_hundred or not ten else 1
    if labels == 2 and asked == ["label"]:
        raise DataError(f"{path} is CIFAR-100 and has no target 'label'", "use 'coarse' or 'fine'")
    target = "label" if labels == 1 else (asked[0] if asked else "fine")
    records = np.frombuffer(content, np.uint8).reshape(-1, labels + PIXELS)[:limit]
    position = HUNDRED.index(target) if labels == 2 else 0
    return Dataset(
        records[:, labels:], COLUMNS, records[:, position : position + 1], (target,), str(path)
    )
