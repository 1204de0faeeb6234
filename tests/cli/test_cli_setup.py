"""`nndoctor setup report`: what it prints, how it exits, how checks are set."""

import json

import pytest

import nndoctor
from nndoctor.checks.setup import SETUP_CHECKS
from nndoctor.errors import RecipeError
from nndoctor.findings import Status

from .conftest import ROOT
from .test_cli_surface import SHARED

SICK = ROOT / "recipes" / "sick" / "setup"


def test_help_has_an_example_and_the_shared_options(run, monkeypatch):
    monkeypatch.setenv("TERMINAL_WIDTH", "200")
    said = run("setup", "report", "--help")
    assert said.code == 0
    assert "nndoctor setup report recipes/digits.toml" in said.out
    assert [option for option in SHARED if option not in said.out] == []
    assert "setup" in run("--help").out


def test_a_sound_recipe_shows_its_layers_and_what_comes_next(run):
    said = run("setup", "report", ROOT / "recipes" / "digits.toml")
    assert said.code == 0
    heads = ("layer", "inputs", "units", "activation", "init", "norm", "dropout")
    assert all(head in said.out for head in heads)
    assert "900 updates of 32 rows by adam at 0.001" in said.out
    assert "PASS  no problem found in the set-up by 16 checks" in said.out
    assert said.out.splitlines()[-1].startswith("next: nndoctor checkup ")


def test_the_worst_comes_first_and_says_what_to_do(run):
    said = run("setup", "report", SICK / "sigmoid-twice.toml")
    assert said.code == 1
    first = next(line for line in said.out.splitlines() if " ND2" in line)
    assert first.startswith("FAIL  ND202  loss-input")
    assert said.out.splitlines()[-1].startswith("next: nndoctor checkup ")


def test_warnings_fail_on_demand(run):
    assert run("setup", "report", SICK / "softmax-twice.toml").code == 0
    assert run("setup", "report", SICK / "softmax-twice.toml", "--fail-on", "warning").code == 1


def test_json_holds_every_check_and_its_causes(run):
    said = run("setup", "report", SICK / "six-faults.toml", "--format", "json")
    document = json.loads(said.out)
    assert document["command"] == "setup report"
    found = {finding["code"]: finding for finding in document["findings"]}
    assert found.keys() == {check.code for check in SETUP_CHECKS}
    assert "double_softmax" in found["ND202"]["suggests"]


def test_a_data_file_is_examined_under_its_default_recipe(run, good):
    said = run("setup", "report", good, "--target", "y", "-q")
    assert said.code == 0
    assert "WARN" not in said.out


def test_a_change_is_seen(run):
    change = ("--set", "model.activation=linear")
    assert "WARN  ND205" in run("setup", "report", ROOT / "recipes/digits.toml", *change).out


def test_thresholds_are_set_in_the_recipe(tmp_path):
    text = (SICK / "penalty-of-one.toml").read_text(encoding="utf-8")
    text = text.replace("../../../sample_data", (ROOT / "sample_data").as_posix())
    path = tmp_path / "r.toml"
    path.write_text(text + "[checks.ND216]\nl2 = 20.0\n", encoding="utf-8")
    report = nndoctor.setup_report(nndoctor.load_setup(path))
    found = next(finding for finding in report.findings if finding.code == "ND216")
    assert found.status is Status.OK
    path.write_text(text + "[checks.ND216]\nhuge = 20.0\n", encoding="utf-8")
    with pytest.raises(RecipeError, match="huge"):
        nndoctor.load_setup(path)


def test_looking_twice_says_the_same(run):
    twice = [run("setup", "report", SICK / "narrow-relu-stack.toml", "-v").out for _ in range(2)]
    assert twice[0] == twice[1]
