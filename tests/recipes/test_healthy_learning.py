"""Healthy recipes: they learn, their labels mean something, and nothing is told of other rows."""

import pytest

import nndoctor
from nndoctor.findings import FailOn

from .seeds import SEEDS
from .test_healthy import HEALTHY, RECIPES
from .test_healthy_data import SAMPLES

pytestmark = pytest.mark.slow  # whole runs, or processes of their own

COMMANDS = ("baselines", "capacity", "bias_variance")


def assert_silent(setup, command):
    report = getattr(nndoctor, command)(setup, jobs=2)
    ill = [f"{found.code}: {found.message}" for found in report.findings if found.advice]
    assert report.exit_code(FailOn.WARNING) == 0, ill


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("name", HEALTHY)
def test_sound_recipes_are_left_alone(name, command, seed):
    assert_silent(nndoctor.load_setup(RECIPES / f"{name}.toml", seed=seed), command)


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("name", SAMPLES)
def test_sample_tables_are_left_alone(name, command):
    path = RECIPES.parent / "sample_data" / f"{name}.csv"
    assert_silent(nndoctor.load_setup(path, SAMPLES[name]), command)
