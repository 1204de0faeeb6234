"""Clipping, weight decay, bounded weights, averages: alone, and around an optimizer in training."""

from dataclasses import replace

import numpy as np
import pytest

from nndoctor.engine import stages
from nndoctor.engine.layout import Shape, layout
from nndoctor.engine.optimizers import OPTIMIZERS
from nndoctor.trace import LOOK
from nndoctor.trainable import Plan

from ..oracles import stages as oracle
from .helpers import PRECISIONS, TOLERANCE, Unit, apply, close, gradient, mlp, smooth

BOTH = pytest.mark.parametrize("dtype", PRECISIONS)
PLACES = layout(4, [Shape(5), Shape(3, bias=False)])
NAMES = ("clip_value", "clip_norm", "coupled", "decoupled", "max_norm", "average")
RATES = np.repeat([0.4, 0.1], 8)


def _vector(dtype, seed=0):
    return np.random.default_rng(seed).normal(0, 2, PLACES.parameters).astype(dtype)


def _stage(moment, g=None, theta=None, mean=None, rate=0.5, **amounts):
    """One moment on its own; the vectors are changed in place."""
    given = [one for one in (g, theta, mean) if one is not None]
    vectors = [given[0][:0].copy() if one is None else one for one in (g, theta, mean)]
    numbers = np.array([amounts.get(name, 0.0) for name in NAMES])
    dtype = given[0].dtype
    address = stages.addresses(numbers, dtype)[moment]
    apply(address, (*vectors, PLACES.table, numbers, dtype.type(rate)))


@BOTH
@pytest.mark.parametrize("limit", [0.5, 3.0, 1e9])
def test_clipping(dtype, limit):
    g = _vector(dtype)
    for name, right in (("clip_value", oracle.clip_by_value), ("clip_norm", oracle.clip_by_norm)):
        clipped = g.copy()
        _stage(stages.BEFORE_STEP, clipped, **{name: limit})
        assert close(clipped, right(g.astype(float), limit), TOLERANCE[g.dtype])
        assert (clipped == g).all() == (limit == 1e9)


@BOTH
def test_clipping_never_hides_a_broken_gradient(dtype):
    huge = np.sqrt(np.finfo(np.float64).max) * 10  # its square overflows
    for bad in (np.nan, np.inf, *([huge] if dtype is np.float64 else [])):
        g = _vector(dtype)
        g[3] = bad
        by_value, by_norm = g.copy(), g.copy()
        _stage(stages.BEFORE_STEP, by_value, clip_value=1.0)
        _stage(stages.BEFORE_STEP, by_norm, clip_norm=1.0)
        assert np.isnan(by_norm).all()
        assert np.isnan(by_value[3]) if np.isnan(bad) else by_value[3] == 1
        assert np.isfinite(np.delete(by_value, 3)).all()


def test_a_float32_gradient_whose_square_overflows_is_clipped():
    g = np.full(PLACES.parameters, 1e30, np.float32)
    _stage(stages.BEFORE_STEP, g, clip_norm=2.0)
    assert np.linalg.norm(g) == pytest.approx(2.0)


@BOTH
def test_decay_is_for_all_parameters_and_keeps_nan(dtype):
    g, theta = _vector(dtype), _vector(dtype, 1)
    theta[2] = np.nan
    coupled, decoupled = g.copy(), g.copy()
    _stage(stages.BEFORE_STEP, coupled, theta, coupled=0.3)
    _stage(stages.AFTER_STEP, decoupled, theta, rate=0.5, decoupled=0.3)
    np.testing.assert_allclose(coupled, g + dtype(0.3) * theta, rtol=1e-5)
    np.testing.assert_allclose(decoupled, g + dtype(0.15) * theta, rtol=1e-5)
    assert np.isnan(coupled[2])
    assert np.isnan(decoupled[2])


@BOTH
@pytest.mark.parametrize("limit", [0.1, 3.5, 1e9])
def test_max_norm_shortens_columns_and_leaves_biases(dtype, limit):
    theta = _vector(dtype)
    before = theta.copy()
    _stage(stages.AFTER_UPDATE, theta=theta, max_norm=limit)
    for w, old in zip(PLACES.weights(theta), PLACES.weights(before), strict=True):
        assert close(w, oracle.bounded(old.astype(float), limit), TOLERANCE[theta.dtype])
        assert (np.linalg.norm(w, axis=0) <= limit * (1 + 1e-6)).all()
    assert (PLACES.bias(theta)[0] == PLACES.bias(before)[0]).all()
    assert (theta == before).all() == (limit == 1e9)


@BOTH
@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_max_norm_never_hides_a_broken_weight(dtype, bad):
    theta = _vector(dtype)
    PLACES.weights(theta)[0][1, 2] = bad
    _stage(stages.AFTER_UPDATE, theta=theta, max_norm=0.5)
    w, _ = PLACES.weights(theta)
    assert np.isnan(w[1, 2])
    assert np.isfinite(np.delete(w, 2, axis=1)).all()


@BOTH
def test_the_average_is_the_oracles_and_keeps_nan(dtype):
    thetas = np.array([_vector(dtype, seed) for seed in range(6)])
    mean = thetas[0].copy()
    thetas[4, 5] = np.nan
    for theta, right in zip(thetas, oracle.averages(thetas.astype(float), 0.9), strict=True):
        _stage(stages.AFTER_UPDATE, theta=theta.copy(), mean=mean, average=0.9)
        assert np.isnan(mean[5]) == np.isnan(right[5])
        assert close(np.delete(mean, 5), np.delete(right, 5), TOLERANCE[mean.dtype])
    assert np.isnan(mean[5])


def test_what_is_off_is_not_compiled():
    for on, name in enumerate(NAMES):
        moment = (0, 0, 0, 1, 2, 2)[on]
        numbers = np.zeros(6)
        assert not stages.addresses(numbers, np.dtype(np.float64)).any()
        numbers[on] = 0.5
        assert np.flatnonzero(stages.addresses(numbers, np.dtype(np.float64))) == [moment], name


SETS = [
    {"clip_value": 0.05},
    {"clip_norm": 0.1},
    {"weight_decay": 0.2},
    {"max_norm": 0.4},
    {"clip_value": 0.05, "clip_norm": 0.1, "weight_decay": 0.2, "max_norm": 0.6},
]


def _run(setup, batch, rates=RATES, **plan):
    """The network after so many updates on all rows, and theta after each."""
    net, thetas = setup.fresh(0), []
    for rate in rates:
        net.train(batch, Plan(1, batch_size=0, rate=float(rate), **plan))
        thetas.append(net.theta.copy())
    return net, np.array(thetas)


@pytest.mark.parametrize("on", SETS)
def test_training_goes_the_oracles_way(on):
    plain, batch = mlp([3, 5, 2], layer={"l2": 0.05}), smooth(20, 3, 2)
    _, thetas = _run(replace(plain, **on), batch)
    right = oracle.train(
        plain.fresh(0).theta,
        lambda theta: gradient(plain, batch, theta=theta),
        RATES,
        plain.layout,
        **on,
    )
    assert close(thetas, right, 1e-9)
    assert not close(_run(plain, batch)[1], right, 1e-3)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_decay_joins_the_gradient_or_the_step_as_the_record_says(name):
    batch, plain = smooth(20, 3, 2), mlp([3, 4, 2], optimizer=Unit(name))
    before = plain.fresh(0).theta
    decayed = replace(plain, weight_decay=0.3)
    (after,), (without,) = (_run(one, batch, [0.1])[1] for one in (decayed, plain))
    linear = name in ("sgd", "momentum", "radam")  # in their first step the two are the same
    assert close(without - after, 0.03 * before, 1e-9) == (OPTIMIZERS[name].decoupled or linear)
    assert not close(after, without, 1e-4)


def test_decoupled_decay_follows_the_schedule_and_not_the_gradient():
    setup = mlp([3, 4, 2], optimizer=Unit("lion"), weight_decay=0.3)
    net, batch = setup.fresh(0), smooth(20, 3, 2)
    before = net.theta.copy()
    net.train(batch, Plan(1, rate=0.0))
    assert net.theta.tobytes() == before.tobytes()
    look = net.train(batch, Plan(1, rate=0.5, look_every=1)).looks[0]
    moved = setup.layout.weights(net.theta - before)
    norms = [np.linalg.norm(one) for one in moved]
    assert look[:, LOOK.index("update_norm")] == pytest.approx(norms, rel=1e-10)


def test_the_gradient_norm_is_that_before_clipping():
    batch, plain = smooth(20, 3, 2), mlp([3, 4, 2])
    norms = [
        setup.fresh(0).train(batch, Plan(1, batch_size=0, look_every=1)).looks
        for setup in (plain, replace(plain, clip_norm=1e-3))
    ]
    column = LOOK.index("gradient_norm")
    np.testing.assert_array_equal(norms[0][..., column], norms[1][..., column])


class TestAverage:
    """Training goes on with theta; what looks at the network sees the average."""

    batch = smooth(20, 3, 2)
    setup = mlp([3, 4, 2], ema=0.8)
    plain = mlp([3, 4, 2])

    def test_it_is_the_oracles_and_does_not_touch_training(self):
        net, thetas = _run(self.setup, self.batch)
        unaveraged, same = _run(self.plain, self.batch)
        assert thetas.tobytes() == same.tobytes()
        start = self.setup.fresh(0).theta
        right = oracle.averages(np.vstack([start, thetas]), 0.8)[-1]
        at_test = self.plain.fresh(0)
        at_test.theta[:] = right
        assert net.loss(self.batch) == pytest.approx(at_test.loss(self.batch), rel=1e-12)
        assert net.objective(self.batch, 0.3) == pytest.approx(
            at_test.objective(self.batch, 0.3), rel=1e-12
        )
        assert close(net.outputs(self.batch), at_test.outputs(self.batch), 1e-12)
        for ours, other in zip(
            net.activations(self.batch), at_test.activations(self.batch), strict=True
        ):
            assert ours.std == pytest.approx(other.std, rel=1e-12)
        assert net.loss(self.batch) != pytest.approx(unaveraged.loss(self.batch), rel=1e-4)

    def test_one_call_or_many(self):
        parts, _ = _run(self.setup, self.batch, np.full(16, 0.1))
        whole = self.setup.fresh(0)
        whole.train(self.batch, Plan(16, batch_size=0))
        assert whole.loss(self.batch) == parts.loss(self.batch)

    def test_before_the_first_update_there_is_none(self):
        net = self.setup.fresh(0)
        net.theta[:] = 0.25
        same = self.plain.fresh(0)
        same.theta[:] = 0.25
        assert net.loss(self.batch) == same.loss(self.batch)
        net.train(self.batch, Plan(1, batch_size=0, rate=0.0))
        assert net.loss(self.batch) == pytest.approx(same.loss(self.batch), rel=1e-12)

    def test_a_broken_theta_breaks_it(self):
        net = self.setup.fresh(0)
        net.train(self.batch, Plan(3, batch_size=0))
        net.train(self.batch, Plan(1, batch_size=0, rate=np.nan))
        assert np.isnan(net.loss(self.batch))


@pytest.mark.parametrize("plan", [{"regularised": False}, {"optimizer": "adagrad"}])
def test_a_plan_without_regularisation_or_with_another_optimizer_keeps_clipping_only(plan):
    batch, plain = smooth(20, 3, 2), mlp([3, 4, 2])
    clip = {"clip_value": 0.1, "clip_norm": 0.2}
    everything = replace(plain, **clip, weight_decay=0.3, max_norm=0.5, ema=0.9)
    seen, left = _run(everything, batch, **plan), _run(replace(plain, **clip), batch, **plan)
    assert seen[1].tobytes() == left[1].tobytes()
    assert seen[0].loss(batch) == left[0].loss(batch)
    assert seen[1].tobytes() != _run(plain, batch, **plan)[1].tobytes()


@BOTH
@pytest.mark.parametrize("optimizer", ["sgd", "adam", "adamw"])
def test_a_layers_own_rate_is_as_much_more_or_less_of_its_step(dtype, optimizer):
    given = {
        "optimizer": Unit(optimizer),
        "weight_decay": 0.1,
        "rate": 0.1,
        "dtype": np.dtype(dtype),
    }
    setup = mlp([4, 6, 5, 3], layer={"norm": "batch_norm"}, **given)
    own = (0.0, 2.5, 1.0)
    layers = tuple(replace(one, rate_scale=s) for one, s in zip(setup.layers, own, strict=True))
    batch = smooth(20, 4, 3, dtype)
    moved = []
    for one in (setup, replace(setup, layers=layers)):
        net = one.fresh(0)
        before = net.theta.copy()
        net.train(batch, Plan(1, batch_size=0))
        moved.append(net.theta - before)
    form = setup.layout
    for plain, scaled, factor in zip(*map(form.weights, moved), own, strict=True):
        assert close(scaled, factor * plain, 1e-4)
    for plain, scaled, factor in zip(*map(form.gain_and_shift, moved), own, strict=True):
        assert close(scaled, factor * plain, 1e-4)


def test_without_own_rates_no_stage_is_compiled_for_them():
    assert not mlp([4, 6, 3]).rule("adam").stages[stages.AFTER_STEP]
