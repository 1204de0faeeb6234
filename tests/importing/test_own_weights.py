"""Started from the weights at hand: the same outputs, one start for all seeds, and a way out."""

import warnings

import numpy as np
import pytest
from sklearn.compose import TransformedTargetRegressor
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.preprocessing import StandardScaler

import nndoctor
from nndoctor.diagnosis.subject import Part
from nndoctor.errors import NNDoctorError, UsageError
from nndoctor.importing import in_words
from nndoctor.recipe.editing import edit
from nndoctor.setup import save_recipe
from nndoctor.subjects.recipe_subject import RecipeSubject

RNG = np.random.default_rng(0)
X = RNG.normal(size=(60, 3))
Y = X @ [1.0, 2.0, 3.0]


def fitted(kind=MLPRegressor, y=Y):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return kind(hidden_layer_sizes=(4,), max_iter=5, random_state=0).fit(X, y)


def test_every_seed_starts_from_the_weights_of_an_estimator():
    model = fitted()
    setup = nndoctor.to_recipe(model, X, Y, from_weights=True)
    for seed in (0, 7):
        out = setup.trainable.fresh(seed).outputs(setup.train)
        np.testing.assert_allclose(out[:, 0], model.predict(X), rtol=1e-12)
    assert "all runs start from the weights of MLPRegressor" in setup.words[-1]
    drawn = nndoctor.to_recipe(model, X, Y)
    assert drawn.recipe.model.weights is None
    assert not np.array_equal(drawn.trainable.initial(0), drawn.trainable.initial(7))


def test_the_weights_of_a_network_behind_a_scaled_target_are_those_of_its_fit():
    inside = MLPRegressor(hidden_layer_sizes=(4,), max_iter=5, random_state=0)
    model = TransformedTargetRegressor(inside, transformer=StandardScaler())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(X, Y)
    setup = nndoctor.to_recipe(model, X, Y, from_weights=True)
    out = setup.trainable.fresh(0).outputs(setup.train)
    np.testing.assert_allclose(out[:, 0] * Y.std() + Y.mean(), model.predict(X), rtol=1e-12)


def test_class_numbers_and_words_start_alike():
    names = np.where(Y > 0, "up", "down")
    model = fitted(MLPClassifier, names)
    setup = nndoctor.to_recipe(model, X, names, from_weights=True)
    logits = setup.trainable.fresh(0).outputs(setup.train)
    np.testing.assert_array_equal(np.where(logits[:, 0] > 0, "up", "down"), model.predict(X))


def test_what_has_no_weights_yet_is_refused():
    with pytest.raises(UsageError, match="MLPRegressor is not fitted"):
        nndoctor.to_recipe(MLPRegressor(), X, Y, from_weights=True)


def test_a_saved_recipe_keeps_the_start(tmp_path):
    setup = nndoctor.to_recipe(fitted(), X, Y, from_weights=True)
    setup.save(tmp_path / "mine.toml")
    again = nndoctor.load_setup(tmp_path / "mine.toml")
    assert again.recipe.model.weights == "mine-weights.npz"
    np.testing.assert_array_equal(again.trainable.initial(1), setup.trainable.initial(0))
    with pytest.raises(UsageError, match="mine"):
        setup.save(tmp_path / "mine.toml")


def recipe(tmp_path, hidden="[4]", weights=""):
    path = tmp_path / "one.toml"
    given = f'weights = "{weights}"' if weights else ""
    path.write_text(
        f"""[data]
generator = "sine"
n = 80

[model]
hidden = {hidden}
batch_norm = true
{given}

[training]
epochs = 2
"""
    )
    return path


def test_a_network_that_train_saved_is_a_start(tmp_path):
    nndoctor.train(recipe(tmp_path), save=tmp_path / "model.npz")
    saved = nndoctor.load_model(tmp_path / "model.npz")
    setup = nndoctor.load_setup(recipe(tmp_path, weights="model.npz"))
    network = setup.trainable.fresh(5)
    np.testing.assert_array_equal(network.outputs(setup.train), saved.network.outputs(setup.train))
    with pytest.raises(NNDoctorError, match=r"holds a network 1-4-1, this one is 1-5-1"):
        nndoctor.load_setup(recipe(tmp_path, "[5]", "model.npz"))
    with pytest.raises(NNDoctorError, match=r"none\.npz"):
        nndoctor.load_setup(recipe(tmp_path, weights="none.npz"))


def test_a_recipe_saved_in_another_folder_finds_its_start(tmp_path):
    nndoctor.train(recipe(tmp_path), save=tmp_path / "model.npz")
    setup = nndoctor.load_setup(recipe(tmp_path, weights="model.npz"))
    (tmp_path / "other").mkdir()
    save_recipe(setup, tmp_path / "other" / "one.toml")
    again = nndoctor.load_setup(tmp_path / "other" / "one.toml")
    assert again.recipe.model.weights == "../model.npz"
    np.testing.assert_array_equal(again.trainable.initial(1), setup.trainable.initial(0))


def test_arrays_that_do_not_fit_are_told_by_name(tmp_path):
    arrays = {"layer 1 weights": np.zeros((1, 3)), "layer 1 bias": np.zeros(4), "more": np.zeros(1)}
    np.savez(tmp_path / "w.npz", **arrays)
    with pytest.raises(NNDoctorError) as caught:
        nndoctor.load_setup(recipe(tmp_path, weights="w.npz"))
    told = " ".join(mistake.problem for mistake in caught.value.mistakes)
    assert "'layer 1 weights' of shape (1, 3), not (1, 4)" in told
    assert "has no 'output weights'" in told
    assert "has 'more', the network has not" in told


@pytest.mark.parametrize("strange", [np.array(["a"]), np.ones(1) * 1j, np.zeros(1, "M8[D]")])
def test_arrays_that_hold_no_real_numbers_are_refused(tmp_path, strange):
    np.savez(tmp_path / "w.npz", **{"output bias": strange})
    with pytest.raises(NNDoctorError) as caught:
        nndoctor.load_setup(recipe(tmp_path, weights="w.npz"))
    told = [mistake.problem for mistake in caught.value.mistakes]
    assert f"w.npz has 'output bias' of {strange.dtype}, which are no real numbers" in told


@pytest.mark.parametrize(
    ("edits", "kept"),
    [
        ({"model.layers[0].init": None}, False),
        ({"model.layers[0].units": 9}, False),
        ({"model": {"hidden": [4]}}, False),
        ({"model.layers[0].dropout": 0.5}, True),
        ({"optimizer.learning_rate": 0.1}, True),
    ],
)
def test_an_edit_of_the_first_weights_puts_the_saved_ones_aside(edits, kept):
    setup = nndoctor.to_recipe(fitted(), X, Y, from_weights=True)
    after = edit(setup.recipe, edits)
    assert (after.model.weights is not None) is kept
    words = in_words("scikit-learn", setup.recipe, after, 1)
    assert any("clone(model)" in line for line in words) is not kept


def test_every_run_of_a_diagnosis_has_the_same_start():
    """Whatever the seed; without saved weights each seed has its own."""
    subject = RecipeSubject.of(nndoctor.to_recipe(fitted(), X, Y, from_weights=True))
    drawn = RecipeSubject.of(nndoctor.to_recipe(fitted(), X, Y))
    for given, alike in ((subject, True), (drawn, False)):
        starts = [given.setup(seed, Part.SEARCH).trainable.initial(seed) for seed in (1, 2)]
        assert np.array_equal(*starts) is alike


def test_a_cure_that_keeps_the_start_is_run_whole_beside_it():
    """The weights are in no file then."""
    model = MLPClassifier((8,), max_iter=40, learning_rate_init=1e-6, n_iter_no_change=100)
    x = np.random.default_rng(0).normal(size=(60, 4))
    names = np.where(x[:, 0] + x[:, 1] > 0, "up", "down")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.set_params(random_state=0).fit(x, names)
    told = nndoctor.checkup(nndoctor.to_recipe(model, x, names, from_weights=True), budget=1)
    assert list(told.prescription) == ["optimizer.learning_rate"]
    drawn = {one.name for one in told.figures}
    assert {"update / weight, as it is", "update / weight, changed"} <= drawn
