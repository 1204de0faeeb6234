"""Verdict and exit code for every status a report can hold: one function, which can't disagree."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nndoctor.findings import FailOn, Finding, Report, Status, Verdict, worst

STATUSES = st.lists(st.sampled_from(Status), max_size=5)


def report(*statuses, **facts):
    findings = tuple(Finding("ND000", "name", status, "message") for status in statuses)
    return Report("command", "title", findings, **facts)


LEVELS = (FailOn.ERROR, FailOn.WARNING, FailOn.NOTE, FailOn.NEVER)
PASS, WARN, FAIL, UNDECIDED = Verdict.PASS, Verdict.WARN, Verdict.FAIL, Verdict.UNDECIDED
# status: verdict and exit code under --fail-on error, warning, note, never
TABLE = {
    Status.SKIP: [(UNDECIDED, 4), (UNDECIDED, 4), (UNDECIDED, 4), (UNDECIDED, 0)],
    Status.OK: [(PASS, 0), (PASS, 0), (PASS, 0), (PASS, 0)],
    Status.NOTE: [(PASS, 0), (PASS, 0), (FAIL, 1), (PASS, 0)],
    Status.WARNING: [(WARN, 0), (FAIL, 1), (FAIL, 1), (WARN, 0)],
    Status.ERROR: [(FAIL, 1), (FAIL, 1), (FAIL, 1), (FAIL, 0)],
    Status.BROKEN: [(UNDECIDED, 3), (UNDECIDED, 3), (UNDECIDED, 3), (UNDECIDED, 3)],
}


@pytest.mark.parametrize("status", Status)
def test_a_report_of_one_finding(status):
    asked = [report(status).conclude(level) for level in LEVELS]
    assert [(one.verdict, one.exit_code) for one in asked] == TABLE[status]
    own = [report(status, fail_on=level) for level in LEVELS]
    assert [(one.verdict, one.exit_code()) for one in own] == TABLE[status]
    assert [report(status).exit_code(level) for level in LEVELS] == [c for _, c in TABLE[status]]
    assert (report(status).verdict, report(status).exit_code()) == TABLE[status][0]


@given(STATUSES, st.sampled_from(FailOn), st.booleans(), st.sampled_from([None, *Verdict]))
def test_word_and_code_never_disagree(statuses, level, cut, decided):
    seen = report(*statuses, fail_on=level, interrupted=cut, decided=decided)
    code = seen.exit_code()
    if code == 1:
        assert seen.verdict in (Verdict.SICK, FAIL)
    if code == 0 and level is not FailOn.NEVER:
        assert seen.verdict in (Verdict.HEALTHY, PASS, WARN)
    if code == 4:
        assert seen.verdict is UNDECIDED


@given(STATUSES, st.sampled_from(FailOn), st.booleans())
def test_healthy_and_sick_are_said_only_where_that_was_decided(statuses, level, cut):
    seen = report(*statuses, fail_on=level, interrupted=cut)
    assert seen.verdict not in (Verdict.HEALTHY, Verdict.SICK)


@pytest.mark.parametrize(
    ("decided", "codes"),
    [(Verdict.HEALTHY, [0, 0, 0, 0]), (Verdict.SICK, [1, 1, 1, 0]), (UNDECIDED, [4, 4, 4, 0])],
)
def test_what_was_decided_outweighs_the_findings(decided, codes):
    seen = report(Status.WARNING, Status.ERROR, decided=decided)
    assert [seen.exit_code(level) for level in LEVELS] == codes
    assert seen.verdict is decided


def test_a_report_without_findings_decides_nothing():
    assert report().verdict is UNDECIDED
    assert report().exit_code() == 4


def test_a_skip_beside_an_answer_is_no_doubt():
    assert report(Status.SKIP, Status.OK).verdict is PASS
    assert report(Status.SKIP, Status.OK).exit_code() == 0


def test_a_bug_of_ours_is_told_whatever_else_was_found():
    both = report(Status.ERROR, Status.BROKEN)
    assert both.verdict is UNDECIDED
    assert both.exit_code(FailOn.NEVER) == 3


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("level", FailOn)
def test_cut_short_is_130_and_never_a_pass(status, level):
    cut = report(status, interrupted=True, fail_on=level)
    assert cut.exit_code() == 130
    assert cut.verdict is UNDECIDED


@given(STATUSES, STATUSES)
def test_more_findings_never_make_it_better(some, more):
    together = worst([*some, *more])
    if some:
        assert together.severity >= worst(some).severity
    assert report(*some, *more).worst is together


@given(STATUSES, st.randoms(use_true_random=False))
def test_the_order_of_the_findings_does_not_matter(statuses, random):
    shuffled = random.sample(statuses, len(statuses))
    for level in FailOn:
        assert report(*shuffled).exit_code(level) == report(*statuses).exit_code(level)
    assert report(*shuffled).verdict is report(*statuses).verdict


@given(STATUSES)
def test_a_stricter_level_never_lets_more_pass(statuses):
    seen = report(*statuses)
    failed = [seen.exit_code(level) == 1 for level in (FailOn.ERROR, FailOn.WARNING, FailOn.NOTE)]
    assert failed == sorted(failed)
    assert seen.exit_code(FailOn.NEVER) != 1


def test_severity_rises_from_skip_to_broken():
    order = [Status.SKIP, Status.OK, Status.NOTE, Status.WARNING, Status.ERROR, Status.BROKEN]
    assert sorted(Status, key=lambda status: status.severity) == order
