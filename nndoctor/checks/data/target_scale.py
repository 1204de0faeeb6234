"""ND112: can the last layer reach the targets, and does their size suit the loss?"""

from dataclasses import dataclass

import numpy as np

from ...findings import Finding, Status, Table, Where
from ...trainable import Array, Task
from ..measures.activation_range import SLACK, reach
from ..measures.raw_table import RawTable
from .data_check import DataCheck


@dataclass(frozen=True)
class Targets:
    """The targets by column [T] as the loss reads them, and the share that the last activation
    can't reach; `spacing` is the smallest distance between class values, None without them."""

    names: tuple[str, ...]
    mean: Array
    std: Array
    minimum: Array
    maximum: Array
    outside: Array
    activation: str
    spacing: float | None = None


@dataclass(frozen=True)
class TargetScale(DataCheck):
    """## What it does
    Looks at targets as the loss reads them, after the recipe's own scaling: values that the output
    activation can't reach (sigmoid 0 to 1, tanh -1 to 1, relu 0 and above), a scale far from 1 in a
    regression, a target that never changes, and class values squeezed together.

    ## Why it matters
    What the output can't reach can't be learned: the last layer saturates while it tries. The
    gradient grows with the target, so a target in the thousands makes a common learning rate
    diverge, and one in the thousandths looks solved from the start.

    ## What to do
    A linear last layer for a regression, and data.preprocess.target = "standardize". Classes: the
    numbers 0 and 1, or class numbers under cross_entropy.

    ## Source
    Ranges: by definition of the activations. Scale: an untrained network puts out values near 0,
    so its squared error is the mean square of the target; 10 makes that 100, and 0.01 makes a
    thousandth of the usual gradient.
    """

    code: str = "ND112"
    name: str = "target-scale"

    large: float = 10.0  # root mean square
    noted: float = 3.0
    tiny: float = 0.01  # standard deviation
    spacing: float = 0.1  # between class values; 1/255 where labels were scaled like pixels
    outside: float = 0.01  # share out of reach that is more than a few odd rows

    def skips(self, table: RawTable) -> str:
        """Judged on what the loss reads; class numbers have no size."""
        if table.task is None:
            return "" if self._constant(table) else table.unprepared
        return "class numbers have no scale" if table.task.encoding == "class" else ""

    def measure(self, table: RawTable) -> Targets:
        """Moments of the prepared targets."""
        task = table.task or Task("regression", "mse", table.train.y.shape[1])
        y = (
            table.answers
            if table.answers is not None
            else table.train.y[np.isfinite(table.train.y[:, 0])]
        )
        y = y.astype(np.float64)
        low, high = reach(task.output_activation)
        outside = ((y < low - SLACK) | (y > high + SLACK)).mean(axis=0)
        gaps = np.diff(np.unique(task.values))
        spacing = float(gaps.min()) if len(gaps) else None
        names = table.targets if len(table.targets) == y.shape[1] else ("target",) * y.shape[1]
        with np.errstate(over="ignore", invalid="ignore"):  # infinity is told
            return Targets(
                names,
                y.mean(axis=0),
                y.std(axis=0),
                y.min(axis=0),
                y.max(axis=0),
                outside,
                task.output_activation,
                spacing if table.kind == "classification" else None,
            )

    def _constant(self, table: RawTable) -> bool:
        """Whether training is refused because the target of a regression never changes."""
        known = table.train.y[np.isfinite(table.train.y).all(axis=1)]
        return table.kind == "regression" and len(known) > 0 and bool((known == known[0]).all())

    def judge(self, seen: Targets) -> Finding:
        """Out of reach first, then what never changes, then size."""
        numbers = seen.spacing is None
        rms, worst = np.hypot(seen.mean, seen.std), int(np.argmax(seen.outside))
        top, share = float(rms.max()), float(seen.outside[worst])
        told = f"targets from {seen.minimum.min():.4g} to {seen.maximum.max():.4g}"
        status, suggests, measured = Status.OK, (), top  # type: Status, tuple[str, ...], float
        if not share <= 0:
            many = share > self.outside
            status = Status.ERROR if many else Status.WARNING
            suggests, measured = ("wrong_output_activation", "target_not_scaled"), share
            told += (
                f": {share:.0%} of the values are out of reach of the output's {seen.activation}"
            )
        elif not (seen.std > 0).any():
            status, suggests = Status.ERROR, ("degenerate_labels",)
            told = f"the target has one value, {seen.mean[0]:.4g}, in every row: nothing to learn"
        elif seen.spacing is not None and seen.spacing < self.spacing:
            status, suggests, measured = Status.WARNING, ("labels_wrong_encoding",), seen.spacing
            told += f": class values only {seen.spacing:.3g} apart"
        elif numbers and not top <= self.large:
            status, suggests = Status.WARNING, ("target_not_scaled",)
            told += f", a root mean square of {top:.3g}: far from 1"
        elif numbers and not seen.std.max() >= self.tiny:
            status, suggests = Status.WARNING, ("target_not_scaled",)
            measured = float(seen.std.max())
            told += f", a standard deviation of {measured:.2g}: far from 1"
        elif numbers and top > self.noted:
            status, suggests = Status.NOTE, ("target_not_scaled",)
            told += f", a root mean square of {top:.3g}; near 1 is best"
        column = seen.names[worst if not share <= 0 else int(np.argmax(rms))]
        return self.finding(
            status,
            told,
            measured=measured,
            expected=1.0,
            threshold="within reach of the output activation; root mean square up to "
            f"{self.noted:g},"
            f" a warning above {self.large:g}; class values {self.spacing:g} apart",
            source="ranges by definition; scale: the squared error of predicting 0",
            where=Where(column=column) if status is not Status.OK else Where(),
            suggests=suggests,
            advice=_advice(suggests),
            evidence=() if status is Status.OK else (_table(seen),),
        )


def _advice(suggests: tuple[str, ...]) -> str:
    if not suggests:
        return ""
    if suggests[0] == "wrong_output_activation":
        return "a linear last layer, or targets scaled into its range"
    if suggests[0] == "target_not_scaled":
        return 'set data.preprocess.target = "standardize"'
    return "check how the target was made: a wrong column, or labels scaled like inputs?"


def _table(seen: Targets) -> Table:
    columns = zip(
        seen.names, seen.mean, seen.std, seen.minimum, seen.maximum, seen.outside, strict=True
    )
    rows = tuple((name, *(float(number) for number in numbers)) for name, *numbers in columns)
    heads = ("target", "mean", "std", "min", "max", "out of reach")
    return Table("targets as the loss reads them", heads, rows)
