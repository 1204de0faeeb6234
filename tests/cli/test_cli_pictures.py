"""`surface`, `weights` and `backprop` as typed."""

import json

import pytest

from .conftest import SPIRAL

FEW = ("--set", "training.epochs=3", "--set", "model.hidden=[4]")


def test_surface_needs_no_recipe(run, tmp_path):
    page = tmp_path / "ways.html"
    command = ("surface", "--function", "saddle", "--optimizer", "sgd,newton", "--steps", "40")
    said = run(*command, "--html", page)
    assert said.code == 0
    assert "did not reach, rests at the saddle" in " ".join(said.out.split())
    assert f"wrote {page}" in said.err
    again = run(*command, "--html", page)
    assert (again.code, again.out) == (2, "")
    told = json.loads(run(*command, "--format", "json").out)
    assert [piece["kind"] for piece in told["evidence"]] == ["table", "curves", "paths"]


def test_surface_over_a_recipe(run):
    said = run("surface", SPIRAL, *FEW)
    assert said.code == 0
    assert "loss around the training run" in said.out
    refused = run("surface", SPIRAL, "--rate", "0.1")
    assert (refused.code, "--rate beside" in refused.err) == (2, True)


def test_surface_refuses_in_one_line(run):
    for words in (("--start", "a,b"), ("--function", "hill"), ("--optimizer", "sdg")):
        said = run("surface", *words)
        assert (said.code, said.out) == (2, "")
        assert "hint: " in said.err


def test_weights_of_a_recipe_and_of_a_model(run, tmp_path):
    path = tmp_path / "net.npz"
    assert run("train", SPIRAL, *FEW, "--save", path).code == 0
    assert "do the classes cluster?" in run("weights", SPIRAL, *FEW, "--ascii").out
    assert "stretch of each matrix" in run("weights", path).out
    refused = run("weights", path, *FEW)
    assert (refused.code, "beside a saved network" in refused.err) == (2, True)


def test_backprop_of_a_row(run):
    said = run("backprop", SPIRAL, *FEW, "--row", "7")
    assert said.code == 0
    assert "layer by layer" in said.out
    assert run("backprop", SPIRAL, *FEW, "--row", "100000").code == 2


@pytest.mark.filterwarnings("error")
def test_a_start_at_which_nothing_can_be_measured_is_refused(run):
    said = run("surface", "--function", "beale", "--start", "1e300,0")
    assert (said.code, said.out) == (2, "")
    assert "beale is too high at the start 1e+300,0: inf" in said.err
    assert "its own start is" in said.err


def test_walks_that_all_diverge_do_not_pass(run):
    said = run("surface", "--function", "parabola", "--rate", "1.5", "--optimizer", "sgd")
    assert said.code == 0
    assert "WARN  0 of 1 walks reached the floor, 1 diverged" in said.out
