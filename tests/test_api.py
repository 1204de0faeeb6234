"""The library's functions: what they answer, what they refuse, and that looking changes nothing."""

import shlex
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import nndoctor
from nndoctor.errors import NNDoctorError, RecipeError, UsageError
from nndoctor.findings import FailOn, Status, Verdict
from nndoctor.trainable import Batch
from nndoctor.watch import Watch

RECIPES = Path(__file__).resolve().parents[1] / "recipes"

ROOT = Path(__file__).resolve().parents[1]
SPIRAL = ROOT / "sample_data" / "spiral.csv"
QUICK = {"updates": 50, "count": 5}


class Stop(Watch):
    def cancelled(self):
        return True


@pytest.fixture
def setup():
    return nndoctor.load_setup(SPIRAL, "arm", set=["model.hidden=[16]"])


def with_checks(tmp_path, checks, body='[data]\ngenerator = "spiral"\n[model]\nhidden = [16]\n'):
    (tmp_path / "r.toml").write_text(body + checks, encoding="utf-8")
    return nndoctor.load_setup(tmp_path / "r.toml")


def codes(report):
    return [finding.code for finding in report.findings]


def test_each_function_answers_with_its_own_checks(setup):
    layers = ["ND303", "ND304", "ND305", "ND306", "ND308", "ND309", "ND311"]
    losses = ["ND301", "ND313", "ND302", "ND310"]
    trained = ["ND603", "ND604", "ND605", "ND606", "ND607"]
    assert codes(nndoctor.check_loss(setup)) == losses
    assert codes(nndoctor.grad_check(setup, samples=2)) == ["ND312"]
    assert codes(nndoctor.overfit_tiny(setup)) == ["ND401"]
    assert codes(nndoctor.lr_sweep(setup, **QUICK)) == ["ND501"]
    assert codes(nndoctor.range_test(setup)) == ["ND502"]
    assert codes(nndoctor.activations_report(setup)) == layers
    assert codes(nndoctor.activations_report(setup, after=10)) == [*layers, *trained]
    assert codes(nndoctor.compare_inits(setup, ["zeros", "he_normal"])) == ["ND307"]
    updates = [f"ND{k}" for k in (*range(503, 510), 609, 610, 611, 607, 612, 613, 614)]
    assert codes(nndoctor.updates_report(setup, updates=10)) == updates
    assert codes(nndoctor.dead_units_report(setup, after=10)) == ["ND608"]
    assert {"ND101", "ND201", "ND301", "ND606"} <= set(codes(nndoctor.checkup(setup, budget=5.0)))


def test_a_report_says_what_it_was_made_from(setup):
    report = nndoctor.check_loss(setup)
    assert report.recipe_text == setup.text
    assert report.version == nndoctor.__version__
    assert report.words == setup.words
    assert report.seed == 0
    assert {"python", "numpy", "numba"} <= set(report.environment)
    other = nndoctor.check_loss(nndoctor.load_setup(SPIRAL, "arm", seed=3))
    assert other.seed == 3
    assert other.recipe_sha256 != report.recipe_sha256


@pytest.mark.slow
def test_looking_twice_sees_the_same(setup, monkeypatch):
    monkeypatch.setattr("nndoctor.diagnosis.budget.PATIENCE", 1e4)  # by work, not by the clock
    first, second = (nndoctor.checkup(setup, jobs=jobs, budget=3.0) for jobs in (1, 2))
    first, second = (replace(one.diagnosis, budget={}) for one in (first, second))
    assert repr(first) == repr(second)


def test_a_check_up_takes_a_set_up_a_path_or_a_text(tmp_path):
    setup, recipe = with_checks(tmp_path, ""), tmp_path / "r.toml"
    told = [nndoctor.checkup(one, fast=True) for one in (setup, recipe, str(recipe), setup.text)]
    assert len({repr(one.findings) for one in told}) == 1
    assert all(one.recipe_text == setup.text for one in told)
    with pytest.raises(NNDoctorError):
        nndoctor.checkup("[data]\n")


def test_the_seed_decides(setup):
    first = nndoctor.check_loss(setup).findings[0].measured
    again = nndoctor.check_loss(nndoctor.load_setup(SPIRAL, "arm", ["model.hidden=[16]"], 0))
    other = nndoctor.check_loss(nndoctor.load_setup(SPIRAL, "arm", ["model.hidden=[16]"], 1))
    assert again.findings[0].measured == first
    assert other.findings[0].measured != first


def test_a_healthy_step_leads_on_and_a_sick_one_to_the_check_up(setup):
    plain = nndoctor.check_loss(nndoctor.load_setup(SPIRAL, "arm"))
    assert plain.next_step == f"nndoctor overfit-tiny {shlex.quote(str(SPIRAL))} --target arm"
    changed = shlex.split(nndoctor.check_loss(setup).next_step)
    assert changed[-2:] == ["--set", "model.hidden=[16]"]
    loud = ["model.output_init=normal(0,100)"]
    sick = nndoctor.check_loss(nndoctor.load_setup(SPIRAL, "arm", loud))
    assert sick.verdict is Verdict.FAIL
    assert sick.next_step.startswith("nndoctor checkup ")


def test_what_the_user_breaks_off_is_said_and_is_no_verdict(setup):
    for report in (
        nndoctor.overfit_tiny(setup, Stop()),
        nndoctor.lr_sweep(setup, Stop()),
        nndoctor.range_test(setup, Stop()),
        nndoctor.grad_check(setup, Stop()),
    ):
        assert report.interrupted
        assert report.exit_code() == 130
        assert report.verdict is Verdict.UNDECIDED
    told = nndoctor.checkup(setup, watch=Stop())
    assert (told.interrupted, told.verdict) == (True, Verdict.UNDECIDED)
    assert nndoctor.treat(setup, "learning_rate_too_low", Stop()).exit_code() == 130
    # untrained layers were judged before the training that was broken off
    assert nndoctor.activations_report(setup, Stop(), after=1_000_000).exit_code() == 130


def test_thresholds_of_a_recipe_are_applied(tmp_path):
    assert nndoctor.check_loss(with_checks(tmp_path, "")).exit_code() == 0
    strict = with_checks(tmp_path, "[checks.ND301]\ntolerance = 0.0\n")
    assert nndoctor.check_loss(strict).findings[0].status is Status.NOTE
    rows = with_checks(tmp_path, "[checks.ND401]\nrows = 7\n")
    assert "7 rows" in nndoctor.overfit_tiny(rows).findings[0].message
    assert "9 rows" in nndoctor.overfit_tiny(rows, rows=9).findings[0].message
    few = with_checks(tmp_path, "[checks.ND501]\nlow = 1e-3\nhigh = 1.0\ncount = 5\n")
    rates = [row[0] for row in nndoctor.lr_sweep(few).findings[0].evidence[0].rows]
    assert rates[0] == pytest.approx(1e-3)
    assert len(rates) == 5
    ruthless = with_checks(tmp_path, "[checks.ND303]\nwarning = 1e9\n[checks.ND306]\nwarning = 1\n")
    assert nndoctor.activations_report(ruthless).findings[0].status is Status.WARNING
    assert nndoctor.compare_inits(ruthless, ["he_normal"]).findings[0].status is Status.WARNING


@pytest.mark.parametrize(
    ("checks", "problem"),
    [
        ("[checks.ND301]\ntolerence = 0.1\n", "ND301: there is no setting 'tolerence'"),
        ("[checks.ND301]\ncode = 'ND999'\n", "ND301: there is no setting 'code'"),
        ("[checks.ND999]\nlow = 0.1\n", "ND999: there is no such check"),
        ("[checks.ND301]\ntolerance = 'much'\n", "tolerance can't be 'much'"),
        ("[checks.ND301]\ntolerance = -0.1\n", "tolerance can't be -0.1"),
        ("[checks.ND301]\ntolerance = nan\n", "tolerance"),
        ("[checks.ND301]\nseeds = 0\n", "seeds can't be 0"),
        ("[checks.ND301]\nseeds = 2.5\n", "seeds can't be 2.5"),
        ("[checks.ND301]\nseeds = true\n", "seeds can't be True"),
        ("[checks.ND301]\nlow = 3.0\n", "low = 3 and high = 2 are no range"),
    ],
)
def test_settings_that_a_check_cannot_have_are_refused(tmp_path, checks, problem):
    with pytest.raises(RecipeError, match=problem):
        nndoctor.check_loss(with_checks(tmp_path, checks))


@pytest.mark.parametrize(
    "given",
    [
        {"low": 1.0, "high": 0.1},
        {"low": 1.0, "high": 1.0},
        {"low": -1.0},
        {"low": 0.0},
        {"high": float("nan")},
        {"high": float("inf")},
        {"count": 2},
        {"updates": -5},
    ],
)
def test_ranges_that_are_none_are_refused(setup, given):
    with pytest.raises(NNDoctorError):
        nndoctor.lr_sweep(setup, **given)


def test_names_that_do_not_exist_are_refused(setup):
    with pytest.raises(UsageError, match="no optimizer 'adm'") as raised:
        nndoctor.overfit_tiny(setup, optimizer="adm")
    assert '"adam"' in raised.value.mistakes[0].hint
    with pytest.raises(NNDoctorError, match="he_nrmal"):
        nndoctor.compare_inits(setup, ["he_nrmal"])
    with pytest.raises(UsageError):
        nndoctor.compare_inits(setup, [])
    with pytest.raises(AttributeError):
        _ = nndoctor.no_such_thing


def test_an_optimizer_and_a_rate_can_be_told(setup):
    runs = nndoctor.overfit_tiny(setup, optimizer="rmsprop", rate=0.02).findings[0].evidence[0].rows
    assert (runs[0][0], runs[0][1]) == ("rmsprop", 0.02)
    assert {row[0] for row in runs} == {"rmsprop"}


def test_initialisers_compared_in_both_forms_of_a_recipe(tmp_path):
    inits = ["he_normal", "normal(0,0.0001)"]
    deep = '[data]\ngenerator = "gaussian"\n[model]\nhidden = [50, 50]\n'
    layers = "".join(
        f'[[model.layers]]\nunits = {units}\nactivation = "{unit}"\n'
        for units, unit in ((50, "relu"), (50, "relu"), (10, "linear"))
    )
    short = nndoctor.compare_inits(with_checks(tmp_path, "", deep), inits)
    long = nndoctor.compare_inits(
        with_checks(tmp_path, "", f'[data]\ngenerator = "gaussian"\n{layers}'), inits
    )
    for report in (short, long):
        verdicts = {row[0]: row[1] for row in report.findings[0].evidence[-1].rows}
        assert verdicts["he_normal"] is Status.OK
        assert verdicts["normal(0,0.0001)"] is Status.ERROR
    spreads = [report.findings[0].evidence[0].rows[:2] for report in (short, long)]
    assert spreads[0] == spreads[1]


def test_nothing_to_compare_without_a_hidden_layer(tmp_path):
    alone = '[data]\ngenerator = "spiral"\n[[model.layers]]\nunits = 3\n'
    with pytest.raises(RecipeError, match="no hidden layer"):
        nndoctor.compare_inits(with_checks(tmp_path, "", alone), ["zeros"])


def test_after_training_the_layers_are_shown_again(setup):
    report = nndoctor.activations_report(setup, after=40)
    assert [table.name for table in report.evidence][-1] == "while training"
    assert "after 40 updates" in [table.name for table in report.evidence]
    hot = replace(setup, trainable=replace(setup.trainable, rate=1e30))
    broken = nndoctor.activations_report(hot, after=40)
    assert broken.verdict is Verdict.FAIL
    assert broken.findings[-1].where.step is not None


def test_a_table_sorted_by_class_is_judged_on_all_its_classes(tmp_path, monkeypatch):
    rows = [f"{i % 7},{i % 5},{'abc'[i // 100]}" for i in range(300)]
    (tmp_path / "sorted.csv").write_text("\n".join(["p,q,y", *rows]))
    monkeypatch.setattr("nndoctor.api.examining.EVALUATED", 30)
    setup = nndoctor.load_setup(tmp_path / "sorted.csv", "y", set=["data.validation=0.0"])
    table = nndoctor.check_loss(setup).findings[0].evidence[0]
    assert table.rows[1][2] == pytest.approx(np.log(3))  # the entropy of three equal shares


def test_a_run_that_breaks_at_once_has_a_table_without_numbers(setup):
    hot = replace(setup, train=Batch(setup.train.x * np.float32(1e38), setup.train.y))
    report = nndoctor.activations_report(hot, after=5)
    (table,) = (t for t in report.evidence if t.name == "while training")
    assert all(row[1:] == (None, None) for row in table.rows)


def test_a_check_that_breaks_is_a_bug_and_the_others_go_on(monkeypatch):
    def broken(self, table):
        raise ZeroDivisionError("float division by zero")

    monkeypatch.setattr("nndoctor.checks.data.drift.Drift.examine", broken, raising=False)
    report = nndoctor.data_report(nndoctor.load_data(RECIPES / "digits.toml"))
    told = {finding.code: finding for finding in report.findings}
    assert told["ND113"].status is Status.BROKEN
    assert "ZeroDivisionError: float division by zero" in told["ND113"].message
    assert "Traceback" in told["ND113"].source
    assert told["ND117"].status is not Status.BROKEN
    assert report.exit_code(FailOn.ERROR) == 3


@pytest.mark.slow
def test_what_the_budget_left_open_leads_to_twice_of_it(setup, monkeypatch):
    monkeypatch.setattr("nndoctor.diagnosis.budget.PATIENCE", 1e4)  # by work, not by the clock
    told = nndoctor.checkup(setup, budget=3.0)
    assert told.verdict is Verdict.UNDECIDED
    assert "it takes more seeds" in told.diagnosis.sentence
    assert told.next_step.endswith(" --budget 6s")
