"""What a training run promises: bits, order of rows, spans, first bad value, continuation."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from nndoctor.adapters import stretches
from nndoctor.engine.optimizers import OPTIMIZERS
from nndoctor.trace import FirstBad
from nndoctor.trainable import Batch, Plan

from ..oracles import network as oracle
from .helpers import PRECISIONS, Unit, classes, gradient, mlp, smooth, textbook

NOISY = {"layer": {"dropout": 0.3, "l2": 0.01}, "batch_size": 7}


def _run(setup, batch, seed=0, **plan):
    net = setup.fresh(seed)
    trace = net.train(batch, Plan(**({"updates": 60} | plan)))
    return net.theta.tobytes() + trace.loss.tobytes()


@pytest.mark.parametrize("dtype", PRECISIONS)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_same_seed_same_bits_however_the_run_is_cut(optimizer, dtype, monkeypatch):
    setup = mlp([3, 6, 2], optimizer=Unit(optimizer), dtype=np.dtype(dtype), **NOISY)
    batch = smooth(40, 3, 2, dtype)
    runs = {_run(setup, batch)}
    for span in (1e-9, 100.0):
        monkeypatch.setattr(stretches, "SPAN", span)
        runs |= {_run(setup, batch), _run(setup, batch, every=1), _run(setup, batch, every=17)}
    assert len(runs) == 1
    assert _run(setup, batch, seed=1) not in runs


def test_threads_change_no_bit():
    setup, batch = mlp([20, 30, 30, 3], **NOISY), smooth(100, 20, 3)
    alone = [_run(setup, batch, seed, updates=200) for seed in range(8)]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda seed: _run(setup, batch, seed, updates=200), range(8)))
    assert together == alone


def _rows_seen(batch_size, rows, epochs, shuffle=True, seed=0):
    """Which row each update used: one-hot rows into weights that only ever add up."""
    setup = mlp(
        [rows, 1],
        "linear",
        batch_size=batch_size,
        shuffle=shuffle,
        reduction="sum",
        layer={"bias": False, "init": Unit("zeros")},
        loss="mae",
    )
    net = setup.fresh(seed)
    batch = Batch(np.eye(rows), np.full((rows, 1), 1e9))  # slope -1 for each row in the batch
    seen = []
    for _ in range(epochs * -(-rows // batch_size)):
        before = net.theta.copy()
        net.train(batch, Plan(1, rate=1.0))
        seen.append(np.flatnonzero(net.theta - before).tolist())
    return seen


@pytest.mark.parametrize(("rows", "size"), [(10, 3), (10, 5), (10, 1), (7, 6), (4, 9)])
def test_an_epoch_uses_every_row_once_the_last_smaller_batch_too(rows, size):
    steps = -(-rows // size)
    seen = _rows_seen(size, rows, 3)
    orders = []
    for epoch in range(3):
        batches = seen[epoch * steps : (epoch + 1) * steps]
        sizes = [min(size, rows - start) for start in range(0, rows, size)]
        assert [len(one) for one in batches] == sizes
        assert sorted(row for one in batches for row in one) == list(range(rows))
        orders.append(batches)
    if steps > 1:
        assert orders[0] != orders[1]


def test_without_shuffling_the_file_order_is_kept():
    assert _rows_seen(3, 8, 2, shuffle=False) == 2 * [[0, 1, 2], [3, 4, 5], [6, 7]]


def test_other_rows_are_begun_at_their_first():
    """Whatever place a run over other rows was left at, its order is not theirs."""
    setup = mlp(
        [10, 1],
        "linear",
        batch_size=3,
        shuffle=False,
        reduction="sum",
        layer={"bias": False, "init": Unit("zeros")},
        loss="mae",
    )
    net = setup.fresh(0)
    net.train(Batch(np.eye(10), np.full((10, 1), 1e9)), Plan(2, rate=1.0))
    seen = []
    for _ in range(3):
        before = net.theta.copy()
        net.train(Batch(np.eye(10)[:8], np.full((8, 1), 1e9)), Plan(1, rate=1.0))
        seen.append(np.flatnonzero(net.theta - before).tolist())
    assert seen == [[0, 1, 2], [3, 4, 5], [6, 7]]


def test_a_batch_of_all_rows_or_more_is_gradient_descent():
    setup, batch = mlp([3, 4, 2]), smooth(20, 3, 2)
    full = _run(setup, batch, batch_size=0)
    assert _run(setup, batch, batch_size=20) == _run(setup, batch, batch_size=999) == full
    assert _run(setup, batch, batch_size=19) != full
    assert _run(replace(setup, batch_size=20), batch) == full


def test_without_regularisation_there_is_neither_penalty_nor_dropout():
    batch, plain = smooth(20, 3, 2), mlp([3, 4, 2], batch_size=7)
    full = mlp([3, 4, 2], batch_size=7, layer={"dropout": 0.3, "l1": 0.1, "l2": 0.1})
    assert _run(full, batch, regularised=False) == _run(plain, batch)
    assert _run(full, batch) != _run(plain, batch)


@pytest.mark.parametrize("span", [1e-9, 100.0])
def test_the_caller_is_asked_every_so_many_updates_and_can_stop(span, monkeypatch):
    monkeypatch.setattr(stretches, "SPAN", span)
    setup, batch, asked = mlp([3, 4, 2]), smooth(20, 3, 2), []
    trace = setup.fresh(0).train(batch, Plan(50, every=8), lambda done: asked.append(done) or True)
    assert asked == [8, 16, 24, 32, 40, 48]
    assert trace.updates == 50
    stopped = setup.fresh(0).train(batch, Plan(50, every=8), lambda done: done < 24)
    assert stopped.updates == len(stopped.rate) == 24
    np.testing.assert_array_equal(stopped.loss, trace.loss[:24])


def test_without_an_interval_the_caller_is_asked_after_each_span(monkeypatch):
    monkeypatch.setattr(stretches, "SPAN", 1e-9)
    asked = []
    mlp([3, 4, 2]).fresh(0).train(smooth(9, 3, 2), Plan(5), lambda done: asked.append(done) or True)
    assert asked == [1, 2, 3, 4, 5]


def test_the_recorded_loss_is_that_before_the_update():
    setup, batch = mlp([3, 4, 2]), smooth(20, 3, 2)
    net, before = setup.fresh(0), []
    whole = setup.fresh(0).train(batch, Plan(5, batch_size=0))
    for _ in range(5):
        before.append(net.loss(batch))
        net.train(batch, Plan(1, batch_size=0))
    assert whole.loss == pytest.approx(before, rel=1e-13)
    assert whole.rate.tolist() == 5 * [0.1]
    assert whole.first_bad is None


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_two_calls_are_one_long_call(optimizer):
    setup = mlp(
        [3, 6, 2],
        optimizer=Unit(optimizer),
        schedule="step",
        schedule_settings={"factor": 0.5, "every": 9},
        **NOISY,
    )
    batch = smooth(40, 3, 2)
    once, twice = setup.fresh(0), setup.fresh(0)
    whole = once.train(batch, Plan(31))
    parts = [twice.train(batch, Plan(13)), twice.train(batch, Plan(18))]
    for key in ("loss", "rate"):
        np.testing.assert_array_equal(
            np.concatenate([getattr(part, key) for part in parts]), getattr(whole, key)
        )
    assert once.theta.tobytes() == twice.theta.tobytes()


def test_a_rate_for_each_update():
    setup, batch = mlp([3, 4, 2]), smooth(20, 3, 2)
    rates = np.geomspace(1e-6, 1e-1, 10)
    trace = setup.fresh(0).train(batch, Plan(10, rate=rates))
    np.testing.assert_array_equal(trace.rate, rates)
    one_by_one = setup.fresh(0)
    for rate in rates:
        one_by_one.train(batch, Plan(1, rate=float(rate)))
    whole = setup.fresh(0)
    whole.train(batch, Plan(10, rate=rates))
    assert whole.theta.tobytes() == one_by_one.theta.tobytes()


@pytest.mark.parametrize("loss", ["mse", "mae", "huber", "log_cosh", "cross_entropy", "hinge"])
def test_the_sum_is_the_mean_times_how_many_numbers_it_is_over(loss):
    batch = classes(20, 3, 2)
    mean, total = (mlp([3, 4, 2], loss=loss, reduction=kind) for kind in ("mean", "sum"))
    count = 20 * (1 if loss in ("cross_entropy", "hinge") else 2)
    np.testing.assert_allclose(
        gradient(total, batch), count * gradient(mean, batch), rtol=1e-9, atol=1e-12
    )
    assert mean.fresh(0).loss(batch) == total.fresh(0).loss(batch)  # what is reported is a mean


def test_another_optimizer_forgets_what_the_last_one_remembered():
    setup, batch = mlp([3, 4, 2], optimizer=Unit("momentum")), smooth(20, 3, 2)
    net, other = setup.fresh(0), setup.fresh(0)
    net.train(batch, Plan(5, batch_size=0))
    other.theta[:] = net.theta
    for one in (net, other):  # neither has a first moment now
        one.train(batch, Plan(5, batch_size=0, optimizer="adagrad"))
    assert net.theta.tobytes() == other.theta.tobytes()
    for one in (net, other):
        one.train(batch, Plan(3, batch_size=0))
    assert net.theta.tobytes() == other.theta.tobytes()


def test_another_optimizer_counts_its_own_steps():
    setup, batch = mlp([3, 4, 2]), smooth(20, 3, 2)
    net, fresh = setup.fresh(0), setup.fresh(0)
    net.train(batch, Plan(50, batch_size=0))
    fresh.theta[:] = net.theta
    for one in (net, fresh):  # Adam's bias correction is of the first steps
        one.train(batch, Plan(3, batch_size=0, optimizer="adam", rate=0.01))
    assert net.theta.tobytes() == fresh.theta.tobytes()


def test_the_settings_of_the_recipe_are_for_its_own_optimizer():
    own = mlp([3, 4, 2], optimizer=Unit("sgd"), optimizer_settings={"momentum": 0.9})
    batch = smooth(20, 3, 2)
    assert _run(own, batch) == _run(mlp([3, 4, 2], optimizer=Unit("momentum")), batch)
    assert _run(own, batch, optimizer="momentum") == _run(own, batch)


class TestFirstBad:
    """The first value that is not finite: at which update, and in which layer."""

    @pytest.mark.parametrize("loss", ["mse", "mae", "hinge", "cross_entropy"])
    @pytest.mark.parametrize("bad", [np.nan, np.inf])
    def test_a_bad_input_row_shows_when_its_batch_comes(self, loss, bad):
        batch = smooth(20, 3, 2)
        batch.x[13, 1] = bad
        net = mlp([3, 4, 2], "relu", loss=loss, batch_size=4, shuffle=False).fresh(0)
        before = mlp([3, 4, 2], "relu", loss=loss, batch_size=4, shuffle=False).fresh(0)
        trace = net.train(batch, Plan(10))
        before.train(batch, Plan(3))
        assert trace.first_bad == FirstBad(3, "layer 1")
        assert len(trace.loss) == 4
        assert np.isfinite(trace.loss[:3]).all()
        assert not np.isfinite(trace.loss[3])
        assert net.theta.tobytes() == before.theta.tobytes()  # the bad update is not made

    @pytest.mark.parametrize("dtype", PRECISIONS)
    def test_exponential_layers_overflow_where_the_exponent_does(self, dtype):
        batch = Batch(np.full((4, 1), 3, dtype), np.zeros((4, 1), dtype))
        ones = {"init": Unit("ones"), "bias": False}
        setup = mlp([1, 1, 1, 1, 1], "exponential", dtype=np.dtype(dtype), layer=ones)
        # e^3 = 20, e^20 = 5e8, and e^5e8 is infinite: layer 3 puts it out, the next one takes it
        trace = setup.fresh(0).train(batch, Plan(3))
        assert trace.first_bad == FirstBad(0, "output")
        assert trace.loss.tolist() == [np.inf]

    def test_a_huge_rate(self):
        setup, batch = mlp([3, 4, 2], "linear", rate=1e200), smooth(20, 3, 2)
        trace = setup.fresh(0).train(batch, Plan(50, batch_size=0))
        assert trace.first_bad is not None
        assert 1 <= trace.first_bad.step <= 3
        assert len(trace.loss) == trace.first_bad.step + 1
        assert not np.isfinite(trace.loss[-1])

    def test_only_the_loss_overflows(self):
        setup, batch = mlp([2, 1], layer={"bias": False}), smooth(4, 2, 1)
        net = setup.fresh(0)
        net.theta[:] = 1e200
        assert net.train(batch, Plan(1)).first_bad == FirstBad(0, "loss")

    def test_weights_that_the_last_update_ruined(self):
        setup, batch = mlp([3, 4, 2]), smooth(20, 3, 2)
        net = setup.fresh(0)
        trace = net.train(batch, Plan(1, batch_size=0, rate=np.inf, look_every=1))
        assert trace.first_bad == FirstBad(1, "layer 1")
        assert len(trace.loss) == 1
        assert trace.look_steps.tolist() == [0]

    def test_steps_are_counted_from_the_start_of_the_network(self):
        batch, net = smooth(20, 3, 2), mlp([3, 4, 2]).fresh(0)
        net.train(batch, Plan(5, batch_size=0))
        batch.x[0, 0] = np.nan
        assert net.train(batch, Plan(5, batch_size=0)).first_bad == FirstBad(5, "layer 1")


@pytest.mark.parametrize(
    "layer", [{"l1": 0.01, "l2": 0.2}, {"lq": 0.05, "q": 3.0}, {"norm": "batch_norm"}]
)
def test_training_goes_the_oracles_way(layer):
    setup = mlp([3, 5, 2], layer=layer, rate=0.3)
    batch, net = smooth(20, 3, 2), setup.fresh(0)
    theta, losses = net.theta.copy(), []
    for _ in range(30):
        loss, slope = oracle.gradients(textbook(setup, theta), batch.x, batch.y, "mse", True)
        losses.append(loss)
        theta = theta - 0.3 * slope
    trace = net.train(batch, Plan(30, batch_size=0))
    assert trace.loss == pytest.approx(losses, rel=1e-9)
    np.testing.assert_allclose(net.theta, theta, rtol=1e-8)
