"""Runs of healthy recipes: no warning, whatever the seed."""

import pytest

import nndoctor
from nndoctor.findings import FailOn, Verdict

from .seeds import SEEDS
from .test_healthy import HEALTHY, RECIPES
from .test_healthy_data import SAMPLES


def assert_silent(setup):
    for examine in (nndoctor.updates_report, nndoctor.dead_units_report):
        report = examine(setup)
        ill = [f"{found.code}: {found.message}" for found in report.findings if found.advice]
        assert report.exit_code(FailOn.WARNING) == 0, ill
        assert report.verdict is Verdict.PASS


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", HEALTHY)
def test_runs_of_sound_recipes_are_left_alone(name, seed):
    assert_silent(nndoctor.load_setup(RECIPES / f"{name}.toml", seed=seed))


@pytest.mark.parametrize("name", SAMPLES)
def test_runs_under_the_default_recipe_are_left_alone(name):
    path = RECIPES.parent / "sample_data" / f"{name}.csv"
    assert_silent(nndoctor.load_setup(path, SAMPLES[name], seed=0))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["lecture-tanh-xavier", "lecture-relu-he"])
def test_ten_sound_layers_are_left_alone(name):
    few = ["training.epochs=2"]  # of five, as each update takes long
    assert_silent(nndoctor.load_setup(RECIPES / f"{name}.toml", set=few, seed=0))
