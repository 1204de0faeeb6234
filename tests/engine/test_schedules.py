from dataclasses import asdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nndoctor.engine.plateau import Plateau
from nndoctor.engine.schedules import SCHEDULES
from nndoctor.trainable import Plan

from ..oracles import schedules as oracle
from .helpers import mlp, smooth

CASES = [
    ("constant", {}), ("step", {"factor": 0.5, "every": 10}), ("step", {"factor": 0.9, "every": 1}),
    ("multi_step", {"factor": 0.3, "milestones": (40, 7, 7, 300)}),
    ("exponential", {"decay": 0.05}), ("staircase", {"decay": 0.4, "every": 7}),
    ("inverse_time", {"decay": 0.01}), ("inverse_time", {"decay": 0.0}),
    ("sqrt", {"decay": 1.0}), ("sqrt", {"decay": 0.01}),
    ("polynomial", {"power": 1.0, "end": 0.0}), ("polynomial", {"power": 2.5, "end": 0.2}),
    ("cosine", {"end": 0.0}), ("cosine", {"end": 0.3}),
    ("cosine_restarts", {"every": 7, "growth": 1, "end": 0.0}),
    ("cosine_restarts", {"every": 1, "growth": 3, "end": 0.1}),
    ("one_cycle", {"peak_at": 0.3, "start_divisor": 25.0, "end_divisor": 1e4}),
    ("one_cycle", {"peak_at": 0.0, "start_divisor": 2.0, "end_divisor": 0.5}),
    ("one_cycle", {"peak_at": 1.0, "start_divisor": 2.0, "end_divisor": 3.0}),
    ("manual", {"rates": (0.1, 0.5, 0.02)}), ("manual", {"rates": (3.0,)}),
    ("plateau", {"factor": 0.1, "patience": 10, "min_delta": 1e-4}),
]  # fmt: skip
EACH = pytest.mark.parametrize(("name", "settings"), CASES)
TIMES = np.arange(100.0)

share, whole = st.floats(0, 1), st.integers(1, 50)
SETTINGS = {
    "factor": st.floats(0.1, 1), "every": whole, "growth": st.integers(1, 5),
    "milestones": st.lists(whole, min_size=1, max_size=5), "decay": st.floats(0, 1),
    "rates": st.lists(st.floats(1e-6, 10), min_size=1, max_size=9), "power": st.floats(0.1, 5),
    "end": share, "peak_at": share, "start_divisor": st.floats(1, 100),
    "end_divisor": st.floats(1, 1e5), "patience": whole, "min_delta": st.floats(0, 0.9),
}  # fmt: skip


@st.composite
def chosen(draw):
    """The name of a schedule and settings for it."""
    unit = SCHEDULES[draw(st.sampled_from(sorted(SCHEDULES)))]
    return unit.name, {key: draw(SETTINGS[key]) for key, _ in unit.settings}


def warmed_up(name, times, total, warmup, settings):
    return SCHEDULES[name].warmed_up(times, total, warmup, **settings)


@pytest.mark.parametrize("total", [1, 2, 60, 100])
@EACH
def test_factors_are_the_oracles(name, settings, total):
    right = [oracle.FACTORS[name](t, total, **settings) for t in TIMES]
    ours = SCHEDULES[name].factor(TIMES, total, **settings)
    np.testing.assert_allclose(ours, right, rtol=1e-10, atol=1e-16)


@pytest.mark.parametrize(("total", "warmup"), [(60, 1), (60, 7), (20, 20), (5, 30)])
@EACH
def test_warm_up_is_the_oracles(name, settings, total, warmup):
    right = [oracle.warmed_up(name, t, total, warmup, **settings) for t in TIMES]
    ours = warmed_up(name, TIMES, total, warmup, settings)
    np.testing.assert_allclose(ours, right, rtol=1e-10, atol=1e-16)


def test_every_schedule_has_a_case():
    assert {name for name, _ in CASES} == set(SCHEDULES)


def test_only_plateau_watches_the_loss_and_only_manual_has_rates_of_its_own():
    assert [name for name, unit in SCHEDULES.items() if unit.watches_loss] == ["plateau"]
    assert [name for name, unit in SCHEDULES.items() if unit.absolute] == ["manual"]


def test_restarts_are_where_whole_numbers_have_them():
    """A logarithm would miss some of these by rounding."""
    for growth in (2, 3, 5, 7, 10):
        starts = np.cumsum([0, *(10 * growth**k for k in range(5))]).astype(float)
        settings = {"every": 10, "growth": growth, "end": 0.0}
        factor = SCHEDULES["cosine_restarts"].factor
        assert factor(starts, 1, **settings).tolist() == len(starts) * [1.0]
        assert (factor(starts[1:] - 1, 1, **settings) < 0.03).all()


@settings(deadline=None)
@given(chosen(), st.integers(1, 80), st.integers(0, 90))
def test_rates_are_finite_and_above_zero_until_the_training_ends(chosen, total, warmup):
    name, given = chosen
    factors = warmed_up(name, TIMES, total, warmup, given)
    assert np.isfinite(factors).all()
    assert (factors[:total] > 0).all()
    assert (factors >= 0).all()


@settings(deadline=None)
@given(chosen(), st.integers(1, 80), st.integers(2, 90))
def test_a_warm_up_rises_to_where_the_schedule_starts(chosen, total, warmup):
    name, given = chosen
    factors = warmed_up(name, TIMES, total, warmup, given)
    assert (np.diff(factors[:warmup]) > 0).all()
    assert factors[warmup - 1] == factors[warmup]
    alone = warmed_up(name, TIMES, max(total - warmup, 1), 0, given)
    np.testing.assert_array_equal(factors[warmup:], alone[: len(TIMES) - warmup])


@settings(deadline=None)
@given(chosen(), st.integers(1, 20), st.integers(0, 9), st.integers(1, 40), st.integers(1, 40))
def test_per_epoch_is_one_rate_an_epoch(chosen, epochs, warmup, rows, batch):
    name, given = chosen
    setup = mlp(
        [2, 1],
        schedule=name,
        schedule_settings=given,
        schedule_per_epoch=True,
        warmup=warmup,
        epochs=epochs,
    )
    updates = -(-rows // batch)
    rates = setup.rates(0, epochs * updates, rows, batch).reshape(epochs, updates)
    assert (rates == rates[:, :1]).all()
    right = warmed_up(name, np.arange(float(epochs)), epochs, warmup, given)
    right = right if name == "manual" else 0.1 * right
    np.testing.assert_allclose(rates[:, 0], right, rtol=1e-12)


@pytest.mark.parametrize("name", ["polynomial", "cosine", "one_cycle"])
def test_the_end_is_that_of_the_whole_training_and_stays(name):
    setup = mlp([2, 1], schedule=name, epochs=4, rate=1.0)  # three updates an epoch
    rates = setup.rates(0, 30, 10, 4)
    right = [oracle.FACTORS[name](t, 12, **dict(SCHEDULES[name].settings)) for t in range(30)]
    np.testing.assert_allclose(rates, right, rtol=1e-10, atol=1e-16)
    assert (rates[:12] > 0).all()
    assert (rates[12:] == rates[12]).all()
    assert rates[12] <= rates[11]
    assert rates[12] < 1e-5


def test_rates_continue_where_they_were_left_and_count_epochs_when_told_so():
    step = {"schedule": "step", "schedule_settings": {"factor": 0.1, "every": 2}, "rate": 1.0}
    by_update = mlp([2, 1], **step)
    assert by_update.rates(0, 6, 10, 4) == pytest.approx([1, 1, 0.1, 0.1, 0.01, 0.01])
    assert by_update.rates(3, 2, 10, 4) == pytest.approx([0.1, 0.01])
    by_epoch = mlp([2, 1], **step, schedule_per_epoch=True)  # three updates an epoch
    assert by_epoch.rates(5, 8, 10, 4) == pytest.approx([1] + 6 * [0.1] + [0.01])


@EACH
def test_rates_in_pieces_are_the_rates_in_one(name, settings):
    setup = mlp([2, 1], schedule=name, schedule_settings=settings, warmup=5, epochs=9)
    pieces = [setup.rates(first, count, 10, 4) for first, count in ((0, 1), (1, 0), (1, 29))]
    np.testing.assert_array_equal(np.concatenate(pieces), setup.rates(0, 30, 10, 4))


def test_a_network_is_trained_at_the_rates_of_its_schedule():
    setup = mlp([3, 4, 2], schedule="cosine", warmup=3, epochs=5, batch_size=4)
    batch, net, other = smooth(10, 3, 2), setup.fresh(0), setup.fresh(0)
    trace = net.train(batch, Plan(15))
    np.testing.assert_array_equal(trace.rate, setup.rates(0, 15, 10, 4))
    other.train(batch, Plan(15, rate=trace.rate))
    assert net.theta.tobytes() == other.theta.tobytes()


def test_a_rate_that_grows_without_end_is_found_and_does_not_warn():
    growing = {"factor": 1e30, "every": 1}
    setup = mlp([3, 4, 2], schedule="step", schedule_settings=growing, dtype=np.dtype(np.float32))
    trace = setup.fresh(0).train(smooth(10, 3, 2, np.float32), Plan(20))
    assert trace.first_bad is not None


# Quarters, so that no threshold is rounded: the oracle writes it another way.
quarters = st.integers(-40, 40).map(lambda number: number / 4)
LOSSES = st.lists(quarters | st.sampled_from([np.nan, np.inf, -np.inf]), max_size=60)


@given(LOSSES, st.floats(0.1, 1), st.integers(0, 4), st.sampled_from([0, 0.125, 0.5]))
def test_plateau_is_the_oracles(losses, factor, patience, min_delta):
    plateau = Plateau(factor, patience, min_delta, eps=0.0)
    ours = [plateau.observe(loss) for loss in losses]
    right = oracle.observed(losses, factor, patience, min_delta)
    assert ours == pytest.approx(right, rel=1e-12)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_is_no_progress(bad):
    plateau = Plateau(factor=0.5, patience=2)
    assert [plateau.observe(loss) for loss in (1.0, bad, bad, bad)] == [1.0, 1.0, 1.0, 0.5]
    assert plateau.best == 1.0
    fresh = Plateau(factor=0.5, patience=0)
    assert [fresh.observe(loss) for loss in (bad, 5.0, bad)] == [0.5, 0.5, 0.25]


@given(LOSSES, st.integers(0, 60))
def test_plateau_goes_on_from_its_state(losses, cut):
    whole, first = Plateau(0.5, 2, 0.1), Plateau(0.5, 2, 0.1)
    factors = [whole.observe(loss) for loss in losses]
    for loss in losses[:cut]:
        first.observe(loss)
    second = Plateau(0.5, 2, 0.1)
    second.state = tuple(np.array(first.state))  # as a checkpoint holds them: floats
    assert [second.observe(loss) for loss in losses[cut:]] == factors[cut:]
    assert asdict(second) == asdict(whole)


def test_plateau_has_the_defaults_of_its_record():
    record = dict(SCHEDULES["plateau"].settings)
    assert {key: asdict(Plateau())[key] for key in record} == record
