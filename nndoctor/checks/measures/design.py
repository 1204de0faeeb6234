"""What the checks of a set-up are given: its plan, its task, and a few facts of its rows."""

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from ...trainable import Array, Batch, Blueprint, LayerPlan, Task
from .activation_range import SLACK

ROUNDED = 1e-3  # from 1, of shares that were written with three digits
ODD = 0.01  # share of the targets at each end that may be odd rows
ROUNDS = (
    30  # of power iteration: a few decide unless eigenvalues are close, and then it's no matter
)
LOOKED_AT = 5000  # rows, evenly spaced


@dataclass(frozen=True)
class Targets:
    """The targets as the loss reads them, class numbers as one-hot rows.

    `low` and `high` leave out a hundredth at each end; `row_sums`: least and most of a row.
    """

    minimum: float = 0.0
    maximum: float = 1.0
    low: float = 0.0
    high: float = 1.0
    whole: bool = True
    row_sums: tuple[float, float] = (1.0, 1.0)

    @property
    def within(self) -> bool:
        """Whether all lie from 0 to 1."""
        return self.minimum >= -SLACK and self.maximum <= 1 + SLACK

    @property
    def shares(self) -> bool:
        """Whether each row sums to 1."""
        return self.row_sums[0] >= 1 - ROUNDED and self.row_sums[1] <= 1 + ROUNDED


@dataclass(frozen=True)
class Inputs:
    """How large the inputs are: `variance` summed over the columns; `curvature`: at least this is
    the largest eigenvalue of the mean of [1, x] [1, x]', which bends the squared error of a linear
    unit twice."""

    variance: float = 1.0
    curvature: float = 1.0


@dataclass(frozen=True)
class Design:
    """A set-up before anything of it is run."""

    plan: Blueprint
    task: Task
    targets: Targets
    inputs: Inputs

    @property
    def hidden(self) -> tuple[LayerPlan, ...]:
        """The hidden layers; one that only normalises is none."""
        return tuple(x for x in self.plan.layers if not x.is_output and x.linear)

    @property
    def unnormalised(self) -> tuple[LayerPlan, ...]:
        """The hidden layers without a norm, before their activation or after it."""
        followed = [one.name for one, after in pairwise(self.plan.layers) if not after.linear]
        return tuple(x for x in self.hidden if not x.norm and x.name not in followed)

    @property
    def output(self) -> LayerPlan:
        """The last layer."""
        return self.plan.layers[-1]


def design(plan: Blueprint, task: Task, train: Batch) -> Design:
    """The plan with the facts of its training rows."""
    seen = train.sample(LOOKED_AT)
    inputs = facts_of_inputs(seen.x)
    if not plan.layers[0].linear:  # normalised, whatever comes in
        inputs = replace(inputs, variance=float(seen.x.shape[1]), curvature=1.0)
    return Design(plan, task, facts_of_targets(task, seen.y), inputs)


def facts_of_targets(task: Task, y: Array) -> Targets:
    """Of y [B, T], or class numbers [B, 1] that several outputs read as one-hot rows."""
    if task.encoding == "class" and task.outputs > 1:
        return Targets()
    y = y.astype(np.float64)
    sums = y.sum(axis=1)
    return Targets(
        float(y.min()),
        float(y.max()),
        float(np.quantile(y, ODD)),
        float(np.quantile(y, 1 - ODD)),
        bool((y == np.floor(y)).all()),
        (float(sums.min()), float(sums.max())),
    )


def facts_of_inputs(x: Array) -> Inputs:
    """Of x [B, D]."""
    x = x.astype(np.float64).reshape(len(x), -1)
    ones = np.hstack([np.ones((len(x), 1)), x])
    direction = ones.mean(axis=0)
    for _ in range(ROUNDS):
        direction = ones.T @ (ones @ direction)
        direction /= np.linalg.norm(direction)
    # a Rayleigh quotient is never above the eigenvalue, however few rounds were done
    curvature = float(((ones @ direction) ** 2).mean())
    return Inputs(float(x.var(axis=0).sum()), curvature)
