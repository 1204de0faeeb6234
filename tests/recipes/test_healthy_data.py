"""Data of healthy recipes and the sample tables: no warning, whatever the seed."""

import pytest

import nndoctor
from nndoctor.checks.data import DATA_CHECKS
from nndoctor.findings import FailOn

from .seeds import SEEDS
from .test_healthy import RECIPES

pytestmark = pytest.mark.slow  # whole runs, or processes of their own

SAMPLES = {
    "digits": "digit",
    "breast_cancer": "diagnosis",
    "diabetes": "progression",
    "spiral": "arm",
}


def assert_silent(opened):
    report = nndoctor.data_report(opened)
    ill = [f"{found.code}: {found.message}" for found in report.findings if found.advice]
    assert report.exit_code(FailOn.WARNING) == 0, ill
    assert [finding.code for finding in report.findings] == [check.code for check in DATA_CHECKS]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("recipe", sorted(RECIPES.glob("*.toml")), ids=lambda path: path.stem)
def test_data_of_sound_recipes_are_left_alone(recipe, seed):
    assert_silent(nndoctor.load_data(recipe, seed=seed))


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("name", SAMPLES)
def test_sample_tables_are_left_alone(name, seed):
    path = RECIPES.parent / "sample_data" / f"{name}.csv"
    assert_silent(nndoctor.load_data(path, SAMPLES[name], seed=seed))


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("name", ["spiral", "xor", "blobs", "circles", "moons", "sine"])
def test_made_up_data_are_left_alone(name, seed, tmp_path):
    path = tmp_path / "made.toml"
    text = f'[data]\ngenerator = "{name}"\nseed = {seed}\n[model]\nhidden = [16]\n'
    path.write_text(text, encoding="utf-8")
    assert_silent(nndoctor.load_data(path, seed=seed))
