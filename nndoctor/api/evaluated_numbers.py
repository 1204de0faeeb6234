"""What says how good a network is that answers with numbers."""

from collections.abc import Iterator

import numpy as np

from ..findings import Cell, Scatter, Table
from ..metrics.errors import errors
from ..metrics.intervals import ratio
from ..scores import r_squared
from ..setup import Answered, SavedModel, Setup
from ..trainable import Array

WORST = 10  # rows
DOTS = 300  # rows, of a figure
DRAWN = 3  # targets


def number_tables(model: SavedModel, rows: Answered, outputs: Array) -> Iterator[Table | Scatter]:
    """R^2 with its interval, the errors of each target, all beside the truth, the worst rows."""
    given, y = model.numbers(outputs), rows.y
    names = targets_of(model, y.shape[1])
    with np.errstate(over="ignore", invalid="ignore"):
        squares, spread = ((y - given) ** 2).sum(axis=1), ((y - y.mean(axis=0)) ** 2).sum(axis=1)
        low, high = ratio(squares, spread)
    columns = ("metric", "value", "low", "high")
    value: tuple[Cell, ...] = ("R^2", r_squared(given, y), 1 - high, 1 - low)
    together = f", all {len(names)} targets together" * (len(names) > 1)
    caption = (
        f"the share of the variance of these rows that is explained{together}; low, high: the "
        "interval of 95 % for other rows of the same kind (ratio of means, Cochran 1977, ch. 6)"
    )
    yield Table("scores", columns, (value,), caption)
    yield _each(names, y, given)
    yield from beside_truth("", names, y, given)
    yield _worst(names, rows.numbers, y, given)


def beside_truth(run: str, names: tuple[str, ...], y: Array, given: Array) -> Iterator[Scatter]:
    """The first targets, each with rows that lie evenly over all of them."""
    rows = np.unique(np.linspace(0, len(y) - 1, min(DOTS, len(y))).round().astype(int))
    for at, name in enumerate(names[:DRAWN]):
        which = (*([name] if len(names) > 1 else []), *([run] if run else []))
        yield Scatter(
            ", ".join(("predicted against true", *which)),
            tuple(float(f"{value:.5g}") for value in y[rows, at]),
            tuple(float(f"{value:.5g}") for value in given[rows, at]),
            f"true {name}",
            f"predicted {name}",
            identity=True,
        )


def targets_of(of: SavedModel | Setup, count: int) -> tuple[str, ...]:
    """Their names; where they have none, numbers."""
    named = of.plan.targets if of.plan else of.recipe.data.target
    names = (named,) if isinstance(named, str) else tuple(named or ())
    if len(names) == count:
        return names
    return tuple(f"target {n + 1}" for n in range(count)) if count > 1 else ("target",)


def _each(names: tuple[str, ...], y: Array, given: Array) -> Table:
    found = [errors(y[:, at], given[:, at]) for at in range(len(names))]
    body = tuple(
        (name, e.r_squared, e.absolute, e.root_square, e.bias, e.largest, float(y[:, at].std()))
        for at, (name, e) in enumerate(zip(names, found, strict=True))
    )
    columns = ("target", "R^2", "MAE", "RMSE", "bias", "largest", "std of the target")
    caption = (
        "in the units of the data; MAE: mean absolute error; RMSE: root of the mean squared error, "
        "which for a constant prediction is the standard deviation; bias: mean of prediction "
        "minus truth"
    )
    return Table("errors", columns, body, caption)


def _worst(names: tuple[str, ...], numbers: Array, y: Array, given: Array) -> Table:
    """By the largest error of a target, in its standard deviations."""
    with np.errstate(over="ignore", invalid="ignore"):
        spread = y.std(axis=0)
        far = np.abs(given - y) / np.where(spread > 0, spread, 1.0)
    far = np.nan_to_num(far, nan=np.inf)
    at, worst = far.argmax(axis=1), far.max(axis=1)
    several = len(names) > 1
    body = tuple(
        (
            int(numbers[row]),
            *(names[at[row]],) * several,
            float(y[row, at[row]]),
            float(given[row, at[row]]),
            float(given[row, at[row]] - y[row, at[row]]),
        )
        for row in np.argsort(-worst, kind="stable")[:WORST]
    )
    columns = ("row", *("target",) * several, "true", "given", "error")
    return Table("worst rows", columns, body, "rows count from 1, without the header")
