"""One row forward and backward: an obvious NumPy pass, and the engine's own gradients."""

import numpy as np
import pytest

from nndoctor import api
from nndoctor.adapters.passes import one_row
from nndoctor.errors import UsageError
from nndoctor.trainable import Batch, Plan
from tests.cli.conftest import SPIRAL

SMALL = ("model.hidden=[5, 4]",)


def setup(*changes):
    return api.load_setup(SPIRAL, set=(*SMALL, *changes))


def by_hand(weights, biases, x, label):
    """tanh layers, then cross-entropy of a softmax."""
    a, values = x, []
    for index, (w, b) in enumerate(zip(weights, biases, strict=True)):
        z = a @ w + b
        values.append((a, z))
        a = z if index == len(weights) - 1 else np.tanh(z)
    p = np.exp(a - a.max()) / np.exp(a - a.max()).sum()
    delta, gradients = p - np.eye(len(p))[label], []
    for index in range(len(weights) - 1, -1, -1):
        below, _ = values[index]
        gradients.insert(0, (np.outer(below, delta), delta))
        if index:
            delta = (weights[index] @ delta) * (1 - np.tanh(values[index - 1][1]) ** 2)
    return -np.log(p[label]), values, gradients


@pytest.mark.parametrize("updates", [0, 20])
def test_every_number_is_that_of_an_obvious_pass(updates):
    one = setup("model.activation=tanh", "training.dtype=float64")
    model = one.trainable.fresh(0)
    if updates:
        model.train(one.train, Plan(updates))
    row = one.train.rows(slice(3, 4))
    parameters = model.exact().parameters()
    names = one.trainable.names
    weights = [parameters[f"{name} weights"] for name in names]
    biases = [parameters[f"{name} bias"] for name in names]
    expected, values, gradients = by_hand(weights, biases, row.x[0].astype(float), int(row.y[0, 0]))
    loss, passes = one_row(model, row)
    assert loss == pytest.approx(expected)
    for each, (inputs, z), (dw, delta) in zip(passes, values, gradients, strict=True):
        assert np.allclose(each.inputs, inputs)
        assert np.allclose(each.z, z)
        assert np.allclose(each.weights, dw)
        assert np.allclose(each.delta, delta)
        assert np.allclose(each.bias, delta)
        assert np.allclose(each.by_output * each.slope, delta)


@pytest.mark.parametrize("activation", ["relu", "leaky_relu(0.1)", "prelu", "softsign", "maxout"])
def test_gradients_are_those_of_the_engine(activation):
    one = setup(f"model.activation={activation}", "model.dropout=0.3", "regularization.l2=0.1")
    model = one.trainable.fresh(1)
    row = one.train.rows(slice(5, 6))
    _, passes = one_row(model, row)
    rows = Batch(row.x.astype(np.float64), row.y.astype(np.float64))
    exact = model.exact().gradients(rows, regularised=False)
    for each in passes:
        assert np.allclose(each.weights, exact[f"{each.name} weights"], atol=1e-7)
        assert np.allclose(each.weights, np.outer(each.inputs, each.delta))


def test_a_look_changes_nothing():
    one = setup()
    model = one.trainable.fresh(2)
    before = model.state()
    one_row(model, one.train.rows(slice(0, 1)))
    assert all(np.array_equal(array, before[name]) for name, array in model.state().items())


def test_normalised_layers_are_refused():
    one = setup("model.batch_norm=true")
    with pytest.raises(UsageError, match="batch_norm"):
        one_row(one.trainable.fresh(0), one.train.rows(slice(0, 1)))
