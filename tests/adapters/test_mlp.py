"""Our MLP as a model that can be looked at: statistics, outputs, losses over chunks, objective."""

from dataclasses import replace

import numpy as np
import pytest

from nndoctor.adapters import network as adapter
from nndoctor.adapters.statistics import _histogram
from nndoctor.trainable import Batch, HasActivations, HasPenalty, HasValues, Plan

from ..engine.helpers import PRECISIONS, TOLERANCE, Unit, classes, close, mlp, smooth, textbook
from ..oracles import activations as oracle_activations
from ..oracles import network as oracle


def _values(setup, net, x):
    _, _, zs, values = zip(*oracle.forward(textbook(setup, net.theta, net.running), x), strict=True)
    return zs, values


def test_it_has_both_optional_abilities():
    net = mlp([3, 4, 2]).fresh(0)
    assert isinstance(net, HasActivations)
    assert isinstance(net, HasPenalty)


@pytest.mark.parametrize("name", ["tanh", "relu", "sigmoid", "leaky_relu"])
@pytest.mark.parametrize("dtype", PRECISIONS)
def test_statistics_of_activations_are_numpys(name, dtype):
    wide = {"init": Unit("normal", (0.0, 1.5))}
    setup = mlp([3, 20, 10, 2], name, dtype=np.dtype(dtype), layer=wide)
    batch, net = smooth(50, 3, 2, dtype), setup.fresh(0)
    zs, values = _values(setup, net, batch.x)
    for index, stats in enumerate(net.activations(batch)):
        z, a = zs[index], values[index]
        unit = setup.layers[index].activation.name
        assert stats.name == ("layer 1", "layer 2", "output")[index]
        assert (stats.units, stats.activation, stats.is_output) == (a.shape[1], unit, index == 2)
        seen = [stats.mean, stats.std, stats.minimum, stats.maximum]
        assert seen == pytest.approx([a.mean(), a.std(), a.min(), a.max()], rel=1e-5, abs=1e-6)
        assert stats.row_std == pytest.approx(np.sqrt(a.var(axis=0).mean()), rel=1e-5)
        assert stats.zeros == pytest.approx((a == 0).mean())
        assert stats.nonfinite == 0
        assert sum(stats.counts) == a.size
        ends = [min(each.min() for each in values), max(each.max() for each in values)]
        assert [stats.low, stats.high] == pytest.approx(ends)  # one axis for all layers
        assert stats.beyond == pytest.approx([(np.abs(z) > far).mean() for far in (3, 4)])
        if unit in ("tanh", "sigmoid"):
            slope = oracle_activations.SLOPES[unit](z, 0.0)
            assert stats.saturated == pytest.approx((slope < 0.06 * slope.max()).mean(), abs=0.01)
        else:
            assert stats.saturated is None
        dead = int((a == 0).all(axis=0).sum()) if unit == "relu" else None
        assert stats.dead == dead


def test_values_are_what_each_layer_puts_out_and_a_copy_of_it():
    setup, batch = mlp([3, 20, 10, 2], "tanh", layer={"dropout": 0.5}), smooth(50, 3, 2)
    net = setup.fresh(0)
    assert isinstance(net, HasValues)
    values = net.values(batch)
    assert list(values) == ["layer 1", "layer 2", "output"]
    for seen, expected in zip(values.values(), _values(setup, net, batch.x)[1], strict=True):
        np.testing.assert_allclose(seen, expected, rtol=1e-4, atol=1e-6)
    np.testing.assert_array_equal(values["output"], net.outputs(batch))


def test_dead_units_are_those_at_zero_on_every_row():
    setup, batch = mlp([3, 5, 2], "relu"), smooth(30, 3, 2)
    net = setup.fresh(0)
    setup.layout.bias(net.theta)[0][[1, 3]] = -1e6
    hidden, output = net.activations(batch)
    assert hidden.dead == 2
    assert hidden.zeros >= 0.4
    assert output.dead is None


def test_statistics_of_what_is_not_finite():
    setup, batch = mlp([3, 4, 2], "relu"), smooth(10, 3, 2)
    batch.x[2, 0] = np.nan
    net = setup.fresh(0)
    hidden, output = net.activations(batch)
    clean = np.delete(_values(setup, net, batch.x)[1][0], 2, axis=0)
    assert hidden.nonfinite == output.nonfinite == pytest.approx(0.1)
    assert hidden.mean == pytest.approx(clean.mean())
    assert hidden.std == pytest.approx(clean.std())
    batch.x[:] = np.nan
    hidden, _ = net.activations(batch)
    assert hidden.nonfinite == 1
    assert np.isnan(hidden.mean)
    assert hidden.counts == ()
    assert hidden.beyond == (1.0, 1.0)  # NaN lies nowhere near 0
    assert np.isnan(hidden.low)


@pytest.mark.parametrize("rows", [1, 1023, 1024, 1025, 2500])
@pytest.mark.parametrize("loss", ["cross_entropy", "mse"])
@pytest.mark.parametrize("dtype", PRECISIONS)
def test_chunks_leave_no_seam(rows, loss, dtype):
    assert adapter.CHUNK == 1024
    setup = mlp([3, 4, 3], loss=loss, dtype=np.dtype(dtype))
    batch, net = classes(rows, 3, 3, dtype), setup.fresh(0)
    outputs = net.outputs(batch)
    assert outputs.dtype == dtype
    tolerance = TOLERANCE[setup.dtype]
    assert close(outputs, _values(setup, net, batch.x)[1][-1], tolerance)
    one_by_one = [net.loss(batch.rows(slice(i, i + 1))) for i in range(rows)]
    assert net.loss(batch) == pytest.approx(np.mean(one_by_one), rel=tolerance)


def test_the_objective_adds_only_the_l2_that_is_asked_for():
    setup, batch = mlp([3, 4, 2], layer={"l1": 5.0, "l2": 7.0, "dropout": 0.5}), smooth(20, 3, 2)
    net = setup.fresh(0)
    squares = sum((w**2).sum() for w in net.weights().values())
    assert net.objective(batch, 0.0) == net.loss(batch)
    assert net.objective(batch, 0.3) == pytest.approx(net.loss(batch) + 0.15 * squares, rel=1e-12)
    shifted = setup.fresh(0)
    for bias in setup.layout.bias(shifted.theta):
        bias += 3
    assert shifted.objective(batch, 0.3) - shifted.loss(batch) == pytest.approx(0.15 * squares)


def test_looking_leaves_the_model_as_it_was():
    setup, batch = mlp([3, 6, 2], layer={"dropout": 0.5}, batch_size=4), smooth(20, 3, 2)
    looked_at, left_alone = setup.fresh(0), setup.fresh(0)
    for net in (looked_at, left_alone):
        net.train(batch, Plan(7))
    looked_at.loss(batch), looked_at.outputs(batch), looked_at.activations(batch)
    looked_at.objective(batch, 0.1), looked_at.weights()
    for net in (looked_at, left_alone):
        net.train(batch, Plan(7))
    assert looked_at.theta.tobytes() == left_alone.theta.tobytes()


def test_weights_are_views():
    net = mlp([3, 4, 2]).fresh(0)
    assert [w.shape for w in net.weights().values()] == [(3, 4), (4, 2)]
    net.weights()["output"][...] = 7
    assert (net.theta == 7).sum() == 8


def test_fresh_starts_share_nothing():
    setup, batch = mlp([3, 4, 2]), smooth(20, 3, 2)
    first, second = setup.fresh(0), setup.fresh(0)
    untouched = second.theta.copy()
    first.train(batch, Plan(10))
    np.testing.assert_array_equal(second.theta, untouched)


def test_the_data_are_not_changed():
    batch = smooth(20, 3, 2)
    kept = Batch(batch.x.copy(), batch.y.copy())
    net = replace(mlp([3, 4, 2]), batch_size=7).fresh(0)
    net.train(batch, Plan(20))
    net.loss(batch), net.activations(batch)
    np.testing.assert_array_equal(batch.x, kept.x)
    np.testing.assert_array_equal(batch.y, kept.y)


def test_values_that_bins_cannot_tell_apart_are_one_bin():
    assert _histogram(np.array([1 - 1.1e-16, 1.0]), 1 - 1.1e-16, 1.0) == (2,)
    assert _histogram(np.array([-1e308, 1.5e308]), -1e308, 1.5e308) == (2,)
    assert _histogram(np.zeros(0), 0.0, 1.0) == ()
    assert sum(_histogram(np.linspace(0, 1, 50), 0.0, 1.0)) == 50


def test_before_any_batch_batch_norm_takes_the_statistics_of_the_rows_it_is_shown():
    setup, batch = mlp([3, 20, 10, 2], "tanh", layer={"norm": "batch_norm"}), smooth(50, 3, 2)
    net = setup.fresh(0)
    before = net.snapshot()
    assert net.loss(batch) == pytest.approx(net.cost(batch, regularised=False), rel=1e-5)
    normed = net.values(batch)["layer 1"]
    assert np.arctanh(normed.astype(float)).mean(axis=0) == pytest.approx(0, abs=1e-4)
    assert np.arctanh(normed.astype(float)).std(axis=0) == pytest.approx(1, abs=1e-3)
    one = batch.rows(slice(0, 1))
    assert np.isfinite(net.outputs(one)).all()  # a row has no spread, so it is as at test time
    for name, array in net.snapshot().items():
        np.testing.assert_array_equal(array, before[name])
    net.train(batch, Plan(3))
    assert net.loss(batch) != pytest.approx(net.cost(batch, regularised=False), rel=1e-5)
