"""Recipes of healthy networks: the whole check-up stays silent."""

from pathlib import Path

import pytest

import nndoctor
from nndoctor.findings import FailOn, Status, Verdict

RECIPES = Path(__file__).resolve().parents[2] / "recipes"
HEALTHY = ("breast-cancer", "diabetes", "digits", "spiral")


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("name", HEALTHY)
def test_a_check_up_finds_nothing(name, seed):
    report = nndoctor.checkup(nndoctor.load_setup(RECIPES / f"{name}.toml", seed=seed), jobs=2)
    ill = [f"{found.code}: {found.message}" for found in report.findings if found.advice]
    assert report.verdict is Verdict.HEALTHY, ill
    assert report.exit_code(FailOn.WARNING) == 0
    codes = [finding.code for finding in report.findings]
    assert codes == [
        *("ND301", "ND302", "ND310", "ND401", "ND501"),
        *("ND503", "ND504", "ND505", "ND506", "ND507", "ND508", "ND509"),
        *("ND609", "ND610", "ND611", "ND607", "ND612", "ND613"),
        *("ND303", "ND304", "ND305", "ND306", "ND308", "ND309", "ND311"),
    ]


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("name", HEALTHY)
def test_its_gradient_is_great(name, seed):
    (found,) = nndoctor.grad_check(
        nndoctor.load_setup(RECIPES / f"{name}.toml", seed=seed)
    ).findings
    assert (found.status, found.message.split(":")[0]) == (Status.OK, "great")


@pytest.mark.parametrize("recipe", sorted(RECIPES.glob("*.toml")), ids=lambda path: path.stem)
def test_every_recipe_loads_has_a_title_and_is_executed_by_a_test(recipe):
    setup = nndoctor.load_setup(recipe)
    assert setup.recipe.title
    lecture = (Path(__file__).parent / "test_lectures.py").read_text(encoding="utf-8")
    assert recipe.stem in HEALTHY or f'"{recipe.stem.removeprefix("lecture-")}"' in lecture
