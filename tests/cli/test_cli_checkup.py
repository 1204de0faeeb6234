"""`nndoctor checkup`, `treat` and `causes`."""

import json
import shlex

import numpy as np
import pytest

from nndoctor.diagnosis.causes import CAUSES
from nndoctor.errors import UsageError
from nndoctor.recipe import load

from .conftest import SPIRAL

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("examined_once")]
STEPS = ["data", "set-up", "untrained network", "references", "training as it is", "experiments"]

SICK = """\
[data]
generator = "moons"
n = 120
[model]
hidden = [16]
[optimizer]
name = "sgd"
learning_rate = 300.0 # far too high
[training]
epochs = 20 # enough
"""


@pytest.fixture
def recipe(tmp_path):
    path = tmp_path / "recipe.toml"
    path.write_text(SICK, encoding="utf-8")
    return path


def test_the_verdict_comes_last_and_the_cured_recipe_is_written(run, recipe, tmp_path):
    fixed = tmp_path / "fixed.toml"
    said = run("checkup", recipe, "--budget", "10s", "--write", fixed, "-j", "1")
    assert (said.code, said.err) == (1, f"wrote {fixed}\n")
    places = [
        said.out.index(word)
        for word in (
            "1  learning rate too high  confirmed",
            "the fix",
            "- learning_rate = 300.0",
            "SICK",
            "by the change above",
            f"next: nndoctor checkup {fixed}",
        )
    ]
    assert places == sorted(places)
    assert load(fixed).recipe.optimizer.learning_rate < 300
    assert "# enough" in fixed.read_text(encoding="utf-8")
    assert run("checkup", fixed, "--budget", "5", "-j", "1").code == 0


def test_the_document_has_the_fields_of_a_diagnosis(run, recipe):
    said = run("checkup", recipe, "--budget", "10", "--format", "json", "-j", "1")
    told = json.loads(said.out)
    assert (told["command"], told["verdict"], said.code) == ("checkup", "sick", 1)
    first = told["causes"][0]
    assert first["cause"] == "learning_rate_too_high"
    assert (first["status"], first["proof"], first["rank"]) == ("confirmed", "experiment", 1)
    assert first["recovery"] > 0.5
    assert first["gain"]["low"] <= first["gain"]["mean"] <= first["gain"]["high"]
    assert first["tested_on"] == "confirmation"
    assert first["context"] in ("alone", "on top of the others")
    assert first["change"]["optimizer.learning_rate"] < 300
    assert first["cures_alone"] in (True, False)
    assert {"code", "status", "message", "suggests"} <= told["findings"][0].keys()
    assert {f["status"] for f in told["findings"]} <= {"ok", "note", "skip", "warning", "error"}
    assert all(one.keys() >= {"change", "gain", "cost"} for one in told["alternatives"])
    assert set(told["ruled_out"]) <= set(CAUSES)
    assert told["prescription_status"] == "confirmed"
    assert {row["cause"] for row in told["cause_evidence"]} <= set(CAUSES)
    drawn = {one["name"] for one in told["evidence"]}
    assert {"MCC while training", "loss", "gradient of each layer over time"} <= drawn
    for side in ("as it is", "changed"):
        layers = f"what each layer puts out after training, {side}"
        assert {f"confusion matrix, {side}", layers, f"update / weight, {side}"} <= drawn
    assert len(said.out) < 1_000_000
    assert all(one["cause"] in CAUSES and one["why"] for one in told["not_tested"])
    assert told["after"]["score"] > told["before"]["score"]
    assert told["before"].keys() == {"score", "score_spread", "loss", "scores"}
    assert "learning_rate" in told["cured_recipe"]
    assert told["budget"].keys() >= {"seconds", "runs", "updates"}
    assert {"python", "numpy", "numba", "platform"} <= told["environment"].keys()
    assert [one["step"] for one in told["steps"]] == STEPS
    assert all(one.keys() == {"name", "score", "score_spread"} for one in told["references"])


def test_a_healthy_check_up_says_what_was_tested(run):
    said = run("checkup", SPIRAL, "-j", "1")
    assert said.code == 0
    assert "HEALTHY" in said.out
    assert len(said.out.splitlines()) <= 20
    assert "the fix" not in said.out
    everything = run("checkup", SPIRAL, "-j", "1", "-v")
    assert all(step in everything.out for step in STEPS)
    assert "a linear model" in everything.out


@pytest.mark.parametrize("width", [80, 120])
def test_no_line_is_wider_than_the_terminal(run, recipe, width, monkeypatch):
    monkeypatch.setenv("COLUMNS", str(width))
    said = run("checkup", recipe, "--budget", "10", "-j", "1")
    lines = said.out.splitlines()
    assert max(map(len, lines[:-1])) <= width
    assert "\x1b" not in said.out
    plain = run("checkup", recipe, "--budget", "10", "-j", "1", "--ascii")
    assert plain.out.isascii()
    assert len(plain.out.splitlines()) == len(lines)


def test_quiet_is_the_verdict_and_the_causes(run, recipe):
    said = run("checkup", recipe, "--budget", "10", "-j", "1", "-q")
    assert said.out.startswith("SICK  ")
    assert "confirmed  learning_rate_too_high" in said.out.splitlines()[1]


def test_fast_tells_suspects_and_trains_nothing(run, recipe):
    said = run("checkup", recipe, "--fast")
    assert said.code == 4
    assert "learning rate too high  suspected" in said.out
    assert "none: nothing was trained" in run("checkup", recipe, "--fast", "-v").out
    assert f"next: nndoctor checkup {recipe}" in said.out
    healthy = run("checkup", SPIRAL, "--fast")
    assert healthy.code == 4  # without training nothing is healthy
    assert "nothing was trained: no cause stands out" in healthy.out


def test_where_nothing_is_to_be_written_the_report_stays_what_it_is(run, tmp_path):
    place = tmp_path / "x.toml"
    said = run("checkup", SPIRAL, "--write", place, "-j", "1")
    assert said.code == 0
    assert "HEALTHY" in said.out
    assert "there is no change to write" in said.err
    assert not place.exists()


def test_where_it_cannot_be_written_any_more_the_report_comes_first(
    run, recipe, tmp_path, monkeypatch
):
    def full(*given):
        raise UsageError("no space left on device")

    monkeypatch.setattr("nndoctor.api.diagnosing.save_recipe", full)
    said = run("checkup", recipe, "--budget", "10", "-j", "1", "--write", tmp_path / "x.toml")
    assert said.code == 2
    assert "learning rate too high  confirmed" in said.out
    assert "no space left on device" in said.err


def test_one_cause_is_treated(run, recipe):
    said = run("treat", str(recipe), "--cause", "learning_rate_too_high", "-j", "1")
    assert "as it is" in said.out


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("treat", "--cause", "learning_rate_to_high"), "learning_rate_too_high"),
        (("checkup", "--budget", "soon"), "not a number of seconds"),
    ],
)
def test_wrong_usage_is_told(run, recipe, words, problem):
    said = run(words[0], str(recipe), *words[1:])
    assert said.code == 2
    assert problem in said.err


def test_all_causes_are_listed(run):
    said = run("causes")
    assert said.code == 0
    assert all(name in said.out for name in CAUSES)


def test_a_validation_loss_that_climbs_is_noted_whatever_the_verdict(run):
    recipe = SPIRAL.parent / "sick" / "overfitting.toml"
    short = ("--set", "training.epochs=80", "--budget", "2", "-j", "1", "--format", "json")
    told = json.loads(run("checkup", recipe, *short).out)
    (found,) = [one for one in told["findings"] if one["code"] == "ND702"]
    assert (found["status"], found["message"][:17]) == ("note", "overfitting after")
    assert "ND702" in told["steps"][4]["seen"]


def test_a_column_that_leaks_is_left_out_by_the_next_command(run, table):
    numbers = np.random.default_rng(0).normal(size=(90, 4)).round(3)
    rows = [",".join(map(str, (*row, 25 - i % 3, "cab"[i % 3]))) for i, row in enumerate(numbers)]
    path = table("a,b,c,d,my code,y", *rows)
    said = run("checkup", path, "--target", "y", "-j", "1", "--budget", "5")
    last = said.out.splitlines()[-1]
    assert last == f"next: nndoctor checkup {path} --target y --drop 'my code'"
    said = run("checkup", path, "--target", "y", "--drop", "a", "-j", "1", "--budget", "5")
    words = shlex.split(said.out.splitlines()[-1])
    assert words[-1] == 'data.drop=["a", "my code"]'
    again = run(*words[2:], "-j", "1", "--budget", "5")
    assert "my code" not in again.out
