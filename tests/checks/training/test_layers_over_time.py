"""ND503, ND609 to ND611: what a run did to each layer, on both sides of each threshold."""

import numpy as np
import pytest

from nndoctor.checks.measures.layer_table import layer_table
from nndoctor.checks.training.frozen_layer import FrozenLayer
from nndoctor.checks.training.gradient_flow import GradientFlow
from nndoctor.checks.training.update_ratio import UpdateRatio
from nndoctor.checks.training.weight_growth import WeightGrowth
from nndoctor.findings import Status
from nndoctor.trace import FirstBad

from .courses import LAYERS, broken, course, looks

BAD = (Status.WARNING, Status.ERROR)
ALL = [UpdateRatio(), GradientFlow(), WeightGrowth(), FrozenLayer()]


def judged(check, **columns):
    return check.examine(course(seen=looks(**columns)))


@pytest.mark.parametrize("check", ALL, ids=lambda check: check.code)
def test_a_sound_run_is_ok(check):
    assert check.examine(course()).status is Status.OK


@pytest.mark.parametrize("check", ALL[:3], ids=lambda check: check.code)
def test_without_looks_there_is_nothing_to_judge(check):
    assert check.examine(course(seen=looks(0))).status is Status.SKIP


@pytest.mark.parametrize(
    ("ratio", "status"),
    [
        (1e-3, Status.OK),
        (1.01e-5, Status.OK),
        (0.99e-5, Status.WARNING),
        (1.01e-8, Status.WARNING),
        (0.99e-8, Status.ERROR),
        (0.0, Status.ERROR),
        (0.099, Status.OK),
        (0.101, Status.WARNING),
        (0.99, Status.WARNING),
        (1.01, Status.ERROR),
        (np.inf, Status.ERROR),
        (np.nan, Status.ERROR),
    ],
)
def test_nd503_the_layer_farthest_from_a_thousandth_is_judged(ratio, status):
    found = judged(UpdateRatio(), update_norm=[1e-3, ratio, 1e-3])
    assert found.status is status
    assert found.measured == pytest.approx(ratio if np.isfinite(ratio) else np.inf)
    if status in BAD:
        assert found.where.layer == "layer 2"
        assert ("learning_rate_too_high" in found.suggests) is not (ratio < 1e-3)


@pytest.mark.parametrize("check", [UpdateRatio(), GradientFlow()], ids=lambda check: check.code)
def test_a_layer_that_is_frozen_on_purpose_is_no_fault(check):
    seen = looks(update_norm=[0, 1e-3, 1e-3], gradient_norm=[0, 1, 1])
    assert check.examine(course(seen=seen)).status in BAD
    assert check.examine(course(seen=seen, frozen=frozenset(["layer 1"]))).status is Status.OK


def test_a_layer_that_stands_still_while_others_move_gets_no_gradient():
    cut = judged(UpdateRatio(), update_norm=[1e-3, 0, 1e-3])
    assert (cut.status, cut.suggests) == (Status.ERROR, ("vanishing_gradient",))
    assert "while other layers move" in cut.message
    assert "rate" not in cut.advice
    still = judged(UpdateRatio(), update_norm=0.0)
    assert still.suggests[0] == "learning_rate_too_low"


def test_nd503_a_layer_that_is_all_zero_is_left_out_and_one_that_was_is_not():
    zero = judged(UpdateRatio(), update_norm=1e-3, weight_norm=[1, 0, 1])
    assert zero.status is Status.OK
    assert judged(UpdateRatio(), weight_norm=0).status is Status.SKIP
    weights = np.ones((20, 3))
    weights[0] = 0
    assert judged(UpdateRatio(), update_norm=1e-3, weight_norm=weights).status is Status.OK


def test_nd503_and_nd609_after_a_climb_advise_no_larger_rate():
    died = np.full((20, 3), 1.0)
    died[1:, 0] = 1e-9
    seen = looks(update_norm=1e-3 * died, gradient_norm=died)
    climbed = course(np.r_[1.0, np.full(50, 30.0)], seen=seen)
    calm = course(np.r_[1.0, np.full(50, 1.0)], seen=seen)
    for check in (UpdateRatio(), GradientFlow()):
        found, other = check.examine(climbed), check.examine(calm)
        assert found.status is other.status is Status.ERROR
        assert found.suggests[0] == "learning_rate_too_high"
        assert "learning_rate_too_high" not in other.suggests
    assert "no larger learning rate" in UpdateRatio().examine(climbed).advice
    assert UpdateRatio().examine(calm).advice.startswith("a larger learning rate")
    assert "smaller learning rate" in GradientFlow().examine(climbed).advice
    always = looks(gradient_norm=[1e-9, 1, 1])
    sick = GradientFlow().examine(course(np.r_[1.0, np.full(50, 30.0)], seen=always))
    assert "relu and he_normal" in sick.advice  # it vanished before the rate did anything


def test_nd503_once_the_loss_has_fallen_small_updates_are_no_fault():
    updates = np.full((20, 3), 1e-3)
    updates[10:] = 1e-12
    learnt_early = course([2.0] * 20 + [0.1] * 31, seen=looks(update_norm=updates))
    learnt_late = course([2.0] * 49 + [0.1] * 2, seen=looks(update_norm=updates[::-1]))
    assert UpdateRatio().examine(learnt_early).status is Status.OK
    assert UpdateRatio().examine(learnt_late).status in BAD


@pytest.mark.parametrize(
    ("ratio", "status"),
    [
        (1.0, Status.OK),
        (1.01e-3, Status.OK),
        (0.99e-3, Status.WARNING),
        (0.99e-5, Status.ERROR),
        (0.0, Status.ERROR),
        (990.0, Status.OK),
        (1010.0, Status.WARNING),
        (1.01e5, Status.ERROR),
        (np.inf, Status.ERROR),
        (np.nan, Status.ERROR),
    ],
)
def test_nd609_the_first_layer_is_compared_with_the_last(ratio, status):
    found = judged(GradientFlow(), gradient_norm=[ratio, 5.0, 1.0])
    assert found.status is status
    if status in BAD:
        assert ("vanishing_gradient" in found.suggests) is (ratio < 1)


def test_nd609_no_gradient_anywhere_is_an_error_and_one_layer_is_no_stack():
    assert judged(GradientFlow(), gradient_norm=0.0).status is Status.ERROR
    alone = course(seen=looks(layers=("output",)), layers=("output",))
    assert GradientFlow().examine(alone).status is Status.SKIP


@pytest.mark.parametrize(
    ("power", "status"),
    [(0.5, Status.OK), (1.0, Status.OK), (1.5, Status.OK), (2.0, Status.WARNING)],
)
def test_nd610_growth_of_weights_by_its_power_of_time(power, status):
    weights = np.ones((21, 3))
    weights[:, 1] = np.arange(21.0) ** power
    assert WeightGrowth().examine(course(seen=looks(21, weight_norm=weights))).status is status


@pytest.mark.parametrize("end", [10.1, np.inf, np.nan])
def test_nd610_growth_beyond_ten_and_what_is_not_finite_is_an_error(end):
    weights = np.ones((21, 3))
    weights[-1, 2] = end
    found = WeightGrowth().examine(course(seen=looks(21, weight_norm=weights)))
    assert found.status is Status.ERROR
    assert found.where.layer == "output"


def test_nd610_weights_that_go_to_zero_do_not_grow():
    assert judged(WeightGrowth(), weight_norm=0.0).status is Status.OK
    assert WeightGrowth().examine(course(seen=looks(3))).status is Status.SKIP


@pytest.mark.parametrize(
    ("moved", "status"),
    [
        ((1.1e-4, 0.5, 0.5), Status.OK),
        ((0.9e-4, 0.5, 0.5), Status.WARNING),
        ((0.9e-4, 8e-3, 8e-3), Status.OK),  # the others moved hardly farther
        ((0.0, 0.5, 0.5), Status.ERROR),
        ((0.0, 0.0, 0.0), Status.ERROR),
        ((0.5, np.inf, 0.5), Status.OK),  # zeros that moved
    ],
)
def test_nd611_a_layer_that_stays_though_others_move(moved, status):
    found = FrozenLayer().examine(course(moved=dict(zip(LAYERS, moved, strict=True))))
    assert found.status is status


def test_nd611_needs_weights_and_a_run_that_did_not_break():
    assert FrozenLayer().examine(course(moved={})).status is Status.SKIP
    assert FrozenLayer().examine(broken()).status is Status.SKIP
    assert FrozenLayer().examine(course(batches=[], updates=0)).status is Status.SKIP


def test_the_table_has_the_layers_in_the_order_of_the_network():
    table = layer_table(course(seen=looks(update_norm=[1e-3, 1e-6, 1e-2])))
    assert [row[0] for row in table.rows] == ["layer 1", "layer 2", "output"]
    bad = FirstBad(0, "output")
    none = layer_table(course(seen=looks(0), bad=bad))
    assert [row[1] for row in none.rows] == [None] * 3
