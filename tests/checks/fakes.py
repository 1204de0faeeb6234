"""Set-ups without an engine: checks see the protocol and nothing else."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from nndoctor.trace import FirstBad, Trace
from nndoctor.trainable import Array, Batch, LayerStats, Plan, Task
from nndoctor.watch import Watch

REGRESSION = Task("regression", "mse", 1)
THREE = Task("classification", "cross_entropy", 3, encoding="class", labels=("a", "b", "c"))


def batch(rows: int = 10, classes: int = 3) -> Batch:
    """Some rows whose classes take turns."""
    x = np.arange(rows, dtype=np.float64)[:, None]
    return Batch(x, np.arange(rows)[:, None] % classes)


@dataclass
class Constant:
    """A model whose loss is given; its objective follows `rule(loss, l2, squares)`."""

    value: float
    rule: Callable[[float, float, float], float] = lambda loss, l2, squares: loss + l2 / 2 * squares
    matrix: Array = field(default_factory=lambda: np.full((2, 3), 2.0))

    def loss(self, batch: Batch) -> float:
        return self.value

    def weights(self) -> dict[str, Array]:
        return {"output": self.matrix}

    def objective(self, batch: Batch, l2: float) -> float:
        return self.rule(self.value, l2, float((self.matrix**2).sum()))


@dataclass
class Constants:
    """A set-up whose untrained loss depends on the seed as told."""

    losses: Callable[[int], float]
    task: Task = THREE
    rule: Callable[[float, float, float], float] = lambda loss, l2, squares: loss + l2 / 2 * squares

    def fresh(self, seed: int) -> Constant:
        return Constant(self.losses(seed), self.rule)


@dataclass
class Valley:
    """One weight w under the loss w^2 / 2 + floor: gradient descent diverges above a rate of 2.

    `jitter`: by how much the start differs from seed to seed. Under `hates` it falls apart on
    every seed but the first wherever the rate is above that.
    """

    rate: float = 0.1
    start: float = 1.0
    floor: float = 0.0
    jitter: float = 0.0
    hates: float = np.inf
    task: Task = REGRESSION

    def fresh(self, seed: int) -> "Point":
        return Point(self, self.start + self.jitter * seed, seed)


@dataclass
class Point:
    """One start of a `Valley`."""

    setup: Valley
    w: float
    seed: int

    def loss(self, batch: Batch) -> float:
        return self.w**2 / 2 + self.setup.floor

    def outputs(self, batch: Batch) -> Array:
        return np.full((len(batch), 1), self.w)

    def train(self, batch: Batch, plan: Plan, go_on: Callable[[int], bool] | None = None) -> Trace:
        rate = self.setup.rate if plan.rate is None else plan.rate
        rates = np.broadcast_to(np.asarray(rate, float), plan.updates)
        losses: list[float] = []
        for step, now in enumerate(rates):
            losses.append(self.loss(batch))
            self.w *= 1 - now
            if self.seed and now > self.setup.hates:
                self.w = 100 * (1 + abs(self.w))
            if not abs(self.w) < 1e150:
                return Trace(np.array(losses), rates[: step + 1], FirstBad(step, "layer 1"))
            asked = (step + 1) % (plan.every or 10) == 0
            if asked and go_on is not None and not go_on(step + 1):
                break
        return Trace(np.array(losses), rates[: len(losses)])


class Stopping(Watch):
    """A user who breaks off once asked `patience` times."""

    def __init__(self, patience: int) -> None:
        self.left = patience

    def cancelled(self) -> bool:
        self.left -= 1
        return self.left < 0


def layer(name: str = "layer 1", std: float = 1.0, **changed: object) -> LayerStats:
    """What a sound layer of ten ReLU units puts out, but for what is told."""
    sound: dict[str, object] = {
        "units": 10,
        "activation": "relu",
        "mean": 0.5,
        "row_std": std,
        "minimum": 0.0,
        "maximum": 3.0,
        "zeros": 0.5,
        "saturated": None,
        "dead": 0,
        "nonfinite": 0.0,
        "counts": (1, 2, 1),
        "low": 0.0,
        "high": 3.0,
        "beyond": (0.0, 0.0),
    }
    return LayerStats(name=name, std=std, **{**sound, **changed})  # type: ignore[arg-type]


def stack(*layers: LayerStats) -> list[LayerStats]:
    """Hidden layers in order, with an output layer that no check may blame."""
    output = layer("output", 1e-9, is_output=True, saturated=1.0, dead=9)
    return [*layers, output]
