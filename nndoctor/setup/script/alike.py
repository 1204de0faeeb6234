"""Whether rows of tensors are the same rows."""

from collections.abc import Mapping
from typing import Any

import numpy as np


def differ(one: Any, other: Any) -> bool:
    """Whether tensors, or what holds them, have other numbers; NaN is as good as NaN."""
    if isinstance(one, Mapping):
        return one.keys() != other.keys() or any(differ(one[k], other[k]) for k in one)
    if isinstance(one, tuple | list):
        return len(one) != len(other) or any(map(differ, one, other))
    if hasattr(one, "shape"):
        a, b = _numbers(one), _numbers(other)
        return a.shape != b.shape or not np.array_equal(a, b, equal_nan=True)
    return False


def keys(inputs: Any) -> list[int]:
    """A number for each row, by which equal ones are known."""
    parts = [inputs]
    if isinstance(inputs, Mapping):
        parts = [inputs[name] for name in sorted(inputs)]
    elif isinstance(inputs, tuple | list):
        parts = list(inputs)
    flat = [_numbers(one).reshape(len(one), -1) for one in parts]
    return [hash(row.tobytes()) for row in np.concatenate(flat, axis=1)]


def _numbers(tensor: Any) -> Any:
    import torch

    numbers = torch.as_tensor(tensor).detach().cpu()
    return numbers.to(torch.float64).numpy() if numbers.dtype != torch.float64 else numbers.numpy()
