"""`nndoctor diagnose`, `treat` and `causes`."""

import json

import pytest

from nndoctor.diagnosis.causes import CAUSES
from nndoctor.recipe import load

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


def test_the_verdict_comes_first_and_the_cured_recipe_is_written(run, recipe, tmp_path):
    fixed = tmp_path / "fixed.toml"
    said = run("diagnose", str(recipe), "--budget", "20s", "--write", str(fixed), "-j", "1")
    assert said.code == 1
    lines = said.out.splitlines()
    verdict = next(at for at, line in enumerate(lines) if line.startswith("SICK"))
    cause = next(at for at, line in enumerate(lines) if "learning_rate_too_high" in line)
    assert verdict < cause
    assert any(line.strip().startswith("-learning_rate") for line in lines)
    assert load(fixed).recipe.optimizer.learning_rate < 300
    assert "# enough" in fixed.read_text(encoding="utf-8")


def test_the_document_has_the_fields_of_a_diagnosis(run, recipe):
    said = run("diagnose", str(recipe), "--budget", "20", "--format", "json", "-j", "1")
    told = json.loads(said.out)
    assert told["verdict"] == "sick"
    assert told["causes"][0]["cause"] == "learning_rate_too_high"
    assert told["causes"][0]["status"] == "confirmed"
    assert told["after"]["score"] > told["before"]["score"]
    assert "learning_rate" in told["cured_recipe"]
    assert {"alternatives", "cleared", "not_tested", "budget"} <= set(told)


def test_one_cause_is_treated(run, recipe):
    said = run("treat", str(recipe), "--cause", "learning_rate_too_high", "-j", "1")
    assert "as it is" in said.out


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("treat", "--cause", "learning_rate_to_high"), "learning_rate_too_high"),
        (("diagnose", "--budget", "soon"), "not a number of seconds"),
        (("diagnose", "--fast", "--write", "x.toml"), "no change to write"),
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
