"""ND313 and the start it asks for: `output_bias_init = "prior"`."""

import numpy as np
import pytest

import nndoctor
from nndoctor.checks.init.prior import PriorAtStart
from nndoctor.checks.measures.chance_loss import Chance, Level
from nndoctor.errors import RecipeError
from nndoctor.findings import Status

CHECK = PriorAtStart()
FAR = Chance((Level("all classes equal", "ln 2", 0.7), Level("class shares", "entropy", 0.3)), 1.0)


@pytest.mark.parametrize(
    ("losses", "levels", "status"),
    [
        ([0.7], FAR, Status.NOTE),
        ([0.51], FAR, Status.NOTE),
        ([0.49], FAR, Status.OK),
        ([0.3], FAR, Status.OK),
        ([0.7], Chance((FAR.levels[0], Level("class shares", "", 0.57)), 1.0), Status.OK),
        ([0.7, np.nan], FAR, Status.SKIP),
        ([], FAR, Status.SKIP),
        ([1.0], Chance(FAR.levels[:1], 1.0), Status.SKIP),
    ],
)
def test_judging(losses, levels, status):
    assert CHECK.judge(losses, levels).status is status


def made(tmp_path, rows, model="", more=""):
    """Rows of x and y, an output of weights 0, so that only its bias speaks."""
    lines = "\n".join(f"{x:.4f},{y}" for x, y in rows)
    (tmp_path / "t.csv").write_text(f"x,y\n{lines}\n", encoding="utf-8")
    recipe = tmp_path / "t.toml"
    recipe.write_text(
        '[data]\npath = "t.csv"\ntarget = "y"\nvalidation = 0.0\n'
        f'[model]\nhidden = [4]\noutput_init = "zeros"\n{model}\n{more}\n',
        encoding="utf-8",
    )
    return nndoctor.load_setup(recipe)


def table(*answers):
    rng = np.random.default_rng(0)
    return [(rng.normal(), answer) for answer in answers]


RARE = table(*["a"] * 90, *["b"] * 8, *["c"] * 2)
PRIOR = 'output_bias_init = "prior"'


def outputs(setup):
    return setup.trainable.fresh(0).outputs(setup.train)[0]


def test_class_shares_as_logarithms(tmp_path):
    setup = made(tmp_path, RARE, PRIOR)
    np.testing.assert_allclose(outputs(setup), np.log([0.9, 0.08, 0.02]), rtol=1e-6)
    entropy = -sum(p * np.log(p) for p in (0.9, 0.08, 0.02))
    assert setup.trainable.fresh(0).loss(setup.train) == pytest.approx(entropy, rel=1e-5)


def test_weighted_classes_count_by_their_weights(tmp_path):
    even = made(tmp_path, RARE, PRIOR, '[loss]\nclass_weights = "balanced"')
    np.testing.assert_allclose(outputs(even), np.log(1 / 3), rtol=1e-5)


def test_one_output_gets_the_log_odds(tmp_path):
    rows, loss = table(*["a"] * 90, *["b"] * 10), '[loss]\nname = "binary_cross_entropy"'
    assert outputs(made(tmp_path, rows, PRIOR, loss)) == pytest.approx(np.log(1 / 9), rel=1e-5)
    probabilities = f'{PRIOR}\noutput_activation = "sigmoid"'
    given = made(tmp_path, rows, probabilities, f"{loss}\nfrom_logits = false")
    assert outputs(given) == pytest.approx(0.1, rel=1e-5)


@pytest.mark.parametrize(("loss", "told"), [("mse", np.mean), ("mae", np.median)])
def test_a_regression_starts_from_the_middle(tmp_path, loss, told):
    answers = np.random.default_rng(1).exponential(20.0, 50).round(3) + 0.0005
    setup = made(tmp_path, table(*answers), PRIOR, f'[loss]\nname = "{loss}"')
    assert outputs(setup) == pytest.approx(told(answers), rel=1e-5)


def test_a_class_without_rows_gets_a_finite_bias(tmp_path):
    rows = table(*[0] * 10, *[1] * 10)
    setup = made(tmp_path, rows, PRIOR)
    setup = nndoctor.load_setup(tmp_path / "t.toml", set=["data.classes=3"])
    assert outputs(setup)[2] == pytest.approx(np.log(0.5 / 20), rel=1e-5)


def test_what_has_no_prior_is_refused(tmp_path):
    with pytest.raises(RecipeError, match="hinge"):
        made(tmp_path, RARE, PRIOR, '[loss]\nname = "hinge"')
    with pytest.raises(RecipeError, match="the outputs are relu"):
        made(tmp_path, RARE, f'{PRIOR}\noutput_activation = "relu"')
    layers = '[[model.layers]]\nunits = 4\nbias_init = "prior"\n[[model.layers]]\nunits = 3\n'
    (tmp_path / "t.toml").write_text(f'[data]\npath = "t.csv"\ntarget = "y"\n{layers}')
    with pytest.raises(RecipeError, match="of the last layer"):
        nndoctor.load_setup(tmp_path / "t.toml")


def test_the_note_disappears_where_the_bias_knows(tmp_path):
    sick, sound = made(tmp_path, RARE), None
    told = {found.code: found for found in nndoctor.check_loss(sick).findings}
    assert told["ND313"].status is Status.NOTE
    sound = made(tmp_path, RARE, PRIOR)
    told = {found.code: found for found in nndoctor.check_loss(sound).findings}
    assert told["ND313"].status is Status.OK
    assert told["ND301"].status is Status.OK
