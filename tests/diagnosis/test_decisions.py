"""The verdict on made-up trials."""

import pytest

from nndoctor.diagnosis.decisions import (
    cures,
    difference,
    eliminate,
    health,
    improves,
    recovery,
    solid,
)

GOOD = [0.9, 0.91, 0.89]


def test_a_set_up_as_good_as_the_reference_is_healthy():
    assert not health([0.89, 0.9, 0.88], GOOD).sick(strong=True, pathology=True)


def test_a_set_up_far_below_is_sick_without_any_suspicion():
    assert health([0.3, 0.4, 0.2], GOOD).sick(strong=False, pathology=False)


def test_a_middling_one_needs_a_strong_suspicion():
    state = health([0.75, 0.76, 0.74], GOOD)
    assert state.sick(strong=True, pathology=False)
    assert not state.sick(strong=False, pathology=False)


def test_what_lies_within_the_spread_is_not_sick():
    assert not health([0.1, 0.9, 0.9], GOOD).sick(strong=True, pathology=False)


def test_one_seed_that_learns_nothing_asks_for_more_seeds():
    assert health([0.1, 0.9, 0.9], GOOD).close


def test_a_cure_reaches_the_reference_on_every_seed():
    assert cures([0.88, 0.89, 0.87], [0.1, 0.2, 0.1], GOOD)
    assert not cures([0.9, 0.9, 0.2], [0.1, 0.2, 0.1], GOOD)
    assert not cures([0.5, 0.5, 0.5], [0.1, 0.2, 0.1], GOOD)


def test_what_was_healthy_before_can_not_be_cured():
    assert not cures([0.9, 0.9, 0.9], [0.89, 0.9, 0.9], GOOD)


def test_a_difference_counts_beyond_twice_its_error():
    assert difference([0.5, 0.6], [0.1, 0.2]).real
    assert not difference([0.5, 0.0, 0.1], [0.1, 0.1, 0.1]).real
    assert not improves([0.51, 0.52, 0.53], [0.5, 0.51, 0.52], [1.0, 1.0, 1.0])


def test_of_a_reference_that_learns_nothing_nothing_is_missing():
    state = health([0.0, 0.0], [0.0, 0.0])
    assert state.share == 1.0
    assert not state.sick(strong=True, pathology=True)


def test_solid_is_near_the_reference_on_every_seed():
    assert solid([0.9, 0.89, 0.91], GOOD)
    assert not solid([0.9, 0.9, 0.6], GOOD)
    assert not solid([0.75, 0.76, 0.74], GOOD)


def test_recovery_is_the_share_of_what_was_lost():
    share, spread = recovery([0.5, 0.5], [0.1, 0.1], [0.9, 0.9])
    assert share == pytest.approx(0.5)
    assert spread < 0.05
    assert recovery([0.0, 0.0], [0.1, 0.1], [0.9, 0.9])[0] == 0.0


def test_elimination_keeps_what_is_needed():
    needed = {"b", "d"}
    assert eliminate(["a", "b", "c", "d"], lambda kept: needed <= set(kept)) == ["b", "d"]
    assert eliminate(["a"], lambda kept: True) == ["a"]
