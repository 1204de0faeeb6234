"""Verdict and exit code for every status a report can hold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nndoctor.findings import FailOn, Finding, Report, Status, Verdict, worst

STATUSES = st.lists(st.sampled_from(Status), max_size=5)


def report(*statuses, interrupted=False):
    findings = tuple(Finding("ND000", "name", status, "message") for status in statuses)
    return Report("command", "title", findings, interrupted=interrupted)


# status: verdict, exit code under --fail-on error, warning, note, never
TABLE = {
    Status.SKIP: (Verdict.UNDECIDED, 4, 4, 4, 4),
    Status.OK: (Verdict.HEALTHY, 0, 0, 0, 0),
    Status.NOTE: (Verdict.HEALTHY, 0, 0, 1, 0),
    Status.WARNING: (Verdict.SICK, 0, 1, 1, 0),
    Status.ERROR: (Verdict.SICK, 1, 1, 1, 0),
    Status.BROKEN: (Verdict.UNDECIDED, 3, 3, 3, 3),
}


@pytest.mark.parametrize("status", Status)
def test_a_report_of_one_finding(status):
    verdict, *codes = TABLE[status]
    assert report(status).verdict is verdict
    levels = (FailOn.ERROR, FailOn.WARNING, FailOn.NOTE, FailOn.NEVER)
    assert [report(status).exit_code(level) for level in levels] == codes
    assert report(status).exit_code() == codes[0]


def test_a_report_without_findings_decides_nothing():
    assert report().verdict is Verdict.UNDECIDED
    assert report().exit_code() == 4


def test_a_skip_beside_an_answer_is_no_doubt():
    assert report(Status.SKIP, Status.OK).verdict is Verdict.HEALTHY
    assert report(Status.SKIP, Status.OK).exit_code() == 0


def test_a_bug_of_ours_is_told_whatever_else_was_found():
    both = report(Status.ERROR, Status.BROKEN)
    assert both.verdict is Verdict.SICK
    assert both.exit_code(FailOn.NEVER) == 3


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("level", FailOn)
def test_cut_short_is_130_and_never_healthy(status, level):
    cut = report(status, interrupted=True)
    assert cut.exit_code(level) == 130
    assert cut.verdict is not Verdict.HEALTHY


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
