"""The smallest set of changes that cures, found among trials that answer from a table."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nndoctor.diagnosis.decisions import eliminate
from nndoctor.diagnosis.search import search, specific
from nndoctor.diagnosis.suspicions import Level
from nndoctor.diagnosis.transplants import Transplant, spoilers

from .fakes import Planted, outcome, suspected

CAUSES = (
    "wrong_loss", "target_not_scaled", "input_not_normalised", "init_constant", "too_deep",
    "over_regularised", "dropout_too_high", "momentum_too_high", "too_few_epochs",
)  # fmt: skip
SETS = st.sets(st.sampled_from(CAUSES), min_size=1)


@given(st.data())
def test_elimination_keeps_a_smallest_set_that_works(data):
    sets = data.draw(st.lists(SETS, min_size=1, max_size=3))
    members = data.draw(st.permutations(CAUSES))

    def works(kept) -> bool:
        return any(one <= set(kept) for one in sets)

    kept = eliminate(members, works)
    assert works(kept)
    assert not any(works([one for one in kept if one != left]) for left in kept)


@given(SETS, st.data())
def test_what_was_planted_is_found_and_nothing_else(needed, data):
    order = data.draw(st.permutations(CAUSES))
    level = data.draw(st.sampled_from([Level.WEAK, Level.STRONG]))
    found = search(Planted(needed), suspected(order, level))
    assert set(found.members) == needed
    assert found.cure.cured
    assert found.others == ()


def test_one_cause_is_found_alone_without_trying_any_together():
    laboratory = Planted({"too_deep"})
    found = search(laboratory, suspected(CAUSES))
    assert found.members == ("too_deep",)
    assert all(len(one) == 1 for one in laboratory.asked)


@pytest.mark.parametrize("needed", [CAUSES[:2], CAUSES[2:5]])
def test_causes_that_hide_each_other_are_found_together(needed):
    found = search(Planted(needed), suspected(CAUSES))
    assert set(found.members) == set(needed)
    assert all(not test.cured for test in found.singles.values())


def test_of_equal_cures_the_likelier_is_named_and_the_other_told():
    suspects = suspected(("init_constant", "over_regularised"), Level.WEAK)
    found = search(Planted({"init_constant"}, {"over_regularised"}), suspects)
    first = max(suspects.values(), key=lambda one: one.order).cause
    assert found.members == (first,)
    assert {first, *found.others} == set(suspects)


def test_of_two_sets_that_cure_one_is_found_without_passengers():
    sets = {"wrong_loss", "too_deep"}, {"wrong_loss", "dropout_too_high"}
    found = search(Planted(*sets), suspected(CAUSES))
    assert set(found.members) in sets


def test_where_nothing_cures_no_member_is_claimed():
    found = search(Planted(), suspected(CAUSES))
    assert (found.members, found.others, found.cure) == ((), (), None)
    assert set(found.singles) == set(CAUSES)


def test_what_helps_is_evident_though_it_was_but_weakly_suspected():
    suspects = suspected(("too_deep", "dropout_too_high"), Level.GENERIC)
    found = search(Planted(suspects, helps={"too_deep": 0.4}), suspects)
    assert found.evident(suspects["too_deep"])
    assert not found.evident(suspects["dropout_too_high"])


def test_the_rate_is_turned_one_way_only():
    rates = "learning_rate_too_high", "learning_rate_too_low"
    needed = {"wrong_loss", "learning_rate_too_low"}
    helps = {"learning_rate_too_low": 0.3}
    laboratory = Planted(needed, helps=helps)
    found = search(laboratory, suspected(("wrong_loss", "too_deep", *rates)))
    assert set(found.members) == needed
    assert not any(set(rates) <= one for one in laboratory.asked)


def test_looking_for_what_is_specific_tries_nothing_together():
    laboratory = Planted(CAUSES[:2])
    found = specific(laboratory, suspected(CAUSES[:3]))
    assert found.members == ()
    assert {len(one) for one in laboratory.asked} == {1}


def transplant(aspect: str, spoils: bool = True, moved: float = 1.0, diverged: bool = False):
    runs = (outcome(0.1, moved, diverged),) * 3
    return {aspect: Transplant(aspect, runs, 0.1, spoils)}


def test_what_spoils_a_sound_set_up_is_named_by_what_is_suspected_of_that_aspect():
    suspects = suspected(("init_too_large",)) | suspected(("dead_relu",), Level.WEAK)
    assert set(spoilers(transplant("weights"), suspects)) == {"init_too_large"}
    assert spoilers(transplant("weights", spoils=False), suspects) == {}
    assert spoilers(transplant("schedule"), suspects) == {}


@pytest.mark.parametrize(
    ("moved", "diverged", "cause"),
    [
        (0.001, False, "learning_rate_too_low"),
        (5.0, False, "learning_rate_too_high"),
        (0.001, True, "learning_rate_too_high"),
    ],
)
def test_an_optimizer_that_spoils_is_one_of_a_wrong_rate(moved, diverged, cause):
    assert set(spoilers(transplant("optimizer", True, moved, diverged), {})) == {cause}


def test_an_optimizer_with_a_strong_suspect_is_named_by_it():
    suspects = suspected(("momentum_too_high",))
    assert set(spoilers(transplant("optimizer"), suspects)) == {"momentum_too_high"}
