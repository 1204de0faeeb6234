"""Rows as people hold them in memory, data frames, tensors and sparse matrices, as a data set."""

import math
from contextlib import suppress
from typing import Any

import numpy as np

from ..data import Dataset
from ..errors import UsageError
from ..limits import refuse_beyond
from ..trainable import Array

MOST_NAMED = 5


def dataset_of(X: Any, y: Any, names: tuple[str, ...] = ()) -> Dataset:
    """Inputs [N, D], or [N, ...] laid out flat, with targets [N] or [N, T].

    `names`: of the columns, which a data frame has itself.
    Raises UsageError for what can't be trained on: unequal lengths, gaps, text as input.
    """
    if X is None or y is None:
        what = "X" if X is None else "y"
        raise UsageError(
            f"{what} is missing", "give the rows it is trained on: checkup(model, X, y)"
        )
    _refuse_several(X)
    names = tuple(str(name) for name in X.columns) if hasattr(X, "columns") else names
    x, target = _inputs(X, names), _targets(y)
    if len(x) != len(target):
        raise UsageError(
            f"X has {len(x)} rows, y has {len(target)}", "each row needs its own target"
        )
    if not len(x):
        raise UsageError("X has no rows", "there is nothing to train on")
    columns = names if len(names) == x.shape[1] else tuple(f"x{i}" for i in range(x.shape[1]))
    outputs = target.shape[1]
    targets = ("y",) if outputs == 1 else tuple(f"y{i}" for i in range(outputs))
    _refuse_gaps(x, columns, "X", "fill or drop them first, as sklearn.impute.SimpleImputer does")
    if target.dtype.kind == "f":
        _refuse_gaps(target, targets, "y", "drop the rows without a target")
    return Dataset(x, columns, target, targets, "X, y")


def plain(values: Any) -> Any:
    """A NumPy array, a tensor's numbers copied off its device; sparse matrices as they are."""
    if hasattr(values, "detach"):
        values = values.detach().cpu().numpy()
    return values if hasattr(values, "toarray") else np.asarray(values)


def _inputs(X: Any, names: tuple[str, ...]) -> Array:
    x = plain(X)
    if hasattr(x, "toarray"):
        refuse_beyond(
            float(np.prod(x.shape)) * 8,
            f"X, a sparse matrix of shape {x.shape}, as an array",
            "take fewer columns or rows",
        )
        x = x.toarray()
    if x.ndim < 2:
        raise UsageError(
            f"X has the shape {x.shape}, which is no table",
            "one row each: X.reshape(-1, 1) for a single column",
        )
    if x.dtype.kind == "O":
        x = _numbers(x, names)
    if x.dtype.kind not in "biuf":
        raise UsageError(f"X holds {x.dtype}, not real numbers", "encode them as numbers first")
    x = x.reshape(len(x), math.prod(x.shape[1:]))
    if not x.shape[1]:
        raise UsageError(f"X has the shape {x.shape}: no columns", "there is nothing to learn from")
    return x.view(np.uint8) if x.dtype.kind == "b" else np.ascontiguousarray(x)


def _numbers(x: Array, names: tuple[str, ...]) -> Array:
    try:
        return x.astype(np.float64)
    except (TypeError, ValueError):
        found = [name for name, column in zip(names, x.T, strict=False) if not _numeric(column)]
        which = ", ".join(repr(name) for name in found[:MOST_NAMED])
        where = f"in column{'s' * (len(found) > 1)} {which}" if found else "that are no numbers"
        raise UsageError(
            f"X holds values {where}", "encode them first, as sklearn's OneHotEncoder does"
        ) from None


def _numeric(column: Array) -> bool:
    try:
        column.astype(np.float64)
    except (TypeError, ValueError):
        return False
    return True


def _targets(y: Any) -> Array:
    """Numbers as they are, text as objects; [N, T]."""
    given = plain(y)
    target: Array = given.toarray() if hasattr(given, "toarray") else given
    if target.ndim == 0:
        raise UsageError(f"y is a single value, {target!r}", "one target a row")
    target = target.reshape(len(target), math.prod(target.shape[1:]))
    if target.dtype.kind in "OUS":
        if any(value is None or value != value for value in target.ravel()):
            raise UsageError("y has missing values", "drop the rows without a target")
        return _numbers_or_text(target)
    if target.dtype.kind not in "biuf":
        raise UsageError(f"y holds {target.dtype}", "numbers or text are expected")
    return target


def _numbers_or_text(target: Array) -> Array:
    """Objects that are all numbers become numbers, anything else its text."""
    if not any(isinstance(value, str | bytes) for value in target.ravel()):
        with suppress(TypeError, ValueError):
            return np.asarray(target, np.float64)
    return np.asarray(target.astype(str), object)


def _refuse_gaps(values: Array, columns: tuple[str, ...], name: str, hint: str) -> None:
    if values.dtype.kind != "f":
        return
    broken = ~np.isfinite(values)
    if broken.any():
        row, column = np.argwhere(broken)[0]
        kind = "a missing value" if np.isnan(values[row, column]) else "an infinity"
        raise UsageError(
            f"{name} has {kind} in row {row + 1}, column '{columns[column]}' "
            f"({int(broken.sum())} such in all)",
            hint,
        )


def _refuse_several(X: Any) -> None:
    """Lists of rows are taken; several inputs, as dicts or lists of tables, are not."""
    if not isinstance(X, dict | list | tuple):
        return
    if isinstance(X, dict) or any(len(getattr(one, "shape", ())) > 1 for one in X):
        raise UsageError(
            f"X holds {len(X)} inputs", "a recipe has one table of inputs: join them as columns"
        )


def refuse_other_classes(y: Array, units: int) -> None:
    """Raises UsageError where these are not the class numbers that so many output units have."""
    low, high = y.min(), y.max()
    if low >= 0 and high < units and not (y % 1).any():
        return
    numbers = f"class numbers from 0 to {units - 1}"
    from_zero = low == 0 and not (y % 1).any()  # else the numbers are wrong, and not the layer
    raise UsageError(
        f"y runs from {low:g} to {high:g} for {units} output unit{'s' * (units > 1)}",
        f"{high + 1:g} output units, or {numbers}" if from_zero else f"these need {numbers}",
    )
