"""A status follows from the rows of evidence and from nothing else."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nndoctor.comparison import RELEVANT, Difference
from nndoctor.diagnosis.context import Context
from nndoctor.diagnosis.evidence import MARGIN, Evidence, Kind, Level, Row
from nndoctor.diagnosis.outdone import Outdone
from nndoctor.diagnosis.references import margin_beside
from nndoctor.diagnosis.status import Status
from nndoctor.diagnosis.subject import Run
from nndoctor.diagnosis.suspicions import from_runs
from nndoctor.diagnosis.untrained import OBSERVABLE, OPPOSITES
from nndoctor.diagnosis.verdict import LOST_SEEDS, State, verdict
from nndoctor.findings import Verdict

from .fakes import Fake

HIGH, LOW = "learning_rate_too_high", "learning_rate_too_low"
SURE, NOTHING = Difference(0.5, 0.01, 9.0), Difference(0.0, 0.005, 9.0)
OPEN = Difference(0.1, 0.3, 2.0)


def evidence(*rows: Row) -> Evidence:
    table = Evidence(OPPOSITES)
    table.add(*rows)
    return table


def test_a_gain_on_the_seeds_of_the_search_confirms_nothing():
    table = evidence(Row(LOW, Kind.SCREENED, gain=SURE))
    assert table.status(LOW) is Status.SUSPECTED


def test_the_same_gain_on_fresh_seeds_confirms():
    table = evidence(Row(LOW, Kind.SCREENED, gain=SURE), Row(LOW, Kind.CONFIRMATION, gain=SURE))
    assert table.status(LOW) is Status.CONFIRMED
    assert table.gain(LOW) == SURE


def test_what_is_refuted_on_confirmation_is_demoted():
    table = evidence(
        Row(LOW, Kind.SUSPICION, "slow", Level.STRONG),
        Row(LOW, Kind.SCREENED, gain=SURE),
        Row(LOW, Kind.CONFIRMATION, gain=Difference(0.01, 0.05, 9.0)),
    )
    assert table.status(LOW) is Status.SUSPECTED
    assert table.refuted(LOW)


def test_a_component_that_several_causes_sit_in_confirms_none_of_them():
    table = evidence(Row(LOW, Kind.CONFIRMATION, gain=SURE, own=False))
    assert table.status(LOW) is not Status.CONFIRMED


def test_of_opposites_that_did_nothing_alone_that_which_shows_itself_is_suspected_of_a_component():
    table = evidence(
        Row(HIGH, Kind.SUSPICION),
        Row(LOW, Kind.SUSPICION, "the weights hardly moved", Level.STRONG),
        Row(HIGH, Kind.SCREENED, gain=NOTHING),
        Row(LOW, Kind.SCREENED, gain=NOTHING),
        Row(LOW, Kind.CONFIRMATION, gain=SURE, own=False),
    )
    assert table.status(LOW) is Status.SUSPECTED
    assert table.status(HIGH) is not Status.SUSPECTED


def test_what_spoils_a_sound_set_up_is_no_cause_where_a_cure_leaves_it_as_it_is():
    spoils = Row(LOW, Kind.CONFIRMATION, gain=SURE, context=Context.SOUND)
    assert evidence(spoils).status(LOW) is Status.CONFIRMED
    spared = evidence(replace(spoils, context=Context.SPARED))
    assert spared.status(LOW) is not Status.CONFIRMED
    assert not spared.likely(LOW)


def test_what_a_run_would_show_is_not_named_where_none_did_though_its_change_helps():
    helps = [Row("dead_relu", kind, gain=SURE) for kind in (Kind.SCREENED, Kind.CONFIRMATION)]
    table = Evidence(OPPOSITES, OBSERVABLE, rows=helps)
    assert table.status("dead_relu") is Status.UNKNOWN
    assert table.gain("dead_relu") == SURE
    applies = Row("dead_relu", Kind.SUSPICION, level=Level.WEAK)
    assert replace(table, rows=[*helps, applies]).status("dead_relu") is Status.UNKNOWN
    seen = replace(applies, text="3 of 4 units are dead")
    assert replace(table, rows=[*helps, seen]).status("dead_relu") is Status.CONFIRMED


def test_a_network_that_has_not_learned_its_training_rows_has_not_learned_them_by_heart():
    helps = [Row("overfitting", kind, gain=SURE) for kind in (Kind.SCREENED, Kind.CONFIRMATION)]

    def status(*runs):
        said = from_runs(Fake(), runs, 0.9 - runs[0].score)
        return Evidence(rows=[*helps, *said]).status("overfitting")

    assert status(run(0.05, 0.04), run(0.1, 0.02)) is Status.UNKNOWN
    assert status(run(0.05, 0.04), run(0.9, 0.04)) is Status.CONFIRMED
    assert status(run(0.9, 0.3), run(0.9, 0.3)) is Status.CONFIRMED


def test_what_fell_back_to_guessing_on_its_training_rows_too_is_not_suspected_of_overfitting():
    def suspected(*runs):
        said = from_runs(Fake(), runs, 0.5)
        return {row.cause for row in said if row.kind is Kind.SUSPICION and "below" in row.text}

    assert suspected(run(0.05, 0.5, 0.02)) == {"learning_rate_too_high"}
    assert suspected(run(0.9, 0.5, 0.3)) == {"learning_rate_too_high", "overfitting"}


def run(train: float, *held: float) -> Run:
    return Run(held, (train,), np.full(20, held[-1]), 1.0, False, 500)


def test_ruled_out_needs_the_power_to_have_seen_a_gain():
    assert evidence(Row(LOW, Kind.SCREENED, gain=NOTHING)).status(LOW) is Status.RULED_OUT
    assert evidence(Row(LOW, Kind.SCREENED, gain=OPEN)).status(LOW) is not Status.RULED_OUT
    one_draw = Difference(0.0, float("inf"), 1.0)
    assert evidence(Row(LOW, Kind.SCREENED, gain=one_draw)).status(LOW) is not Status.RULED_OUT


def test_what_brought_nothing_where_nothing_is_learned_is_not_ruled_out():
    none = Difference(0.0, 0.0, 2.0)
    assert evidence(Row(LOW, Kind.SCREENED, gain=none)).status(LOW) is Status.RULED_OUT
    blind = Row(LOW, Kind.SCREENED, gain=none, blind=True)
    assert evidence(blind).status(LOW) is Status.UNKNOWN
    seen = Row(LOW, Kind.SUSPICION, "slow", Level.STRONG)
    assert evidence(seen, blind).status(LOW) is Status.SUSPECTED


def test_one_gain_among_several_tests_keeps_a_cause_from_being_ruled_out():
    table = evidence(
        Row(LOW, Kind.SCREENED, gain=NOTHING),
        Row(LOW, Kind.SCREENED, gain=SURE, context=Context.SOUND),
    )
    assert table.status(LOW) is Status.SUSPECTED


def test_what_contradicts_itself_is_certain_whatever_a_test_says():
    table = evidence(
        Row("double_softmax", Kind.CONTRADICTION, "twice", Level.STRONG),
        Row("double_softmax", Kind.SCREENED, gain=NOTHING),
    )
    assert table.status("double_softmax") is Status.CERTAIN


def test_many_claims_are_held_to_one_error():
    close = Difference(0.05, 0.015, 9.0)
    assert evidence(Row(LOW, Kind.CONFIRMATION, gain=close)).status(LOW) is Status.CONFIRMED
    many = [Row(f"c{at}", Kind.CONFIRMATION, gain=NOTHING) for at in range(9)]
    table = evidence(Row(LOW, Kind.CONFIRMATION, gain=close), *many)
    assert table.status(LOW) is not Status.CONFIRMED


def test_of_opposites_that_both_gain_the_larger_gain_decides():
    small = Difference(0.2, 0.01, 9.0)
    table = evidence(
        Row(HIGH, Kind.CONFIRMATION, gain=small), Row(LOW, Kind.CONFIRMATION, gain=SURE)
    )
    assert table.status(LOW) is Status.CONFIRMED
    assert table.status(HIGH) is Status.UNKNOWN


differences = st.builds(
    Difference,
    st.floats(-1, 1),
    st.one_of(st.just(float("inf")), st.floats(0, 0.3)),
    st.sampled_from([1.0, 2.0, 4.0, 9.0]),
)
rows = st.builds(
    Row,
    cause=st.sampled_from([HIGH, LOW, "dead_relu"]),
    kind=st.sampled_from([Kind.SUSPICION, Kind.SCREENED, Kind.CONFIRMATION, Kind.NOT_TESTED]),
    level=st.sampled_from(list(Level)),
    gain=st.one_of(st.none(), differences),
    own=st.booleans(),
)


@given(st.lists(rows, max_size=12))
def test_no_history_claims_more_than_it_shows(history):
    table = evidence(*history)
    named = (Status.CONFIRMED, Status.SUSPECTED)
    assert not (table.status(HIGH) in named and table.status(LOW) in named)
    for cause in (HIGH, LOW, "dead_relu"):
        status = table.status(cause)
        tests = [
            row.gain
            for row in history
            if row.cause == cause and row.gain and row.kind in (Kind.SCREENED, Kind.CONFIRMATION)
        ]
        if status is Status.CONFIRMED:
            own = [
                row.gain
                for row in history
                if row.cause == cause and row.own and row.gain and row.kind is Kind.CONFIRMATION
            ]
            assert any(gain.shows(RELEVANT) for gain in own)
        if status is Status.RULED_OUT:
            assert tests
            assert not any(gain.mean > MARGIN for gain in tests)


GAPS = [
    Difference(mean, error, 9.0)
    for mean, error in itertools.product([-0.2, 0.0, 0.04, 0.1, 0.4], [0.0, 0.01, 0.1])
]


@pytest.mark.parametrize("gap", GAPS, ids=str)
@pytest.mark.parametrize("speaks", [True, False])
@pytest.mark.parametrize("gained", [None, SURE, NOTHING])
def test_a_recipe_that_reaches_its_reference_is_never_sick(gap, speaks, gained):
    answer = verdict(State(gap, gained=gained, speaks=speaks))
    if gap.excludes(MARGIN):
        assert answer is Verdict.HEALTHY
    if answer is Verdict.SICK:
        assert gap.shows(MARGIN) or (gained is not None and gained.shows(MARGIN))
    if answer is Verdict.UNDECIDED:
        assert speaks
        assert not gap.excludes(MARGIN)


def test_one_lost_seed_speaks_for_a_loss_that_the_others_leave_open():
    spans = Difference(0.12, 0.1, 9.0)
    assert verdict(State(spans)) is Verdict.HEALTHY
    assert verdict(State(spans, lost=1)) is Verdict.UNDECIDED
    assert verdict(State(replace(spans, mean=0.04), lost=1)) is Verdict.HEALTHY
    # on training rows more may be lost, but for a seed that learned nothing
    assert verdict(State(spans, margin=0.2, speaks=True)) is Verdict.HEALTHY
    assert verdict(State(spans, margin=0.2, lost=1)) is Verdict.UNDECIDED


@pytest.mark.parametrize(("error", "answer"), [(0.01, "sick"), (0.3, "undecided")])
@pytest.mark.parametrize("reached", [1.0, 0.0])
def test_far_behind_a_simple_model_it_is_not_healthy_because_its_reference_is_as_bad(
    error, answer, reached
):
    ahead = Outdone("a linear model", 0.9, Difference(0.6, error, 2.0), 0.225, 3)
    assert verdict(State(NOTHING, reached=reached, outdone=ahead)) == answer
    # a change that was shown to help is no chance
    if reached < MARGIN:
        assert verdict(State(OPEN, reached=reached, outdone=ahead, gained=SURE)) is Verdict.SICK


def test_seeds_that_break_and_scores_without_meaning_are_sick_whatever_the_mean():
    fine = Difference(0.0, 0.001, 9.0)
    assert verdict(State(fine)) is Verdict.HEALTHY
    assert verdict(State(fine, lost=LOST_SEEDS)) is Verdict.SICK
    assert verdict(State(fine, broken=1)) is Verdict.SICK
    assert verdict(State(fine, meaningless=True)) is Verdict.SICK
    assert verdict(State(fine, lost=LOST_SEEDS - 1)) is Verdict.HEALTHY


@pytest.mark.parametrize(("reached", "answer"), [(0.04, "undecided"), (0.1, "healthy")])
def test_a_reference_that_guesses_as_well_tells_nothing(reached, answer):
    assert verdict(State(Difference(0.0, 0.001, 9.0), reached=reached)) == answer
    assert verdict(State(Difference(0.9, 0.001, 9.0), reached=reached)) is Verdict.SICK


def test_what_a_change_was_shown_to_bring_counts_where_references_guess():
    fine = Difference(0.0, 0.001, 9.0)
    assert verdict(State(fine, reached=0.04, gained=SURE)) is Verdict.SICK
    assert verdict(State(fine, reached=0.04, gained=NOTHING)) is Verdict.UNDECIDED


def test_one_draw_decides_nothing_by_itself():
    alone = Difference(0.9, float("inf"), 1.0)
    assert verdict(State(alone, speaks=True)) is Verdict.UNDECIDED


@pytest.mark.parametrize(
    ("gap", "held", "answer"),
    [(0.11, True, Verdict.SICK), (0.11, False, Verdict.HEALTHY), (0.5, False, Verdict.SICK)],
)
def test_rows_that_were_trained_on_need_not_be_fitted_as_closely_as_can_be(gap, held, answer):
    shown = Difference(gap, 0.01, 4.0)
    assert verdict(State(shown, speaks=True, margin=margin_beside(0.98, held))) is answer


def test_of_little_that_can_be_memorised_no_more_may_be_lost_than_elsewhere():
    assert margin_beside(0.1, False) == margin_beside(0.1, True) == MARGIN
