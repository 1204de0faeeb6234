"""One-sided and centred differences beside the gradient, for steps from large to small."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...findings import Table
from ...trainable import Array, Batch, HasGradients
from .finite_differences import Line

STEPS = (1e-2, 1e-3, 1e-4, 1e-5, 1e-6)
EACH = 4  # entries of each array, those of the largest gradients
FORMULA = "|approx - grad| / (|approx| + |grad|)"


@dataclass(frozen=True)
class ByStep:
    """The errors (`norm_error`) of both kinds of differences at step h, over so many entries."""

    h: float
    one_sided: float
    centred: float
    entries: int


def errors_by_step(model: HasGradients, rows: Batch) -> tuple[ByStep, ...]:
    """Both errors at each of `STEPS`, without regularisation; none where kinks are everywhere.

    The error of (cost(w + h) - cost(w)) / h is O(h), of the centred difference O(h^2); where units
    change their straight piece within the largest step neither holds, and those are left out.
    """
    cost, gradients = model.cost(rows, False), model.gradients(rows, False)
    lines, slopes = list[Line](), list[float]()
    for name, array in model.parameters().items():
        order = np.argsort(-np.abs(gradients[name].ravel()), kind="stable")[:EACH]
        for at in order:
            place = tuple(int(i) for i in np.unravel_index(at, array.shape))
            line, value = Line(model, rows, False, array, place), float(array[place])
            far = line.pieces(value - STEPS[0]), line.pieces(value + STEPS[0])
            if np.array_equal(*far):
                lines.append(line)
                slopes.append(float(gradients[name][place]))
    told = list[ByStep]()
    for h in STEPS if lines else ():
        at = [float(line.array[line.place]) for line in lines]
        up = np.array([line.cost(w + h) for line, w in zip(lines, at, strict=True)])
        down = np.array([line.cost(w - h) for line, w in zip(lines, at, strict=True)])
        one, two = (up - cost) / h, (up - down) / (2 * h)
        true = np.array(slopes)
        told.append(ByStep(h, norm_error(one, true), norm_error(two, true), len(lines)))
    return tuple(told)


def norm_error(approx: Array, gradient: Array) -> float:
    """`FORMULA` in Euclidean norms over whole vectors [N]; 0 where both are 0.

    source: Ng, Improving Deep Neural Networks, gradient checking.
    """
    with np.errstate(invalid="ignore", over="ignore"):
        gap, size = np.linalg.norm(approx - gradient), np.linalg.norm(approx)
        size += np.linalg.norm(gradient)
        return 0.0 if size == 0 else float(np.divide(gap, size))


def step_table(told: Sequence[ByStep]) -> Table:
    """One row a step."""
    return Table(
        "one-sided beside centred differences",
        ("h", "one-sided", "centred"),
        tuple((one.h, one.one_sided, one.centred) for one in told),
        f"{FORMULA} in norms over {told[0].entries} entries: a tenth of h leaves a tenth of the "
        "one-sided error and a hundredth of the centred one, until rounding (1e-16 / h) is larger",
    )
