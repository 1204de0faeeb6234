"""From the same weights and rows, scikit-learn and the recipe take the same updates."""

import warnings

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier, MLPRegressor

import nndoctor
from nndoctor.trainable import Plan

UPDATES, ROWS = 50, 24
COMMON = {
    "hidden_layer_sizes": (7, 5),
    "shuffle": False,
    "n_iter_no_change": 10**6,
    "random_state": 1,
}
SGD = {"solver": "sgd", "learning_rate_init": 0.02}
CASES = {
    "adam": (MLPRegressor, {}),
    "adam classes, large epsilon": (MLPClassifier, {"epsilon": 1e-3, "activation": "tanh"}),
    "sgd": (MLPRegressor, SGD | {"momentum": 0.0, "activation": "tanh"}),
    "momentum": (MLPRegressor, SGD | {"nesterovs_momentum": False, "activation": "logistic"}),
    "nesterov": (MLPClassifier, SGD | {"activation": "logistic"}),
    "invscaling": (MLPRegressor, SGD | {"learning_rate": "invscaling"}),
    "invscaling by another power": (
        MLPRegressor, SGD | {"learning_rate": "invscaling", "power_t": 0.3}),
    "penalty": (MLPRegressor, SGD | {"alpha": 5.0, "activation": "identity", "batch_size": 8}),
    "several outputs": (MLPRegressor, SGD | {"activation": "tanh"}),
    "several labels": (MLPClassifier, SGD | {"alpha": 1.0}),
    "two classes": (MLPClassifier, {"batch_size": 8}),
}  # fmt: skip


def rows(case):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(ROWS, 4))
    y = x @ rng.normal(size=(4, 3)) + 0.1 * rng.normal(size=(ROWS, 3))
    if case == "several outputs":
        return x, y
    if case == "several labels":
        return x, (y > 0).astype(int)
    if CASES[case][0] is MLPRegressor:
        return x, y[:, 0]
    return x, (y[:, 0] > 0).astype(int) if case == "two classes" else y.argmax(axis=1)


@pytest.mark.parametrize("case", CASES)
def test_fifty_updates_agree(case):
    kind, settings = CASES[case]
    x, y = rows(case)
    batch = settings.get("batch_size", ROWS)
    epochs = UPDATES // (ROWS // batch)
    theirs = kind(**COMMON | settings, max_iter=epochs)
    start = kind(**COMMON | settings | {"learning_rate_init": 1e-300}, max_iter=1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        theirs.fit(x, y)
        start.fit(x, y)
    setup = nndoctor.to_recipe(kind(**COMMON | settings, max_iter=epochs), x, y)
    ours = setup.trainable.fresh(0)
    form = setup.trainable.layout
    for at in range(3):
        form.weights(ours.theta)[at][...] = start.coefs_[at]
        form.bias(ours.theta)[at][...] = start.intercepts_[at]
    first = ours.theta.copy()
    ours.train(setup.train, Plan(epochs * (ROWS // batch)))
    assert np.abs(ours.theta - first).max() > 1e-3
    for at in range(3):
        w, b = form.weights(ours.theta)[at], form.bias(ours.theta)[at]
        np.testing.assert_allclose(w, theirs.coefs_[at], rtol=1e-5, atol=1e-8)
        np.testing.assert_allclose(b, theirs.intercepts_[at], rtol=1e-5, atol=1e-8)


@pytest.mark.parametrize("activation", ["relu", "logistic"])
def test_first_weights_are_drawn_as_there(activation):
    x = np.random.default_rng(0).normal(size=(20, 30))
    model = MLPRegressor(hidden_layer_sizes=(400,), activation=activation)
    setup = nndoctor.to_recipe(model, x, x[:, 0])
    theta = setup.trainable.initial(0)
    bound = np.sqrt((2 if activation == "logistic" else 6) / 430)
    form = setup.trainable.layout
    for values in (form.weights(theta)[0], form.bias(theta)[0]):
        assert 0.95 * bound < np.abs(values).max() <= bound


def test_it_stops_by_the_training_loss_when_scikit_learn_would():
    x = np.random.default_rng(0).normal(size=(60, 3))
    y = x @ [1.0, -1.0, 0.5]
    settings = {"tol": 1e-2, "n_iter_no_change": 3, "max_iter": 300, "alpha": 0.0}
    setup = nndoctor.to_recipe(
        MLPRegressor(hidden_layer_sizes=(5,), learning_rate_init=0.01, **settings), x, y
    )
    told = nndoctor.train(setup)
    ours = next(iter(told.details.values()))
    ends = [
        MLPRegressor(hidden_layer_sizes=(5,), learning_rate_init=0.01, **settings, random_state=s)
        .fit(x, y)
        .n_iter_
        for s in range(5)
    ]
    assert ours["ending"] == "early_stopped"
    assert min(ends) / 2 <= ours["updates"] <= 2 * max(ends)
