"""Recipes of healthy networks: the whole check-up stays silent."""

from pathlib import Path

import pytest

import nndoctor
from nndoctor.findings import FailOn, Status, Verdict

from .seeds import SEEDS

pytestmark = pytest.mark.slow  # whole runs, or processes of their own

RECIPES = Path(__file__).resolve().parents[2] / "recipes"
HEALTHY = ("breast-cancer", "diabetes", "digits", "spiral")
FIRST_AT_ONCE = (
    HEALTHY[0],
    *(pytest.param(name, marks=pytest.mark.slow) for name in HEALTHY[1:]),
)
SEARCHED = "search-digits"  # by tests/search/test_search.py


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", FIRST_AT_ONCE)
def test_a_check_up_finds_nothing(name, seed):
    told = nndoctor.checkup(nndoctor.load_setup(RECIPES / f"{name}.toml", seed=seed), jobs=2)
    assert (told.verdict, told.causes, told.cured_recipe) == (Verdict.HEALTHY, (), "")
    assert max(finding.status.severity for finding in told.findings) <= Status.NOTE.severity


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", HEALTHY)
def test_no_examination_finds_anything(name, seed):
    setup = nndoctor.load_setup(RECIPES / f"{name}.toml", seed=seed)
    for report in (
        nndoctor.check_loss(setup),
        nndoctor.overfit_tiny(setup),
        nndoctor.lr_sweep(setup, jobs=2),
        nndoctor.updates_report(setup),
        nndoctor.activations_report(setup),
    ):
        ill = [f"{found.code}: {found.message}" for found in report.findings if found.advice]
        assert report.verdict is Verdict.PASS, ill
        assert report.exit_code(FailOn.WARNING) == 0


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", HEALTHY)
def test_its_gradient_is_great(name, seed):
    (found,) = nndoctor.grad_check(
        nndoctor.load_setup(RECIPES / f"{name}.toml", seed=seed)
    ).findings
    assert (found.status, found.message.split(":")[0]) == (Status.OK, "great")


ON_THE_PAGE = ("lecture-slope-entropy", "lecture-slope-squared")  # test_lectures_page.py runs them


@pytest.mark.parametrize("recipe", sorted(RECIPES.glob("*.toml")), ids=lambda path: path.stem)
def test_every_recipe_loads_has_a_title_and_is_executed_by_a_test(recipe):
    setup = nndoctor.load_setup(recipe)
    assert setup.recipe.title
    lecture = (Path(__file__).parent / "test_lectures.py").read_text(encoding="utf-8")
    assert (
        recipe.stem in (*HEALTHY, SEARCHED, *ON_THE_PAGE)
        or f'"{recipe.stem.removeprefix("lecture-")}"' in lecture
    )
