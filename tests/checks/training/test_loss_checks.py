"""ND504 to ND509: what the loss of a run says, on both sides of each threshold."""

import numpy as np
import pytest

from nndoctor.checks.training.cost_explosion import CostExplosion
from nndoctor.checks.training.oscillation import Oscillation
from nndoctor.checks.training.plateau import Plateau
from nndoctor.checks.training.rate_in_use import RateInUse
from nndoctor.checks.training.spikes import Spikes
from nndoctor.checks.training.still_falling import StillFalling
from nndoctor.findings import Status

from .courses import broken, course, looks

ALL = [RateInUse(), Plateau(), Oscillation(), Spikes(), CostExplosion(), StillFalling()]
LINE = np.linspace(2.0, 1.0, 51)
TINY = looks(update_norm=9e-5)
STEADY = dict.fromkeys(("layer 1", "layer 2"), 0.05) | {"output": 9.0}


def told(check, **shape):
    return check.examine(course(**shape))


@pytest.mark.parametrize("check", ALL, ids=lambda check: check.code)
def test_a_sound_run_is_ok(check):
    found = check.examine(course())
    assert found.status is Status.OK
    assert found.threshold
    assert found.measured is not None


@pytest.mark.parametrize("check", ALL, ids=lambda check: check.code)
def test_a_run_that_broke_is_never_ok(check):
    assert check.examine(broken()).status in (Status.ERROR, Status.SKIP)


@pytest.mark.parametrize("check", ALL, ids=lambda check: check.code)
def test_a_run_cut_short_is_not_judged(check):
    found = told(check, cancelled=True, updates=300)
    assert found.status is Status.SKIP
    assert "300" in found.message


@pytest.mark.parametrize(("climb", "status"), [(0.39, Status.OK), (0.41, Status.WARNING)])
def test_nd504_a_rate_under_which_the_loss_climbs_back_is_too_high(climb, status):
    losses = np.concatenate([np.linspace(2.0, 1.0, 30), [1.0 + climb], np.linspace(1, 0.9, 20)])
    found = told(RateInUse(), losses=losses)
    assert found.status is status
    assert ("learning_rate_too_high" in found.suggests) is (status is Status.WARNING)


def test_nd504_a_broken_run_is_an_error_with_its_place():
    found = RateInUse().examine(broken(3))
    assert found.status is Status.ERROR
    assert (found.where.step, found.where.layer) == (3, "layer 2")


@pytest.mark.parametrize(
    ("shape", "status"),
    [
        ({"losses": LINE, "seen": TINY}, Status.WARNING),
        ({"losses": LINE, "seen": looks(update_norm=1.1e-4)}, Status.OK),
        ({"losses": LINE, "seen": looks(update_norm=[0, 0, 1e-3])}, Status.OK),  # two are cut off
        ({"losses": LINE, "seen": looks(update_norm=[0, 0, 1e-5])}, Status.WARNING),
        ({"losses": LINE, "seen": looks(update_norm=0.0)}, Status.WARNING),
        ({"losses": LINE, "moved": STEADY}, Status.WARNING),
        ({"losses": LINE, "moved": STEADY | {"layer 2": 0.11}}, Status.OK),
        ({"losses": LINE, "seen": TINY, "updates": 99}, Status.NOTE),
        ({"seen": TINY, "moved": STEADY}, Status.OK),  # the fall has ended
    ],
)
def test_nd504_a_rate_is_too_low_where_it_still_falls_by_tiny_steps(shape, status):
    assert told(RateInUse(), **shape).status is status


@pytest.mark.parametrize(
    ("suggestion", "status"),
    [(0.1, Status.OK), (0.011, Status.OK), (0.0099, Status.NOTE), (1.1, Status.NOTE)],
)
def test_nd504_a_suggestion_of_the_sweep_is_told_and_noted_when_far(suggestion, status):
    found = told(RateInUse(), suggestion=suggestion)
    assert found.status is status
    assert found.expected == suggestion
    assert f"{suggestion:.2g}" in found.message


def test_nd504_what_is_too_low_is_not_told_to_go_lower_nor_what_is_too_high_higher():
    low = {"losses": LINE, "seen": TINY}
    assert told(RateInUse(), **low, suggestion=1.1).advice == "--set optimizer.learning_rate=1.1"
    against = told(RateInUse(), **low, suggestion=0.011)
    assert against.advice == "`nndoctor lr-sweep` finds a rate"
    assert "suggested" not in against.message
    high = {"losses": LINE[::-1]}
    assert told(RateInUse(), **high, suggestion=0.011).message.endswith("; 0.011 is suggested")
    assert "suggested" not in told(RateInUse(), **high, suggestion=1.1).message


@pytest.mark.parametrize(
    ("lowest", "updates", "status"),
    [
        (1.97, 500, Status.OK),
        (1.99, 500, Status.ERROR),
        (1.99, 100, Status.ERROR),
        (1.99, 99, Status.NOTE),
    ],
)
def test_nd505_a_loss_that_never_beats_a_constant_is_a_plateau(lowest, updates, status):
    losses = [2.0] * 20 + [lowest] * 30
    found = told(Plateau(converged=1.0), losses=losses, updates=updates)
    assert found.status is status


def test_nd505_a_fall_from_a_bad_start_to_chance_is_no_progress():
    assert told(Plateau(), losses=np.linspace(90.0, 2.0, 51) ** 1.0).status is Status.WARNING
    assert told(Plateau(), losses=[90.0] * 5 + [2.0] * 46).status is Status.ERROR
    assert told(Plateau(), losses=[2.0] * 51, chance=np.nan).status is Status.ERROR
    assert told(Plateau(), losses=[2.0] * 51, chance=0.0).status is Status.SKIP


@pytest.mark.parametrize(
    ("losses", "status"),
    [
        ([2.0, *np.linspace(1.9, 1.5, 30), *[1.5] * 20], Status.NOTE),
        ([2.0, *np.linspace(1.9, 1.5, 40), *[1.5] * 10], Status.OK),
        ([2.0, *np.linspace(1.9, 0.1, 30), *[0.1] * 20], Status.OK),  # an end like any other
        ([2.0, *[1.9] * 25, *np.linspace(1.9, 0.1, 25)], Status.NOTE),
    ],
)
def test_nd505_a_standstill_after_progress_is_a_note_at_most(losses, status):
    found = told(Plateau(), losses=losses)
    assert found.status is status
    assert ("plateau" in found.message) is (status is Status.NOTE)


@pytest.mark.parametrize(
    ("height", "status"),  # the swing is height / (1 + height)
    [(0.10, Status.OK), (0.12, Status.NOTE), (0.32, Status.NOTE), (0.36, Status.WARNING)],
)
def test_nd506_jumps_around_a_level_are_rated_by_the_fall(height, status):
    zigzag = np.where(np.arange(51) % 2 == 0, 1 + height, 1 - height)
    losses = np.where(np.arange(51) < 5, 2.0, zigzag)
    found = told(Oscillation(), losses=losses)
    assert found.status is status
    turned = np.concatenate([[2.0] * 25, 1 - height * np.sin(np.linspace(0, 6, 26))])
    assert told(Oscillation(), losses=turned).status is Status.OK  # it drifts, it does not jump


def test_nd506_needs_updates_enough():
    assert told(Oscillation(), updates=99).status is Status.SKIP
    assert told(Oscillation(), losses=[2.0, 1.0, 1.5, 1.0]).status is Status.SKIP


def batches(height, width, at=600, count=1000):
    noise = 0.01 * np.random.default_rng(0).standard_normal(count)
    curve = 1 + np.exp(-np.linspace(0, 8, count)) + noise
    curve[at : at + width] += height
    return curve


@pytest.mark.parametrize(
    ("height", "width", "status"),
    [
        (0.22, 6, Status.OK),
        (0.35, 6, Status.NOTE),
        (0.7, 6, Status.WARNING),
        (0.7, 2, Status.OK),  # two odd batches
    ],
)
def test_nd507_a_spike_is_rated_by_what_was_learnt(height, width, status):
    losses = 1 + np.exp(-np.linspace(0, 8, 51))
    found = told(Spikes(), losses=losses, batches=batches(height, width), updates=1000)
    assert found.status is status
    if status is not Status.OK:
        assert 598 <= found.where.step <= 607


def test_nd507_the_steep_fall_at_the_start_is_no_spike():
    fall = 1 + 5 * np.exp(-np.arange(1000) / 4.0)
    losses = 1 + 5 * np.exp(-np.arange(0, 1001, 20) / 4.0)
    assert told(Spikes(), losses=losses, batches=fall, updates=1000).status is Status.OK


@pytest.mark.parametrize(
    ("peak", "status"), [(5.9, Status.OK), (6.1, Status.ERROR), (np.inf, Status.ERROR)]
)
def test_nd508_three_times_the_first_cost_is_an_explosion(peak, status):
    losses = [2.0, 1.5, peak, 1.0, 0.5]
    steady = np.ones(500)
    assert told(CostExplosion(), losses=losses, batches=steady).status is status
    burst = np.where(np.abs(np.arange(500) - 200) < 30, peak, 1.0)
    found = told(CostExplosion(), losses=[2.0, 1.0, 0.5], batches=burst)
    assert found.status is status
    assert found.measured == pytest.approx(peak / 2)


def test_nd508_the_first_cost_is_no_measure_below_chance():
    assert told(CostExplosion(), losses=[0.1, 1.0, 0.05], chance=2.0).status is Status.OK
    assert told(CostExplosion(), losses=[0.1, 1.0, 0.05], chance=np.nan).status is Status.ERROR


@pytest.mark.parametrize(("tail", "status"), [(0.049, Status.OK), (0.051, Status.NOTE)])
def test_nd509_a_loss_that_still_falls_at_the_end_is_noted(tail, status):
    losses = np.concatenate([np.linspace(2.0, 1.0, 41), np.linspace(1.0, 1.0 - tail, 11)[1:]])
    losses = 2 - (2 - losses) / (1 + tail)  # in all it falls by one
    found = told(StillFalling(share=0.05 / 1.05), losses=losses)
    assert found.status is status
    assert ("too_few_epochs" in found.suggests) is (status is Status.NOTE)


def test_nd509_what_never_falls_does_not_fall_at_the_end():
    assert told(StillFalling(), losses=[2.0, 2.5, 3.0]).status is Status.OK
    back = told(StillFalling(), losses=[*np.linspace(2.0, 1.0, 41), *np.linspace(1.0, 1.1, 10)])
    assert back.message.startswith("the loss did not fall in the last fifth")
