"""Two updates of a tiny net, for starting.py: benchmarks/tiny.py ACTIVATION LOSS OPTIMIZER."""

import sys

import numpy as np

from nndoctor.adapters.dense import Dense, Unit
from nndoctor.adapters.mlp import MLP
from nndoctor.trainable import Batch, Plan, Task

ROWS, INPUTS, CLASSES = 30, 2, 3


def main(activation: str, loss: str, optimizer: str) -> None:
    """Trains on noise."""
    rng = np.random.default_rng(0)
    x = rng.standard_normal((ROWS, INPUTS), np.float32)
    y = rng.integers(0, CLASSES, (ROWS, 1)).astype(np.float32)
    init = Unit("he_normal")
    layers = (Dense(8, Unit(activation), init), Dense(CLASSES, Unit("linear"), init))
    task = Task("classification", loss, CLASSES, encoding="class")
    MLP(task, INPUTS, layers, Unit(optimizer)).fresh(0).train(Batch(x, y), Plan(2))


if __name__ == "__main__":
    main(*sys.argv[1:])
