"""What the tests of this folder share."""

from collections.abc import Callable

import numpy as np
import pytest

from nndoctor.data import Dataset
from nndoctor.errors import DataError, Mistake


def refused(call: Callable[[], object]) -> tuple[Mistake, ...]:
    """The mistakes a call is refused for."""
    with pytest.raises(DataError) as caught:
        call()
    return caught.value.mistakes


def dataset(x: object, y: object, targets: tuple[str, ...] = ("y",)) -> Dataset:
    """A dataset in memory; y [N] or [N, T]."""
    features, labels = np.asarray(x), np.asarray(y)
    if labels.dtype.kind == "U":
        labels = labels.astype(object)
    labels = labels.reshape(len(labels), -1)
    names = tuple(f"x{i}" for i in range(features.shape[1]))
    return Dataset(features, names, labels, targets, "memory")
