"""From arrays to a dataset: which of them is the input, and which is the target."""

from collections.abc import Callable, Sequence

import numpy as np

from nndoctor.errors import DataError, TargetNotNamed
from nndoctor.trainable import Array

from ..dataset import Dataset
from ..naming import listed, numbered
from .array_names import TARGETS, features_name, target_name

NEVER = "save it as plain numbers: np.savez(path, X=..., y=...)"


def refuse_empty(array: Array, source: str) -> None:
    """Raises DataError for an array without a number: its columns can be more than can be named."""
    if not array.size:
        raise DataError(f"{source} holds no numbers: its shape is {array.shape}", "rows are needed")


def one_array(array: Array, source: str, targets: Sequence[str]) -> Dataset:
    """The target is one or more columns of an array [N, D], by number or by name x3."""
    if array.ndim != 2:
        raise DataError(
            f"{source} has an array of shape {array.shape}, with no column for the target",
            "save features and target together: np.savez(path, X=..., y=...)",
        )
    refuse_empty(array, source)
    width = array.shape[1]
    columns = numbered("x", width)
    if not targets:
        raise TargetNotNamed(
            f"no target column named for {source}",
            f"the likeliest is -1, the last of {listed(columns)}",
            "-1",
        )
    chosen = [_position(source, target, width) for target in targets]
    rest = [i for i in range(width) if i not in chosen]
    return Dataset(
        numbers(array[:, rest], source),
        tuple(columns[i] for i in rest),
        labels(array[:, chosen], source),
        tuple(columns[i] for i in chosen),
        source,
    )


def named_arrays(
    load: Callable[[str], Array],
    names: Sequence[str],
    source: str,
    targets: Sequence[str],
    part: str = "",
) -> Dataset:
    """The target is an array of its own; `part` names that of the inputs.

    Where `part`, or the only array, has the target among its columns, `targets` say which.
    """
    if part and part not in names:
        raise DataError(
            f"no array '{part}' in {source}", f"--table NAME, one of {listed(list(names))}"
        )
    alone = part or (names[0] if len(names) == 1 else "")
    if alone and not (set(targets or TARGETS) & set(names)):
        return one_array(load(alone), source, targets)
    target = target_name(load, source, names, targets)
    features = part or features_name(source, names, target)
    x, y, turned = _by_rows(load(features), load(target))
    for name, array in ((features, x), (target, y)):
        if not array.ndim:
            raise DataError(f"{source}, array '{name}' is a single number", "rows are needed")
        refuse_empty(array, f"{source}, array '{name}'")
    x, y = x.reshape(len(x), -1), y.reshape(len(y), -1)
    unused = [name for name in names if name not in (features, target)]
    many = "s" * (len(unused) > 1)
    return Dataset(
        numbers(x, f"{source}, array '{features}'"),
        numbered("x", x.shape[1]),
        labels(y, f"{source}, array '{target}'"),
        (target,) if y.shape[1] == 1 else numbered(target, y.shape[1]),
        source,
        (
            *([f"left aside: array{many} {listed(unused)}"] if unused else []),
            *([f"array '{features}' is turned: it has the rows in its columns"] if turned else []),
        ),
    )


def _by_rows(x: Array, y: Array) -> tuple[Array, Array, bool]:
    """Inputs and targets, a row for each; whether the inputs had them in their columns."""
    if y.ndim == 2 and len(y) == 1 < y.size:
        y = y.T
    turned = x.ndim == 2 and y.ndim > 0 and len(x) != len(y) == x.shape[1]
    return x.T if turned else x, y, turned


def numbers(array: Array, name: str) -> Array:
    """Real numbers, truth values as 0 and 1; anything else is refused."""
    if array.dtype.kind not in "biuf":
        raise DataError(f"{name} holds {array.dtype}, not real numbers", NEVER)
    return array.view(np.uint8) if array.dtype.kind == "b" else array


def labels(array: Array, name: str) -> Array:
    """Numbers as they are, text with None where it is empty."""
    if array.dtype.kind == "S":
        array = np.char.decode(array, "utf-8")
    if array.dtype.kind == "U":
        texts = array.astype(object)
        texts[array == ""] = None
        return texts
    return array if array.dtype.kind == "b" else numbers(array, name)


def _position(source: str, target: str, width: int) -> int:
    try:
        position = int(target.removeprefix("x"))
    except ValueError:
        position = width
    if not -width <= position < width:
        raise DataError(
            f"{source} has no column '{target}'",
            f"its columns are x0 to x{width - 1}; -1 is the last",
        )
    return position % width
