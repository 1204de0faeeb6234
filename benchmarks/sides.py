"""The other sides of the comparison: PyTorch, scikit-learn, and a matrix product alone."""

import warnings
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

import numba
import numpy as np
import scipy.linalg.cython_blas  # noqa: F401  loads the BLAS that compiled code calls
import threadpoolctl
from nets import ADAM, DROPOUT, RATE, Net, Way
from timing import Epochs

# NumPy's and SciPy's OpenBLAS, which nndoctor and scikit-learn use. Made before PyTorch is
# imported, so that it holds none of PyTorch's pools.
BLAS = threadpoolctl.ThreadpoolController().select(user_api="blas")

import torch
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier


def torch_side(net: Net, way: Way = ADAM) -> Epochs:
    """The usual eager loop over tensors in memory, without the costs of a DataLoader."""
    x, y = (torch.from_numpy(values) for values in net.data())
    torch.manual_seed(0)
    model = torch_model(net, way)
    kinds = {"adam": torch.optim.Adam, "sgd": torch.optim.SGD}
    optimizer = kinds[way.optimizer](model.parameters(), lr=RATE)

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


def torch_model(net: Net, way: Way) -> torch.nn.Module:
    """The same stack of layers as `nets.setup` has."""
    kind = {"relu": torch.nn.ReLU, "tanh": torch.nn.Tanh}[net.activation]
    parts: list[torch.nn.Module] = []
    for inputs, units in net.layers[:-1]:
        linear = torch.nn.Linear(inputs, units)
        if way.regular:
            parts += [linear, torch.nn.BatchNorm1d(units), kind(), torch.nn.Dropout(DROPOUT)]
        else:
            parts += [linear, kind()]
    return torch.nn.Sequential(*parts, torch.nn.Linear(*net.layers[-1]))


def sklearn_side(net: Net, way: Way = ADAM) -> Epochs:
    """`MLPClassifier` without its penalty and its stopping rule; one fit for all epochs."""
    x, y = net.data()
    model = MLPClassifier(
        net.widths[1:-1],
        activation=net.activation,
        solver=way.optimizer,
        momentum=0.0,
        alpha=0.0,
        batch_size=net.batch,
        learning_rate_init=RATE,
        random_state=0,
        tol=0.0,
        n_iter_no_change=10**9,
        warm_start=True,
    )

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
