"""From curves to rates: properties that hold for every curve, and curves whose answer is known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nndoctor.checks.measures.rate_suggestion import descent, smooth, suggest
from nndoctor.checks.measures.rate_sweep import log_spaced

RATES = log_spaced(1e-6, 10.0, 15).tolist()
LOSSES = st.lists(st.integers(1, 1000).map(float), min_size=3, max_size=15)
ANY = st.lists(
    st.one_of(st.integers(1, 100).map(float), st.just(np.nan), st.just(np.inf)), max_size=15
)


@given(LOSSES, st.integers(-20, 20))
def test_the_scale_of_the_losses_does_not_matter(losses, power):
    rates = RATES[: len(losses)]
    assert suggest(rates, [loss * 2.0**power for loss in losses]) == suggest(rates, losses)


@given(LOSSES)
def test_what_is_suggested_lies_within_the_range(losses):
    rates = RATES[: len(losses)]
    for rate in suggest(rates, losses).values():
        assert rates[0] * (1 - 1e-9) <= rate <= rates[-1] * (1 + 1e-9)


@given(LOSSES, ANY)
def test_nothing_after_nan_counts(losses, tail):
    rates = RATES[: len(losses)]
    longer = [*losses, np.nan, *tail]
    rates_longer = log_spaced(1e-6, 1e20, 100)[: len(longer)].tolist()
    rates_longer[: len(losses)] = rates
    assert suggest(rates_longer, longer) == suggest(rates, losses)


@given(ANY)
def test_no_curve_breaks_it(losses):
    for rate in suggest(RATES[: len(losses)], losses).values():
        assert np.isfinite(rate)


@given(st.floats(0.001, 1000), st.integers(0, 15))
def test_a_flat_curve_suggests_nothing(loss, length):
    assert suggest(RATES[:length], [loss] * length) == {}


@given(st.integers(7, 12), st.integers(1, 9))
def test_smoothing_has_no_lag(centre, window):
    losses = [float(abs(i - centre)) for i in range(2 * centre + 1)]
    assert int(smooth(losses, window).argmin()) == centre


@given(LOSSES, st.integers(1, 9))
def test_smoothing_commutes_with_reversal_and_stays_within_bounds(losses, window):
    curve = smooth(losses, window)
    np.testing.assert_allclose(smooth(losses[::-1], window)[::-1], curve)
    assert min(losses) - 1e-9 <= curve.min()
    assert curve.max() <= max(losses) + 1e-9


@given(ANY, st.integers(1, 9))
def test_smoothing_leaves_what_is_not_finite_where_it_is(losses, window):
    assert np.isfinite(smooth(losses, window)).tolist() == np.isfinite(losses).tolist()


def test_a_parabola_in_log_rate():
    # lowest at 1e-3; falls fastest at the left end, where the slope of a parabola is steepest
    logs = np.linspace(-6, -0.5, 23)
    rules = suggest((10**logs).tolist(), (1 + (logs + 3) ** 2).tolist())
    assert rules["lowest"] == pytest.approx(1e-3)
    assert rules["steepest"] < 1e-5
    assert 1e-6 < rules["valley"] < 1e-3


def test_a_step_is_steepest_in_its_middle():
    logs = np.linspace(-6, 0, 25)
    losses = 2 - np.tanh(2 * (logs + 3))
    rules = suggest((10**logs).tolist(), losses.tolist())
    assert rules["steepest"] == pytest.approx(1e-3)
    assert rules["lowest"] == pytest.approx(1.0)


@pytest.mark.parametrize("at", [1, 40, 180])
def test_a_jump_of_noise_is_not_where_it_falls_fastest(at):
    """Neither at the left end, nor on the way, nor beyond the lowest loss."""
    logs = np.linspace(-6, 1, 200)
    losses = 2 - np.tanh(2 * (logs + 3)) + 0.5 * np.maximum(logs + 1, 0)
    losses[:at] += 0.1
    rules = suggest((10**logs).tolist(), losses.tolist())
    assert rules["steepest"] == pytest.approx(1e-3, rel=0.1)


def test_the_curve_is_cut_where_it_explodes():
    # the fall after the explosion is luck
    logs, curve = descent([1e-4, 1e-3, 1e-2, 1e-1, 1.0], [1.0, 0.9, 0.8, 3.1, 0.1])
    assert len(curve) == len(logs) == 3


def test_smoothing_does_not_forget_after_a_huge_value():
    curve = smooth([1.0] * 5 + [1e30] + [1.0] * 20, 3)
    np.testing.assert_array_equal(curve[7:], 1.0)
