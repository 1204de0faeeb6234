"""Images that are moved while training: which rows are images, and what is refused."""

import numpy as np
import pytest

from nndoctor.errors import NNDoctorError
from nndoctor.recipe import loads
from nndoctor.recipe.editing import edit
from nndoctor.setup import build, with_recipe
from nndoctor.trainable import Plan

DIGITS = '[data]\ngenerator = "digits"\nn = 60\n[model]\nhidden = [8]\n[training]\nepochs = 2\n'


def made(*changes, text=DIGITS):
    return build(loads(text, "recipe", changes), "recipe", text)


def test_columns_of_one_image_are_moved_as_they_were_before_they_were_scaled():
    setup = made("training.noise.shift=1", "data.preprocess.features=center")
    moved = setup.trainable.moved
    assert (moved.shape, moved.most, moved.mirrored) == ((8, 8, 1), 1, False)
    np.testing.assert_array_equal(moved.scale, setup.features.scale)
    np.testing.assert_array_equal(moved.shift, setup.features.shift)
    assert made("training.noise.mirror=true").trainable.moved.mirrored
    turned = made("training.noise.rotate=10", "training.noise.padding=zeros").trainable.moved
    assert (turned.rotation, turned.empty, turned.most) == (10, True, 0)
    assert made().trainable.moved is None


def test_a_shape_that_is_given_comes_before_the_usual_one():
    setup = made("training.noise.shift=1", "training.noise.image=[4, 8, 2]")
    assert setup.trainable.moved.shape == (4, 8, 2)


def test_another_recipe_over_the_same_rows_keeps_or_leaves_it():
    setup = made("training.noise.shift=1")
    wider = with_recipe(setup, edit(setup.recipe, {"model.hidden": [9]}))
    assert wider.trainable.moved.shape == (8, 8, 1)
    plain = with_recipe(setup, edit(setup.recipe, {"training.noise": None}))
    assert plain.trainable.moved is None


def test_brightness_goes_with_features_that_are_scaled_column_by_column():
    setup = made("training.noise.brightness=0.2", "data.preprocess.features=standardize")
    assert setup.trainable.moved.brightness == 0.2


@pytest.mark.parametrize("key", ["shift=1", "mirror=true", "rotate=15", "brightness=0.3"])
def test_it_changes_training_and_is_the_same_for_the_same_seed(key):
    key = f"training.noise.{key}"
    losses = []
    for changes in ((), (key,), (key,)):
        setup = made(*changes)
        losses.append(setup.trainable.fresh(0).train(setup.train, Plan(5)).loss.tolist())
    assert losses[0] != losses[1] == losses[2]


TABLE = '[data]\ngenerator = "gaussian"\nn = 60\nd = 12\n[model]\nhidden = [4]\n'


@pytest.mark.parametrize(
    ("changes", "text", "told"),
    [
        (["training.noise.shift=1"], TABLE, "12 columns may be of any height and width"),
        (["training.noise.mirror=true"], TABLE, "12 columns may be of any height and width"),
        (
            ["training.noise.shift=1", "training.noise.image=[3, 5, 1]"],
            TABLE,
            "image is 3 x 5 x 1: 15 numbers, for 12 columns",
        ),
        (["training.noise.rotate=5"], TABLE, "12 columns may be of any height and width"),
        (["training.noise.brightness=0.1"], TABLE, "12 columns may be of any height and width"),
        (
            ["training.noise.rotate=5", "data.preprocess.features=standardize"],
            DIGITS,
            'features = "standardize" scales each in its own way',
        ),
        (
            ["training.noise.brightness=0.1", "data.preprocess.features=whiten"],
            DIGITS,
            'features = "whiten" mixes all columns',
        ),
        (["training.noise.rotate=181"], DIGITS, "rotate"),
        (["training.noise.rotate=nan"], DIGITS, "rotate"),
        (["training.noise.brightness=1"], DIGITS, "brightness"),
        (["training.noise.padding=edge"], DIGITS, "padding"),
        (["training.noise.rotate=5", "optimizer.name=lbfgs"], DIGITS, "with optimizer lbfgs"),
        (["training.noise.shift=8"], DIGITS, "shift is 8 for images of 8 x 8"),
        (
            ["training.noise.shift=1", "data.preprocess.features=pca"],
            DIGITS,
            'features = "pca" mixes all columns',
        ),
        (
            ["training.noise.shift=1", "data.preprocess.features=standardize"],
            DIGITS,
            'features = "standardize" scales each in its own way',
        ),
        (["training.noise.shift=-1"], DIGITS, "shift"),
        (["training.noise.image=[8, 8]"], DIGITS, "image"),
        (["training.noise.shift=1", "optimizer.name=lbfgs"], DIGITS, "with optimizer lbfgs"),
        (["training.noise.mirror=true", "optimizer.name=rprop"], DIGITS, "with optimizer rprop"),
    ],
)
def test_what_is_no_image_is_refused(changes, text, told):
    with pytest.raises(NNDoctorError) as caught:
        made(*changes, text=text)
    assert any(told in mistake.problem for mistake in caught.value.mistakes)
    assert all(mistake.hint for mistake in caught.value.mistakes)
