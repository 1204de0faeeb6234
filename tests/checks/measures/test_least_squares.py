"""The small model against scikit-learn's, and what it must not see."""

import numpy as np
import pytest
from sklearn.datasets import load_iris
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import cross_val_predict

from nndoctor.checks.measures.least_squares import class_probabilities, inputs, predictions


def test_probabilities_are_those_of_linear_discriminants():
    rng = np.random.default_rng(0)
    y = rng.integers(0, 3, 3000)
    x = rng.normal(size=(3000, 4)) + np.eye(3, 4)[y]
    ours = class_probabilities(x, y, 3)
    theirs = cross_val_predict(LinearDiscriminantAnalysis(), x, y, method="predict_proba")
    assert ours.sum(axis=1) == pytest.approx(1)
    assert np.abs(ours - theirs).mean() < 0.02  # other folds, a little shrinking


def test_a_class_that_a_fold_has_not_seen_is_never_predicted():
    x = np.random.default_rng(0).normal(size=(50, 2))
    ours = class_probabilities(x, np.array([1] + [0] * 49), 2)
    assert np.isfinite(ours).all()


def test_iris_is_told_apart_out_of_fold():
    iris = load_iris()
    ours = class_probabilities(inputs(iris.data), iris.target, 3)
    assert (ours.argmax(axis=1) == iris.target).mean() > 0.95


def test_predictions_are_those_of_linear_regression():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(2000, 4))
    y = x @ [1, 2, 3, 4] + rng.normal(size=2000)
    theirs = cross_val_predict(LinearRegression(), x, y)
    assert np.abs(predictions(x, y) - theirs).mean() < 0.1


def test_out_of_fold_means_that_noise_is_not_learned_by_heart():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(60, 50)), rng.normal(size=60)
    assert 1 - ((predictions(x, y) - y) ** 2).sum() / ((y - y.mean()) ** 2).sum() < 0.1


def test_inputs_survive_constants_and_the_huge():
    x = np.column_stack([np.full(20, 7.0), np.arange(20) * 1e300, np.arange(20) * 1e-300])
    z = inputs(x)
    assert np.isfinite(z).all()
    assert z.shape[1] <= 4
    assert inputs(np.random.default_rng(0).normal(size=(30, 400)), 1).shape == (30, 600)
