"""The nets that are trained, their data, the ways of training, and nndoctor's side of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from timing import Epochs

from nndoctor.adapters.dense import Dense, Unit
from nndoctor.adapters.mlp import MLP
from nndoctor.engine.blas import one_thread
from nndoctor.engine.cores import allowed
from nndoctor.trainable import Batch, Plan, Task

RATE = 1e-3
DROPOUT = 0.2
Array = NDArray[np.float32]


@dataclass(frozen=True)
class Net:
    """The shape of a network and of its data."""

    widths: tuple[int, ...]
    rows: int
    batch: int
    activation: str = "relu"

    @property
    def name(self) -> str:
        """Such as 784-256-128-10 relu."""
        inputs, *hidden, outputs = self.widths
        if len(hidden) > 4:
            return f"{inputs}-{len(hidden)}x{hidden[0]}-{outputs} {self.activation}"
        return "-".join(map(str, self.widths)) + f" {self.activation}"

    @property
    def layers(self) -> list[tuple[int, int]]:
        """D_in and D_out of each layer."""
        return list(zip(self.widths, self.widths[1:], strict=False))

    @property
    def flops(self) -> int:
        """Of the matrix products of an epoch; the first layer passes no gradient further down."""
        products = 3 * sum(a * b for a, b in self.layers) - self.widths[0] * self.widths[1]
        return 2 * self.rows * products

    @property
    def updates(self) -> int:
        """In an epoch."""
        return -(-self.rows // self.batch)

    def data(self) -> tuple[Array, NDArray[np.int64]]:
        """Noise with random classes: no side ever reaches gradients of zero."""
        rng = np.random.default_rng(0)
        x = rng.standard_normal((self.rows, self.widths[0]), np.float32)
        return x, rng.integers(0, self.widths[-1], self.rows)


NETS = (
    Net((2, 100, 3), 300, 300),
    Net((30, 64, 64, 2), 10_000, 32),
    Net((3072, 50, 10), 5_000, 128),
    Net((784, 256, 128, 10), 10_000, 128),
    Net((500, *[500] * 10, 10), 2_560, 256, "tanh"),
    Net((784, 1024, 1024, 10), 4_096, 256),
)


@dataclass(frozen=True)
class Way:
    """How a net is trained; `regular`: batch norm before, dropout after each hidden activation."""

    title: str
    optimizer: str
    regular: bool = False


ADAM = Way("Adam", "adam")
SGD = Way("SGD", "sgd")
REGULAR = Way(f"Adam, batch norm and dropout {DROPOUT} on", "adam", regular=True)


def setup(net: Net, way: Way = ADAM) -> MLP:
    """The net as nndoctor's checks get it."""
    init = Unit("he_normal" if net.activation == "relu" else "glorot_normal")
    norm, dropout = ("batch_norm", DROPOUT) if way.regular else ("", 0.0)
    hidden = (
        Dense(units, Unit(net.activation), init, norm=norm, dropout=dropout)
        for units in net.widths[1:-1]
    )
    layers = (*hidden, Dense(net.widths[-1], Unit("linear"), init))
    task = Task("classification", "cross_entropy", net.widths[-1], encoding="class")
    return MLP(task, net.widths[0], layers, Unit(way.optimizer), rate=RATE, batch_size=net.batch)


def rows(net: Net) -> Batch:
    """All rows of the net's data."""
    x, y = net.data()
    return Batch(x, y[:, None].astype(np.float32))


@contextmanager
def cores(count: int) -> Iterator[None]:
    """One BLAS thread, and so many cores for large products, as `--jobs` gives a model alone."""
    with one_thread(), allowed(count):
        yield


def nndoctor_side(net: Net, way: Way = ADAM, look_every: int = 0) -> Epochs:
    """Our engine through its adapter, as the checks call it."""
    model, batch = setup(net, way).fresh(0), rows(net)

    def train(epochs: int) -> None:
        trace = model.train(batch, Plan(epochs * net.updates, look_every=look_every))
        if trace.first_bad:  # it stopped early, which would count as fast
            raise RuntimeError(f"{net.name}, {way.title}: diverges, {trace.first_bad}")

    return train
