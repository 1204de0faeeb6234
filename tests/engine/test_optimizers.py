"""Every optimizer's steps against its paper's formula, and its settings."""

import numpy as np
import pytest

from nndoctor.engine.optimizers import OPTIMIZERS
from nndoctor.errors import RecipeError

from ..oracles import optimizers as oracle
from .helpers import PRECISIONS, TOLERANCE, close, steps

GRADIENTS = np.random.default_rng(5).normal(size=(30, 7)) * np.logspace(-3, 2, 7)
RATES = np.where(np.arange(30) < 15, 0.5, 0.125)
CASES = [
    ("sgd", {}), ("sgd", {"momentum": 0.7}), ("sgd", {"momentum": 0.7, "nesterov": 1.0}),
    ("sgd", {"momentum": 0.9, "momentum_start": 0.0, "momentum_rise": 12}),
    ("nesterov", {"momentum": 0.99, "momentum_rise": 20}),
    ("sgd", {"momentum": 0.7, "dampening": 0.7}), ("sgd", {"dampening": 0.5}),
    ("sgd", {"momentum": 0.7, "dampening": 0.2, "nesterov": 1.0}),
    ("momentum", {}), ("momentum", {"momentum": 0.0}), ("momentum", {"momentum": 1.0}),
    ("momentum", {"rate_inside": 1.0}), ("momentum", {"momentum": 0.0, "rate_inside": 1.0}),
    ("nesterov", {}), ("nesterov", {"momentum": 0.5}), ("nesterov", {"rate_inside": 1.0}),
    ("adam", {"eps_hat": 1.0, "eps": 0.1}),
    ("amsgrad", {"eps_hat": 1.0, "eps": 0.1}),
    ("adagrad", {}), ("adagrad", {"eps": 0.1}), ("adagrad", {"eps": 0.1, "eps_inside": 1.0}),
    ("adadelta", {}), ("adadelta", {"rho": 0.5, "eps": 1e-3}),
    ("rmsprop", {}), ("rmsprop", {"rho": 0.99, "eps": 1e-3}), ("rmsprop", {"rho": 0.0}),
    ("rmsprop", {"eps": 0.1, "eps_inside": 1.0}),
    ("rmsprop", {"eps": 0.1, "eps_inside": 1.0, "centered": 1.0, "momentum": 0.3}),
    ("rmsprop", {"momentum": 0.6}), ("rmsprop", {"centered": 1.0, "momentum": 0.3}),
    ("adam", {}), ("adam", {"beta1": 0.0, "beta2": 0.9}), ("adam", {"eps": 1e-2}),
    ("adam", {"bias_correction": 0.0}),
    ("amsgrad", {}), ("amsgrad", {"beta1": 0.5, "beta2": 0.5, "eps": 1e-2}),
    ("adamax", {}), ("adamax", {"beta1": 0.5, "beta2": 0.5, "eps": 1e-2}),
    ("nadam", {}), ("nadam", {"beta1": 0.5, "beta2": 0.9, "eps": 1e-2, "momentum_decay": 1.0}),
    ("radam", {}), ("radam", {"beta1": 0.5, "beta2": 0.9, "eps": 1e-2}), ("radam", {"beta2": 0.5}),
    ("adamw", {}), ("adamw", {"beta1": 0.5, "bias_correction": 0.0}),
    ("rprop", {}), ("lion", {}), ("lion", {"beta1": 0.5, "beta2": 0.8}),
    ("adafactor", {}),
    ("adafactor", {"eps1": 0.5, "eps2": 2.0, "clip_threshold": 1.2, "beta2_decay": -0.5}),
]  # fmt: skip
EACH = pytest.mark.parametrize("name", OPTIMIZERS)
BOTH = pytest.mark.parametrize("dtype", PRECISIONS)


def _defaults(name):
    return {setting.name: setting.default for setting in OPTIMIZERS[name].settings}


@pytest.mark.parametrize(("name", "settings"), CASES)
@BOTH
def test_steps_are_the_oracles(name, settings, dtype):
    gradients = GRADIENTS.astype(dtype)
    given = _defaults(name) | settings
    right = oracle.STEPS[name](gradients.astype(float), RATES, **given)
    made = steps(name, gradients, RATES, **settings)
    assert made.dtype == dtype
    for column in range(made.shape[1]):
        assert close(made[:, column], right[:, column], 2 * TOLERANCE[gradients.dtype])


def test_every_optimizer_has_a_case():
    assert {name for name, _ in CASES} == set(OPTIMIZERS)


@BOTH
def test_adafactor_factors_matrices_and_leaves_vectors_whole(dtype):
    rng = np.random.default_rng(3)
    arrays = [(0, 4, 3), (12, 1, 3), (15, 3, 1), (18, 1, 1)]
    gradients = (rng.normal(size=(20, 19)) * np.logspace(-2, 1, 19)).astype(dtype)
    theta = rng.normal(size=19).astype(dtype)
    right = oracle.adafactor(gradients.astype(float), RATES[:20], theta=theta, arrays=arrays)
    made = steps("adafactor", gradients, RATES[:20], theta, arrays)
    for start, rows, columns in arrays:
        part = slice(start, start + rows * columns)
        assert close(made[:, part], right[:, part], 2 * TOLERANCE[gradients.dtype])
    gradients[7, 4] = np.nan
    made = steps("adafactor", gradients, RATES[:20], theta, arrays)
    assert np.isnan(made[7:, :12]).all()  # rows and columns share the moments of a matrix
    assert np.isfinite(made[:, 12:]).all()


@BOTH
def test_adafactors_least_moment_is_the_precision_of_the_dtype(dtype):
    small = (GRADIENTS * np.finfo(dtype).eps).astype(dtype)
    given = {"arrays": [(0, 2, 3), (6, 1, 1)], "eps1": np.finfo(dtype).eps}
    made = steps("adafactor", small, arrays=given["arrays"])
    assert close(made, steps("adafactor", small, **given), 0)
    assert not close(made, steps("adafactor", small, **given | {"eps1": 1e-30}), 1e-6)


@EACH
@BOTH
@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_bad_gradient_is_never_swallowed(name, dtype, bad):
    gradients = GRADIENTS.astype(dtype)
    gradients[3, 2] = bad
    alone = [(i, 1, 1) for i in range(7)]  # Adafactor's scale is one for a whole array
    made = steps(name, gradients, arrays=alone)
    assert not np.isfinite(made[3, 2])
    assert np.isfinite(np.delete(made, 2, axis=1)).all()
    if np.isnan(bad) and name != "sgd":  # plain SGD remembers nothing
        assert np.isnan(made[3:, 2]).all()


@EACH
@BOTH
def test_a_rate_of_zero_makes_no_step_and_no_nan(name, dtype):
    gradients = GRADIENTS.astype(dtype)
    assert (steps(name, gradients, 0.0) == 0).all()
    resting = np.where(np.arange(30) < 15, 0.5, 0.0)
    made = steps(name, gradients, resting)
    assert np.isfinite(made).all()
    assert (made[15:] == 0).all()
    if name != "rprop":  # it waits where a gradient has turned
        assert (made[:15] != 0).all()


@pytest.mark.parametrize(("rate", "first"), [(100.0, 50.0), (1e-7, 1e-6), (0.1, 0.1)])
def test_the_first_step_of_rprop_is_within_its_bounds_too(rate, first):
    made = steps("rprop", np.ones((2, 1)), np.array([rate, rate]))
    assert made[:, 0] == pytest.approx([first, min(1.2 * first, 50.0)])


def test_with_the_rate_inside_the_velocity_outlives_the_rate():
    made = steps("momentum", np.ones((3, 1)), np.array([0.5, 0.0, 0.0]), rate_inside=1.0)
    assert made[:, 0] == pytest.approx([0.5, 0.45, 0.405])


def test_a_steady_gradient_has_no_spread_but_no_nan_either():
    made = steps("rmsprop", np.full((2000, 3), np.float32(0.1)), centered=1.0, eps=1e-3)
    assert np.isfinite(made).all()


@EACH
def test_it_reaches_the_minimum_of_a_quadratic(name):
    unit, curvature = OPTIMIZERS[name], np.array([1.0, 5.0])
    rates = {"adagrad": 0.5, "adadelta": 10.0, "radam": 0.05, "lion": 0.01, "adafactor": 0.1}
    theta, gradients = np.array([1.0, -1.0]), np.empty((0, 2))
    for _ in range(250):
        gradients = np.vstack([gradients, curvature * theta])
        theta = np.array([1.0, -1.0]) - steps(name, gradients, rates.get(name, 0.02)).sum(axis=0)
    assert np.abs(theta).max() < 0.05
    assert unit.slots <= 3


def test_pack_fills_defaults_in_order():
    assert OPTIMIZERS["adam"].pack({"beta2": 0.5}).tolist() == [0.9, 0.5, 1e-8, 1.0, 0.0]


@EACH
def test_pack_refuses_what_it_does_not_know_and_what_is_out_of_range(name):
    unit = OPTIMIZERS[name]
    with pytest.raises(RecipeError, match="no setting 'beta3'"):
        unit.pack({"beta3": 0.5})
    for setting in unit.settings:
        above = setting.high + 0.1 if np.isfinite(setting.high) else np.nan
        for value in (setting.low - 0.1, above, np.nan):
            with pytest.raises(RecipeError, match=setting.name):
                unit.pack({setting.name: value})
        for value in (setting.low, setting.default, setting.high):
            unit.pack({setting.name: value})


def test_momentum_records_are_sgd_with_other_defaults():
    for name, nesterov in (("momentum", 0.0), ("nesterov", 1.0)):
        same = steps("sgd", GRADIENTS, momentum=0.9, nesterov=nesterov)
        assert close(steps(name, GRADIENTS), same, 0)
