"""`nndoctor compare` as it is typed."""

import json

import pytest

from .conftest import ROOT, SPIRAL

SHORT = ("--set", "model.hidden=[6]", "--set", "training.epochs=3", "--seeds", "2", "--jobs", "1")


def test_a_grid_of_values(run):
    said = run(
        "compare", SPIRAL, "--vary", "model.activation=relu,tanh", *SHORT, "--format", "json"
    )
    document = json.loads(said.out)
    assert (said.code, document["verdict"], document["command"]) == (0, "pass", "compare")
    assert {row[0] for row in document["evidence"][0]["rows"]} == {"relu", "tanh"}


def test_a_data_file_is_compared_under_its_default_recipe(run):
    data = ROOT / "sample_data" / "spiral.csv"
    said = run("compare", data, "--target", "arm", "--vary", "model.init=ones,he_normal", *SHORT)
    assert said.code == 0
    assert "he_normal" in said.out
    assert "no recipe given" in said.err


def test_a_story_runs_in_any_folder_and_keeps_its_recipe(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    small = ("--set", "data.n=80", "--set", "model.hidden=[4]", "--set", "training.epochs=1")
    said = run("compare", "preprocessing", *small, "--seeds", "2", "--save-recipe", "kept.toml")
    assert said.code == 0
    assert "generator digits" in said.out
    assert run("setup", "report", "kept.toml").code in (0, 1)


@pytest.mark.parametrize(
    ("arguments", "problem", "hint"),
    [
        (("optimisers",), "no comparison 'optimisers'", '"optimizers"'),
        (("nonsense",), "no comparison 'nonsense'", "permitted: optimizers, inits"),
        ((SPIRAL,), "nothing to compare", "--vary"),
        ((SPIRAL, ROOT / "recipes" / "digits.toml"), "differ in data.target", "same rows"),
        ((SPIRAL, "none.toml"), "there is no file none.toml", ""),
        (("inits", SPIRAL, SPIRAL), "beside compare inits", "nndoctor compare inits RECIPE"),
        (("inits", "--vary", "model.init=ones,zeros"), "beside compare inits", "RECIPE"),
        (("inits", "--target", "y"), "--target y without a data file", "DATA --target y"),
        ((SPIRAL, "--vary", "model.init=ones,zeros", "--seeds", "1"), "1 seed:", "--seeds 5"),
        (("inits", "--seeds", "0"), "0 seeds", "--seeds 5"),
    ],
)  # fmt: skip
def test_what_can_not_be_compared_is_refused_without_a_traceback(run, arguments, problem, hint):
    said = run("compare", *arguments)
    assert said.code == 2
    assert problem in said.err
    assert hint in said.err
    assert "Traceback" not in said.err


def test_a_file_that_is_called_like_a_story_is_a_file(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "inits").write_text("a,b\n1,2\n")
    said = run("compare", "inits")
    assert said.code == 2
    assert "lecture" not in said.err
