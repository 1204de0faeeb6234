"""Weights as a length times a direction: against the oracle, PyTorch, and what has to hold."""

from dataclasses import replace

import numpy as np
import pytest

from nndoctor.engine.weight_norm import fit
from nndoctor.errors import RecipeError
from nndoctor.trainable import Plan

from ..oracles import initializers as starts
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


BY_DATA = {"weight_norm": "data"}


def _by_data(activation="tanh", rows=60, **changes):
    layer, batch = BY_DATA | changes.pop("layer", {}), smooth(rows, 4, 3)
    x = changes.pop("sample", 5 * batch.x + 2)
    return mlp([4, 5, 6, 3], activation, layer=layer, sample=x, **changes), x


@pytest.mark.parametrize("activation", ["tanh", "relu", "sigmoid", "maxout"])
@pytest.mark.parametrize("init", ["he_normal", "uniform", "orthogonal"])
@pytest.mark.parametrize("gain", [1.0, 0.5])
@pytest.mark.parametrize("dtype", PRECISIONS)
def test_lengths_and_biases_from_data_are_the_oracles(activation, init, gain, dtype):
    drawn = Unit(init, (-0.7, 0.9) if init == "uniform" else ())
    layer = {"init": drawn, "gain": gain}
    setup, x = _by_data(activation, layer=layer, dtype=np.dtype(dtype))
    theta, seen = setup.initial(3), oracle.forward(textbook(setup, setup.initial(3)), x)
    form, tolerance = setup.layout, 100 * TOLERANCE[setup.dtype]
    parts = zip(form.weights(theta), form.lengths(theta), form.bias(theta), seen, strict=True)
    for v, lengths, bias, (before, _, z, _) in parts:
        right = starts.weight_norm_from_data(v.astype(float), before, gain)
        assert close(lengths, right[0], tolerance)
        assert close(bias, right[1], tolerance)
        np.testing.assert_allclose(z.mean(axis=0), 0, atol=tolerance)
        np.testing.assert_allclose(z.std(axis=0), gain, rtol=tolerance)
    drawn = _plain(setup).layout.weights(_plain(setup).initial(3))
    for v, other in zip(form.weights(theta), drawn, strict=True):
        np.testing.assert_array_equal(v, other)


@pytest.mark.parametrize("norm", ["batch_norm", "layer_norm"])
def test_from_data_the_values_before_a_norm_are_fitted(norm):
    setup, x = _by_data(layer={"norm": norm, "bias": False})
    (v, *_), (lengths, *_) = (
        one(setup.initial(0)) for one in (setup.layout.weights, setup.layout.lengths)
    )
    z = x @ (v / np.linalg.norm(v, axis=0)) * lengths
    np.testing.assert_allclose(z.std(axis=0), 1)


@pytest.mark.parametrize("bad", [np.nan, np.inf, None])
def test_from_data_what_cannot_be_fitted_keeps_what_it_started_from(bad):
    """A row that is not finite spoils every sum; rows that are all alike have no spread."""
    x = np.full((40, 4), 0.1)
    if bad is not None:
        x[:] = smooth(40, 4, 3).x
        x[7, 2] = bad
    setup, _ = _by_data(sample=x)
    as_drawn, form = mlp([4, 5, 6, 3], layer={"weight_norm": True}).initial(0), setup.layout
    for parts in (form.weights, form.lengths, form.bias):
        np.testing.assert_array_equal(parts(setup.initial(0))[0], parts(as_drawn)[0])


def test_from_data_a_unit_that_stands_still_does_not_hold_back_the_others():
    x = np.column_stack([smooth(40, 3, 1).x, np.full(40, 0.1)])
    w = np.eye(4)
    lengths, bias = np.ones(4), np.full(4, 0.25)
    fit(w, lengths, bias, x)
    np.testing.assert_allclose(lengths[:3], 1 / x.std(axis=0)[:3])
    np.testing.assert_allclose(bias[:3], -(x.mean(axis=0) / x.std(axis=0))[:3])
    assert (lengths[3], bias[3]) == (1, 0.25)


def test_from_data_the_same_seed_and_rows_give_the_same_bits():
    (first, _), (again, _) = _by_data(), _by_data()
    assert first.fresh(4).theta.tobytes() == again.fresh(4).theta.tobytes()
    assert first.initial(4).tobytes() != first.initial(5).tobytes()


def test_from_data_without_rows_it_is_refused():
    with pytest.raises(RecipeError, match="layer 1: weight_norm data needs rows"):
        _by_data(sample=None)[0].fresh(0)


@pytest.mark.torch
@pytest.mark.parametrize("start", [True, "data"])
@pytest.mark.parametrize("dtype", PRECISIONS)
def test_training_is_that_of_pytorch(dtype, start):
    torch = pytest.importorskip("torch")
    from torch.nn.utils.parametrizations import weight_norm

    layer, batch = {"weight_norm": start}, smooth(50, 4, 3, dtype)
    adam = {"optimizer": Unit("adam"), "rate": 0.01}
    setup = mlp([4, 6, 3], layer=layer, dtype=np.dtype(dtype), sample=batch.x, **adam)
    net = setup.fresh(0)
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
    if start == "data":  # by hand, for PyTorch has no such start
        value = torch.tensor(batch.x)
        with torch.no_grad():
            for module in model:
                if module is not model[1]:
                    v = module.parametrizations.weight.original1
                    t = value @ (v / v.norm(dim=1, keepdim=True)).T
                    module.parametrizations.weight.original0[:] = 1 / t.std(0, False)[:, None]
                    module.bias[:] = -t.mean(0) / t.std(0, False)
                value = module(value)
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
