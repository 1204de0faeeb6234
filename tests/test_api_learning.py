"""The functions behind baselines, capacity and bias-variance: codes, jobs, breaking off."""

from pathlib import Path

import pytest

import nndoctor
from nndoctor.errors import NNDoctorError
from nndoctor.findings import Status
from nndoctor.watch import Watch

SPIRAL = Path(__file__).resolve().parents[1] / "sample_data" / "spiral.csv"
CODES = {
    "baselines": ["ND402", "ND403"],
    "capacity": ["ND404"],
    "bias_variance": ["ND701", "ND702", "ND703", "ND704", "ND705"],
}


class StopAfter(Watch):
    """Lets a number of stages begin and stops in the last of them."""

    def __init__(self, stages):
        self.left = stages

    def stage(self, text, total=0):
        self.left -= 1

    def cancelled(self):
        return self.left <= 0


def setup(*changes):
    return nndoctor.load_setup(SPIRAL, "arm", set=["model.hidden=[8]", *changes])


def codes(report):
    return [finding.code for finding in report.findings]


@pytest.mark.parametrize("name", CODES)
def test_each_function_answers_with_its_own_checks_whatever_the_jobs(name):
    function = getattr(nndoctor, name)
    one, two = function(setup(), jobs=1), function(setup(), jobs=2)
    assert codes(one) == CODES[name]
    assert one.to_json() == two.to_json()


@pytest.mark.parametrize(
    ("name", "stages"),
    [("baselines", 1), ("baselines", 2), ("capacity", 1), ("bias_variance", 1)],
)
def test_what_the_user_breaks_off_is_no_verdict(name, stages):
    report = getattr(nndoctor, name)(setup(), StopAfter(stages))
    assert report.interrupted
    assert report.exit_code() == 130
    assert report.findings[0].status is Status.SKIP


def test_what_was_judged_before_breaking_off_is_kept():
    report = nndoctor.bias_variance(setup(), StopAfter(2), jobs=1)  # in the learning curve
    assert report.interrupted
    judged = {finding.code: finding.status for finding in report.findings}
    assert judged["ND701"] is not Status.SKIP
    assert judged["ND704"] is Status.SKIP


def test_settings_of_a_recipe_and_options_are_applied_and_refused():
    changed = setup("checks.ND701.seeds=2", "checks.ND702.lasting=5")
    report = nndoctor.bias_variance(changed, learning_curve=False)
    assert len(report.findings[1].evidence[0].rows) == 2
    assert "over 5 evaluations" in report.findings[1].threshold
    assert nndoctor.bias_variance(changed, target_error=0.0, learning_curve=False)
    for options in ({"target_error": -0.1}, {"target_error": float("nan")}, {"epochs": 0}):
        with pytest.raises(NNDoctorError):
            nndoctor.bias_variance(setup(), **options)


def test_a_sick_report_leads_to_the_check_up():
    report = nndoctor.bias_variance(setup("model.hidden=[]"), target_error=0.0)
    assert report.next_step.startswith("nndoctor checkup ")


def test_a_constant_leaves_all_variance_of_the_rows_it_is_judged_on():
    recipe = SPIRAL.parents[1] / "recipes" / "diabetes.toml"
    (*_, finding) = nndoctor.baselines(nndoctor.load_setup(recipe)).findings
    told = dict(finding.evidence[0].rows)
    assert told["a constant prediction"] == pytest.approx(1.0, abs=0.001)
    assert told["a linear model"] == pytest.approx(0.503, abs=0.001)
