"""One epoch of training, side by side with PyTorch and scikit-learn: python benchmarks/engine.py.

Dense nets, softmax cross-entropy, Adam, float32 and fresh batches in each epoch on every side.
`README.md` beside this file says what the columns mean.
"""

import argparse
import os
import warnings
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from statistics import median

import numba
import numpy as np
import scipy.linalg.cython_blas  # noqa: F401  loads the BLAS that compiled code calls
import threadpoolctl
from numpy.typing import NDArray
from timing import (
    Samples,
    alternate,
    fastest,
    machine,
    paired,
    publish,
    spread,
    table,
    timed,
    verdict,
)

from nndoctor.adapters.mlp import MLP, Dense, Unit
from nndoctor.trainable import Batch, Plan, Task

# NumPy's and SciPy's OpenBLAS, which nndoctor and scikit-learn use. Made before PyTorch is
# imported, so that it holds none of PyTorch's pools.
BLAS = threadpoolctl.ThreadpoolController().select(user_api="blas")

import torch
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier

TURN = 0.2  # seconds that one measurement takes at least
RATE = 1e-3
Array = NDArray[np.float32]


@dataclass(frozen=True)
class Net:
    """A network, its data, and how many times PyTorch's speed it has to reach."""

    widths: tuple[int, ...]
    rows: int
    batch: int
    goal: float
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
    Net((2, 100, 3), 300, 300, goal=8),
    Net((30, 64, 64, 2), 10_000, 32, goal=15),
    Net((3072, 50, 10), 5_000, 128, goal=0.9),
    Net((784, 256, 128, 10), 10_000, 128, goal=1.2),
    Net((500, *[500] * 10, 10), 2_560, 256, goal=0.9, activation="tanh"),
    Net((784, 1024, 1024, 10), 4_096, 256, goal=0.9),
)

Epochs = Callable[[int], object]  # trains for some epochs


def nndoctor_side(net: Net) -> Epochs:
    """Our engine through its adapter, as the checks call it."""
    x, y = net.data()
    init = "he_normal" if net.activation == "relu" else "glorot_normal"
    shapes = [(units, net.activation) for units in net.widths[1:-1]]
    layers = tuple(
        Dense(units, Unit(activation), Unit(init))
        for units, activation in (*shapes, (net.widths[-1], "linear"))
    )
    task = Task("classification", "cross_entropy", net.widths[-1], encoding="class")
    setup = MLP(task, net.widths[0], layers, Unit("adam"), rate=RATE, batch_size=net.batch)
    model, batch = setup.fresh(0), Batch(x, y[:, None].astype(np.float32))
    return lambda epochs: model.train(batch, Plan(epochs * net.updates))


def torch_side(net: Net) -> Epochs:
    """The usual eager loop over tensors in memory, without the costs of a DataLoader."""
    x, y = (torch.from_numpy(values) for values in net.data())
    torch.manual_seed(0)
    kind = {"relu": torch.nn.ReLU, "tanh": torch.nn.Tanh}[net.activation]
    parts: list[torch.nn.Module] = []
    for inputs, units in net.layers:
        parts += [torch.nn.Linear(inputs, units), kind()]
    model = torch.nn.Sequential(*parts[:-1])
    optimizer = torch.optim.Adam(model.parameters(), RATE)

    def update(x: torch.Tensor, y: torch.Tensor) -> None:
        optimizer.zero_grad(set_to_none=True)
        torch.nn.functional.cross_entropy(model(x), y).backward()
        optimizer.step()

    def train(epochs: int) -> None:
        for _ in range(epochs):
            if net.batch >= net.rows:  # the order changes nothing; nndoctor leaves it out as well
                update(x, y)
                continue
            for rows in torch.randperm(net.rows).split(net.batch):
                update(x.index_select(0, rows), y.index_select(0, rows))

    return train


def sklearn_side(net: Net) -> Epochs:
    """`MLPClassifier` without its penalty and its stopping rule; one fit for all epochs."""
    x, y = net.data()
    model = MLPClassifier(
        net.widths[1:-1], activation=net.activation, alpha=0.0, batch_size=net.batch,
        learning_rate_init=RATE, random_state=0, tol=0.0, n_iter_no_change=10**9, warm_start=True,
    )  # fmt: skip

    def train(epochs: int) -> None:
        model.max_iter = epochs
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            model.fit(x, y)

    return train


def product_side(net: Net) -> Epochs:
    """The net's largest matrix product alone, as often as it would take all flops of an epoch."""
    inputs, units = max(net.layers, key=lambda layer: layer[0] * layer[1])
    rng = np.random.default_rng(0)
    a = rng.standard_normal((net.batch, inputs), np.float32)
    b = rng.standard_normal((inputs, units), np.float32)
    c = np.empty((net.batch, units), np.float32)
    repeats = max(round(net.flops / (2 * net.batch * inputs * units)), 1)
    return lambda epochs: _multiply(a, b, c, epochs * repeats)


@numba.njit(nogil=True)
def _multiply(a, b, c, repeats):  # type: ignore[no-untyped-def]
    for _ in range(repeats):
        np.dot(a, b, c)


@contextmanager
def torch_threads(count: int) -> Iterator[None]:
    """PyTorch's own pool."""
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def blas_threads(count: int) -> AbstractContextManager[object]:
    """The pool of NumPy and SciPy."""
    held: AbstractContextManager[object] = BLAS.limit(limits=count)
    return held


def measurement(
    train: Epochs, limit: Callable[[int], AbstractContextManager[object]], threads: int
) -> Callable[[], float]:
    """After a warm-up: seconds per epoch, over as many epochs as fill a turn."""
    with limit(threads):
        train(1)
        epochs = 1
        while (seconds := timed(train, epochs)) < TURN:
            epochs = max(2 * epochs, min(int(1.2 * TURN / seconds * epochs), 50 * epochs))

    def measure() -> float:
        with limit(threads):
            return timed(train, epochs) / epochs

    return measure


def measure(net: Net, rounds: int) -> Samples:
    """Seconds per epoch of every side, `product` among them."""
    sides = {"product": measurement(product_side(net), blas_threads, 1)}
    for threads in sorted({1, os.cpu_count() or 1}):
        sides |= {
            f"nndoctor {threads}": measurement(nndoctor_side(net), blas_threads, threads),
            f"torch {threads}": measurement(torch_side(net), torch_threads, threads),
            f"sklearn {threads}": measurement(sklearn_side(net), blas_threads, threads),
        }
    return alternate(sides, rounds)


def better(samples: Samples, library: str) -> str:
    """The faster number of threads of one library."""
    return fastest({name: s for name, s in samples.items() if name.startswith(library)})


def speed_row(net: Net, samples: Samples) -> list[str]:
    """One net in the first table; nndoctor on one thread, as its commands train a model."""
    ours, torch_, sklearn = "nndoctor 1", better(samples, "torch"), better(samples, "sklearn")
    ratio = paired(samples[torch_], samples[ours])
    return [
        net.name,
        f"{net.rows}, {net.batch}",
        *(f"{spread(samples[s], 'ms')}, {s.split()[1]} thr" for s in (ours, torch_, sklearn)),
        spread(ratio, "x"),
        spread(paired(samples[sklearn], samples[ours]), "x"),
        f">= {net.goal:g}x: {verdict(median(ratio) >= net.goal)}",
    ]


def thread_row(net: Net, samples: Samples) -> list[str]:
    """One net in the second table."""
    timings = [spread(s, "ms") for name, s in samples.items() if not name.startswith("sklearn")]
    rate = net.flops / median(samples["product"]) / 1e9
    shares = paired(samples["product"], samples["nndoctor 1"])
    percent = spread([100 * share for share in shares], "%")
    return [net.name, *timings[1:], f"{rate:.0f}", percent]


def report(nets: list[Net], rounds: int) -> str:
    """Measures all nets and writes both tables."""
    about = machine()
    seen = []
    for net in nets:
        seen.append(measure(net, rounds))
        print(f"{net.name} done", flush=True)
    head = (
        "net", "rows, batch", "nndoctor", "PyTorch", "scikit-learn", "PyTorch / nndoctor",
        "sklearn / nndoctor", "goal",
    )  # fmt: skip
    names = [name for name in seen[0] if not name.startswith("sklearn")][1:]
    details = map(thread_row, nets, seen)
    return "\n\n".join(
        (
            "## One epoch of training",
            f"{about}. {rounds} rounds, median (lowest-highest).",
            table(head, map(speed_row, nets, seen)),
            table(("net", *names, "GFLOP/s", "share"), details),
        )
    )


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rounds", type=int, default=9, help="how often each side has its turn")
    parser.add_argument("--net", default="", help="only nets whose name contains this")
    parser.add_argument("--write", action="store_true", help="keep the result in RESULTS.md")
    given = parser.parse_args()
    nets = [net for net in NETS if given.net in net.name]
    publish("engine", report(nets, given.rounds), given.write)


if __name__ == "__main__":
    main()
