"""Set-ups of sound recipes and default ones: no warning, whatever the seed."""

import pytest

import nndoctor
from nndoctor.checks.setup import SETUP_CHECKS
from nndoctor.findings import FailOn
from nndoctor.recipe.names import OPTIMIZER_SETTINGS, OPTIMIZERS

from .seeds import SEEDS
from .test_healthy import RECIPES
from .test_healthy_data import SAMPLES

pytestmark = pytest.mark.slow  # whole runs, or processes of their own


def assert_silent(setup):
    report = nndoctor.setup_report(setup)
    ill = [f"{found.code}: {found.message}" for found in report.findings if found.advice]
    assert report.exit_code(FailOn.WARNING) == 0, ill
    assert {found.code for found in report.findings} == {check.code for check in SETUP_CHECKS}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("recipe", sorted(RECIPES.glob("*.toml")), ids=lambda path: path.stem)
def test_sound_recipes_are_left_alone(recipe, seed):
    assert_silent(nndoctor.load_setup(recipe, seed=seed))


@pytest.mark.parametrize("name", SAMPLES)
def test_default_recipes_are_sound(name):
    path = RECIPES.parent / "sample_data" / f"{name}.csv"
    assert_silent(nndoctor.load_setup(path, SAMPLES[name]))


@pytest.mark.parametrize("optimizer", OPTIMIZERS.names)
def test_every_optimizer_is_sound_as_it_comes(optimizer):
    rate = OPTIMIZER_SETTINGS[optimizer].get("learning_rate", 1e-3)
    changes = [f"optimizer.name={optimizer}", f"optimizer.learning_rate={rate}"]
    changes += ["model.hidden=[8]"] * (optimizer == "damped_newton")  # which is for small networks
    assert_silent(nndoctor.load_setup(RECIPES / "digits.toml", set=changes))


@pytest.mark.parametrize(
    "schedule",
    [
        "cosine",
        "polynomial",
        "one_cycle",
        "plateau",
        "inverse_time\ndecay=1e-2",
        "step\nevery=300\nfactor=0.1",
        "multi_step\nmilestones=[450,675]",
        "sqrt",
        "exponential\ndecay=2e-3",
        "cosine_restarts\nevery=225",
    ],
)
def test_usual_schedules_are_sound(schedule, tmp_path):
    name, *settings = schedule.splitlines()
    text = (RECIPES / "digits.toml").read_text(encoding="utf-8")
    text = text.replace("../sample_data", (RECIPES.parent / "sample_data").as_posix())
    path = tmp_path / "digits.toml"
    path.write_text("\n".join([text, "[schedule]", f'name = "{name}"', *settings]), "utf-8")
    assert_silent(nndoctor.load_setup(path))
