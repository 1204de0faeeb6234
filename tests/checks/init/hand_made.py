"""A network of two layers by hand, whose gradient can be spoilt."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from nndoctor.trace import Trace
from nndoctor.trainable import Array, Batch, Plan

from ..fakes import REGRESSION

Arrays = dict[str, Array]
ROWS = np.random.default_rng(0)
BATCH = Batch(ROWS.normal(size=(60, 4)), ROWS.normal(size=(60, 1)))


def _as_it_is(gradients: Arrays, weights: Arrays) -> Arrays:
    return gradients


@dataclass
class ByHand:
    """Squared error of w2 f(w1 x + b1) + b2, with l2/2 |W|^2; `spoil` changes the gradients.

    `relu`: f is max(0, z), else tanh. `floor` is added to the cost, `lift` after an update.
    """

    spoil: Callable[[Arrays, Arrays], Arrays] = _as_it_is
    l2: float = 0.0
    relu: bool = False
    floor: float = 0.0
    lift: float = 0.0
    task: object = REGRESSION

    def exact(self) -> "ByHand":
        return self

    def fresh(self, seed: int) -> "Start":
        rng = np.random.default_rng(seed)
        shapes = {
            "layer 1 weights": (4, 6),
            "layer 1 bias": (6,),
            "output weights": (6, 1),
            "output bias": (1,),
        }
        drawn = {name: rng.normal(0, 0.7, shape) for name, shape in shapes.items()}
        return Start(self, drawn)


@dataclass
class Start:
    """One start of it."""

    setup: ByHand
    arrays: Arrays
    updates: int = 0
    asked: list[int] = field(default_factory=list)

    def parameters(self) -> Arrays:
        return self.arrays

    def cost(self, batch: Batch, regularised: bool = True) -> float:
        self.asked.append(len(batch))
        residual = self._forward(batch)[2]
        squares = sum((self.arrays[f"{at} weights"] ** 2).sum() for at in ("layer 1", "output"))
        cost = (residual**2).mean() + regularised * self.setup.l2 / 2 * squares
        return float(cost + self.setup.floor + (self.setup.lift if self.updates else 0.0))

    def gradients(self, batch: Batch, regularised: bool = True) -> Arrays:
        z, h, residual = self._forward(batch)
        w = self.arrays
        error = 2 * residual / len(batch)
        back = error @ w["output weights"].T * ((z > 0) if self.setup.relu else 1 - h**2)
        told = {
            "layer 1 weights": batch.x.T @ back,
            "layer 1 bias": back.sum(axis=0),
            "output weights": h.T @ error,
            "output bias": error.sum(axis=0),
        }
        if regularised:
            for name in ("layer 1 weights", "output weights"):
                told[name] = told[name] + self.setup.l2 * w[name]
        return self.setup.spoil(told, w)

    def pieces(self, batch: Batch) -> Array:
        return (self._forward(batch)[0] > 0) if self.setup.relu else np.zeros(0)

    def train(self, batch: Batch, plan: Plan, go_on: object = None) -> Trace:
        for _ in range(plan.updates):
            for name, gradient in self.gradients(batch).items():
                self.arrays[name] -= 0.01 * gradient
            self.updates += 1
        return Trace(np.zeros(plan.updates), np.zeros(plan.updates))

    def _forward(self, batch: Batch) -> tuple[Array, Array, Array]:
        w = self.arrays
        z = batch.x @ w["layer 1 weights"] + w["layer 1 bias"]
        h = np.maximum(z, 0) if self.setup.relu else np.tanh(z)
        return z, h, h @ w["output weights"] + w["output bias"] - batch.y
