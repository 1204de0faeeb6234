"""Weights as a length times a direction: against the oracle, PyTorch, and what has to hold."""

from dataclasses import replace

import numpy as np
import pytest

from nndoctor.trainable import Plan

from ..oracles import network as oracle
from .helpers import PRECISIONS, TOLERANCE, Unit, close, gradient, mlp, smooth, textbook

LAYER = {"weight_norm": True, "l1": 0.01, "l2": 0.1}


def _normed(activation="tanh", **changes):
    layer = LAYER | changes.pop("layer", {})
    return mlp([4, 5, 6, 3], activation, layer=layer, **changes)


def _plain(setup):
    layers = tuple(replace(layer, weight_norm=False) for layer in setup.layers)
    return replace(setup, layers=layers)


def _anywhere(setup):
    """theta with directions of any length."""
    theta = setup.fresh(7).theta
    theta += np.random.default_rng(1).normal(0, 0.3, theta.size).astype(setup.dtype)
    return theta


@pytest.mark.parametrize("activation", ["tanh", "prelu", "maxout"])
@pytest.mark.parametrize("norm", ["", "batch_norm", "layer_norm"])
@pytest.mark.parametrize("dtype", PRECISIONS)
def test_loss_outputs_and_gradient_are_the_oracles(activation, norm, dtype):
    setup = _normed(activation, dtype=np.dtype(dtype), layer={"norm": norm})
    batch, theta = smooth(23, 4, 3, dtype), _anywhere(setup)
    loss, right = oracle.gradients(textbook(setup, theta), batch.x, batch.y, "mse", True)
    tolerance = TOLERANCE[setup.dtype]
    assert close(gradient(setup, batch, 7, theta), right, 10 * tolerance)
    net = setup.fresh(7)
    net.theta[:] = theta
    seen = np.concatenate([array.ravel() for array in net.gradients(batch).values()])
    assert close(seen, right, 10 * tolerance)
    assert net.train(batch, Plan(1, batch_size=0)).loss == pytest.approx(loss, rel=tolerance)


def test_the_cost_has_the_penalty_of_the_weights_themselves():
    setup, batch = _normed(), smooth(23, 4, 3)
    net = setup.fresh(0)
    net.theta[:] = _anywhere(setup)
    layers = textbook(setup, net.theta)
    added = net.cost(batch) - net.cost(batch, regularised=False)
    assert added == pytest.approx(oracle.penalty(layers), rel=1e-10)
    for layer, w in zip(layers, net.weights().values(), strict=True):
        np.testing.assert_allclose(w, layer.weights, rtol=1e-12)


@pytest.mark.parametrize("init", ["he_normal", "orthogonal", "lsuv"])
def test_it_starts_as_the_network_without_it(init):
    batch = smooth(40, 4, 3)
    setup = _normed(layer={"init": Unit(init)}, sample=batch.x)
    assert close(setup.fresh(3).outputs(batch), _plain(setup).fresh(3).outputs(batch), 1e-12)


def test_the_first_step_turns_directions_and_changes_lengths():
    """Eq. 3: the gradient by a direction stands at right angles to it, so it only grows."""
    setup, batch = _normed(), smooth(40, 4, 3)
    net = setup.fresh(0)
    by, at = net.gradients(batch), net.parameters()
    names = [name for name in at if name.endswith("weights")]
    for name in names:
        np.testing.assert_allclose((by[name] * at[name]).sum(axis=0), 0, atol=1e-12)
    before = [np.linalg.norm(at[name], axis=0) for name in names]
    net.train(batch, Plan(1, batch_size=0, optimizer="sgd", rate=0.5))
    for name, shorter in zip(names, before, strict=True):
        assert (np.linalg.norm(at[name], axis=0) > shorter).all()


def test_how_long_directions_are_does_not_matter_to_the_outputs():
    setup, batch = _normed(), smooth(40, 4, 3)
    net, other = setup.fresh(0), setup.fresh(0)
    for name, array in other.parameters().items():
        array *= 7.0 if name.endswith("weights") else 1.0
    assert close(other.outputs(batch), net.outputs(batch), 1e-12)


def test_max_norm_bounds_the_lengths():
    batch = smooth(40, 4, 3)
    net = _normed(max_norm=0.5, layer={"init": Unit("normal", (0.0, 2.0))}).fresh(0)
    net.train(batch, Plan(3, rate=1e-3))
    lengths = [np.linalg.norm(w, axis=0) for w in net.weights().values()]
    assert 0.49 < max(each.max() for each in lengths) <= 0.5 + 1e-12


def test_a_layer_at_rate_zero_stays():
    setup, batch = _normed(), smooth(40, 4, 3)
    layers = (replace(setup.layers[0], rate_scale=0.0), *setup.layers[1:])
    net = replace(setup, layers=layers).fresh(0)
    before = {name: array.copy() for name, array in net.parameters().items()}
    net.train(batch, Plan(5))
    moved = {name: (array != before[name]).any() for name, array in net.parameters().items()}
    assert not any(moved[name] for name in moved if name.startswith("layer 1 "))
    assert all(moved[name] for name in moved if not name.startswith("layer 1 "))


@pytest.mark.parametrize("optimizer", ["lbfgs", "newton_cg"])
def test_full_batch_optimizers_take_it(optimizer):
    batch = smooth(30, 4, 3)
    net = _normed(optimizer=Unit(optimizer)).fresh(0)
    before = net.cost(batch)
    net.train(batch, Plan(5))
    assert net.cost(batch) < before


@pytest.mark.parametrize("kind", ["weights", "lengths"])
def test_nan_in_a_part_is_seen_in_the_loss_and_the_layer(kind):
    net, batch = _normed().fresh(0), smooth(9, 4, 3)
    net.parameters()[f"layer 2 {kind}"].flat[0] = np.nan
    assert np.isnan(net.loss(batch))
    trace = net.train(batch, Plan(3))
    assert (trace.first_bad.step, trace.first_bad.layer) == (0, "layer 2")


def test_directions_of_zero_are_no_weights():
    net = _normed(layer={"init": Unit("zeros")}).fresh(0)
    assert np.isnan(net.loss(smooth(9, 4, 3)))  # as in PyTorch


@pytest.mark.torch
@pytest.mark.parametrize("dtype", PRECISIONS)
def test_training_is_that_of_pytorch(dtype):
    torch = pytest.importorskip("torch")
    from torch.nn.utils.parametrizations import weight_norm

    layer = {"weight_norm": True}
    setup = mlp([4, 6, 3], layer=layer, optimizer=Unit("adam"), rate=0.01, dtype=np.dtype(dtype))
    net, batch = setup.fresh(0), smooth(50, 4, 3, dtype)
    kind = getattr(torch, np.dtype(dtype).name)
    linear = [weight_norm(torch.nn.Linear(*pair, dtype=kind)) for pair in ((4, 6), (6, 3))]
    at = net.parameters()
    with torch.no_grad():
        for name, one in zip(("layer 1", "output"), linear, strict=True):
            parts = one.parametrizations.weight
            parts.original1[:] = torch.tensor(at[f"{name} weights"].T)
            parts.original0[:] = torch.tensor(at[f"{name} lengths"][:, None])
            one.bias[:] = torch.tensor(at[f"{name} bias"])
    model = torch.nn.Sequential(linear[0], torch.nn.Tanh(), linear[1])
    optimizer, losses = torch.optim.Adam(model.parameters(), lr=0.01), []
    x, y = torch.tensor(batch.x), torch.tensor(batch.y)
    for _ in range(20):
        optimizer.zero_grad()
        loss = ((model(x) - y) ** 2).mean()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    seen = net.train(batch, Plan(20, batch_size=0)).loss
    assert seen == pytest.approx(losses, rel=TOLERANCE[setup.dtype])
    assert close(net.outputs(batch), model(x).detach().numpy(), TOLERANCE[setup.dtype])
