"""What stands before a Keras model's first Dense layer and only makes other numbers of the rows."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ..data import Dataset
from ..trainable import Array
from .rows import plain

LEAST_SPREAD = 1e-7  # keras.config.epsilon(), which Normalization divides by at least


@dataclass
class Front:
    """`taken`: layers that are read. `dataset`: the rows as they come out of them; `scaling`: what
    the table [data] says in their place."""

    dataset: Dataset
    shape: tuple[int, ...]
    taken: int = 0
    scaling: dict[str, Any] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    unsaid: list[str] = field(default_factory=list)


def front_of(layers: Sequence[Any], dataset: Dataset, shape: tuple[int, ...]) -> Front:
    """Of rows of this shape, as they were before they were laid out flat."""
    front, flat = Front(dataset, shape), len(shape) < 2
    kinds = [type(layer).__name__ for layer in layers]
    for layer, kind in zip(layers, kinds, strict=True):
        if kind not in ("InputLayer", "Flatten", "Rescaling", "Normalization"):
            break
        if kind == "Flatten":
            flat, front.shape = True, (dataset.x.shape[1],)
        problem = None
        if kind == "Rescaling":
            alone = not {"Rescaling", "Normalization"} & set(kinds[: front.taken])
            problem = _rescaled(front, layer, alone and kinds[front.taken + 1 :])
        elif kind == "Normalization":
            problem = _normalised(front, layer)
        if problem is not None:
            front.unsaid.append(f"layer {front.taken}, {kind}{problem}")
        front.taken += 1
    dense = kinds.index("Dense") if "Dense" in kinds else len(kinds)
    if not flat and "Flatten" not in kinds[:dense]:  # as behind convolutions, which are told
        front.unsaid.append(f"rows of shape {shape} without a Flatten before the first Dense")
    return front


def _rescaled(front: Front, layer: Any, alone: Any) -> str | None:
    config = layer.get_config()
    scale, offset = config.get("scale"), config.get("offset", 0.0)
    if not all(isinstance(one, int | float) for one in (scale, offset)):
        return f" with scale={scale!r} and offset={offset!r}"
    if alone and scale > 0 and not offset and "Normalization" not in alone:
        front.scaling = {"preprocess": {"features": "divide", "divisor": 1 / scale}}
        return None
    _put(front, front.dataset.x * float(scale) + float(offset))
    front.notes.append(f"X is what Rescaling(scale={scale:g}, offset={offset:g}) makes of it")
    return None


def _normalised(front: Front, layer: Any) -> str | None:
    mean, variance = getattr(layer, "mean", None), getattr(layer, "variance", None)
    if mean is None or variance is None:
        return ": it is not adapted, normalization.adapt(X)"
    if layer.get_config().get("invert"):
        return " with invert=True"
    mean, spread = (_flat(one, front.shape) for one in (mean, np.sqrt(plain(variance))))
    _put(front, (front.dataset.x - mean) / np.maximum(spread, LEAST_SPREAD))
    front.notes.append("X is what its Normalization layer makes of it")
    return None


def _flat(values: Any, shape: tuple[int, ...]) -> Array:
    return np.broadcast_to(np.asarray(plain(values), np.float64), (1, *shape)).reshape(1, -1)


def _put(front: Front, x: Array) -> None:
    front.dataset = replace(front.dataset, x=np.ascontiguousarray(x))
