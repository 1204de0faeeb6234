"""ND502: one run under a rising rate."""

import numpy as np
import pytest

from nndoctor.checks.learning.range_test import Ramp, RangeTest
from nndoctor.findings import Status
from nndoctor.watch import Watch

from .fakes import Stopping, Valley, batch
from .setups import made


def nd502(setup, rows=None, watch=None, **settings):
    check = RangeTest(**settings)
    rows = batch() if rows is None else rows
    seen = check.measure(setup, rows, seed=0, watch=watch or Watch())
    return seen, check.judge(seen)


def test_a_valley_gives_a_rate_below_its_largest_stable_one():
    seen, found = nd502(Valley(floor=0.1), high=1000.0)
    assert (found.code, found.status) == ("ND502", Status.OK)
    assert 1e-3 < found.measured < 2
    assert 2 < seen.rates[-1] < 900  # broken off where it left the best loss behind


def test_a_network_that_learns_and_one_that_cannot():
    sound = made("spiral", "[32]")
    deaf = made("spiral", "[32]", model='init = "zeros"\noutput_init = "zeros"')
    assert nd502(sound.trainable, sound.train)[1].status is Status.OK
    found = nd502(deaf.trainable, deaf.train)[1]
    assert found.status is Status.ERROR
    assert "overfit-tiny" in found.advice


def test_rates_rise_evenly_in_log_space_over_the_range_told():
    seen, _ = nd502(Valley(), low=1e-4, high=1e-1, updates=50)
    ends = 2 / 49  # of the range at each: half a window, where fewer batches are averaged
    within = (1e-4 * 1e3**ends, 1e-1 / 1e3**ends)
    assert (seen.rates[0], seen.rates[-1]) == pytest.approx(within)
    np.testing.assert_allclose(np.diff(np.log(seen.rates)), np.log(1e3) / 49)


def test_where_it_is_cut_short():
    seen, found = nd502(Valley(), watch=Stopping(3))
    assert seen.cancelled
    assert found.status is Status.SKIP
    assert 0 < len(seen.rates) < 100


@pytest.mark.parametrize(
    "losses",
    [
        (1.0, 1.0, 1.0, 1.0),
        (1.0, 1.1, 1.2, 1.3),
        (1.0, 0.99, 0.99, 1.0),
        (np.nan, np.nan),
        (np.inf, 1.0, 0.5),
        (),
    ],
)
def test_a_curve_that_does_not_fall_is_an_error(losses):
    rates = tuple(10.0 ** np.arange(len(losses)))
    assert RangeTest().judge(Ramp(rates, losses, None, False)).status is Status.ERROR


def test_a_curve_that_falls_just_enough():
    rates = (1e-3, 1e-2, 1e-1, 1.0)
    enough, short = (1.0, 0.995, 0.985, 0.99), (1.0, 0.995, 0.991, 0.992)
    assert RangeTest().judge(Ramp(rates, enough, None, False)).status is Status.OK
    assert RangeTest().judge(Ramp(rates, short, None, False)).status is Status.ERROR


def test_a_run_that_breaks_is_told_with_update_and_layer():
    hot = made("sine", "[8]", optimizer='name = "sgd"\nlearning_rate = 0.1')
    check = RangeTest(low=1e3, high=1e9, updates=60)
    found = check.judge(check.measure(hot.trainable, hot.train, seed=0, watch=Watch()))
    assert found.status is Status.ERROR
    assert "NaN at update" in found.message
    assert found.where.step is not None
