"""Every optimizer's step directions against its paper's formula, and its settings."""

import numpy as np
import pytest

from nndoctor.engine.optimizers import OPTIMIZERS
from nndoctor.errors import RecipeError

from ..oracles import optimizers as oracle
from .helpers import PRECISIONS, TOLERANCE, close, directions

GRADIENTS = np.random.default_rng(5).normal(size=(30, 7)) * np.logspace(-3, 2, 7)
CASES = [
    ("sgd", {}), ("sgd", {"momentum": 0.7}), ("sgd", {"momentum": 0.7, "nesterov": 1.0}),
    ("momentum", {}), ("momentum", {"momentum": 0.0}), ("momentum", {"momentum": 1.0}),
    ("nesterov", {}), ("nesterov", {"momentum": 0.5}),
    ("adagrad", {}), ("adagrad", {"eps": 0.1}),
    ("rmsprop", {}), ("rmsprop", {"rho": 0.99, "eps": 1e-3}), ("rmsprop", {"rho": 0.0}),
    ("adam", {}), ("adam", {"beta1": 0.0, "beta2": 0.9}), ("adam", {"eps": 1e-2}),
]  # fmt: skip
EACH = pytest.mark.parametrize("name", OPTIMIZERS)


@pytest.mark.parametrize(("name", "settings"), CASES)
@pytest.mark.parametrize("dtype", PRECISIONS)
def test_directions_are_the_oracles(name, settings, dtype):
    gradients = GRADIENTS.astype(dtype)
    numbers = {setting.name: setting.default for setting in OPTIMIZERS[name].settings} | settings
    rounded = {key: float(dtype(value)) for key, value in numbers.items()}
    right = oracle.DIRECTIONS[name](gradients.astype(float), **rounded)
    steps = directions(name, gradients, **settings)
    for column in range(steps.shape[1]):
        assert close(steps[:, column], right[:, column], 2 * TOLERANCE[gradients.dtype])


def test_every_optimizer_has_a_case():
    assert {name for name, _ in CASES} == set(OPTIMIZERS)


@EACH
@pytest.mark.parametrize("dtype", PRECISIONS)
@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_bad_gradient_is_never_swallowed(name, dtype, bad):
    gradients = GRADIENTS.astype(dtype)
    gradients[3, 2] = bad
    steps = directions(name, gradients)
    assert not np.isfinite(steps[3, 2])
    assert np.isfinite(np.delete(steps, 2, axis=1)).all()
    if np.isnan(bad) and name != "sgd":  # plain SGD remembers nothing
        assert np.isnan(steps[3:, 2]).all()


@EACH
def test_it_reaches_the_minimum_of_a_quadratic(name):
    unit, curvature = OPTIMIZERS[name], np.array([1.0, 5.0])
    rate = {"adagrad": 0.5}.get(name, 0.02)
    theta, gradients = np.array([1.0, -1.0]), np.empty((0, 2))
    for _ in range(250):
        gradients = np.vstack([gradients, curvature * theta])
        theta = theta - rate * directions(name, gradients)[-1]
    assert np.abs(theta).max() < 0.05
    assert unit.slots <= 2


def test_pack_fills_defaults_in_order():
    packed = OPTIMIZERS["adam"].pack({"beta2": 0.5}, np.dtype(np.float64))
    assert packed.tolist() == [0.9, 0.5, 1e-8]


@EACH
def test_pack_refuses_what_it_does_not_know_and_what_is_out_of_range(name):
    unit = OPTIMIZERS[name]
    with pytest.raises(RecipeError, match="no setting 'beta3'"):
        unit.pack({"beta3": 0.5}, np.dtype(np.float64))
    for setting in unit.settings:
        above = setting.high + 0.1 if np.isfinite(setting.high) else np.nan
        for value in (setting.low - 0.1, above, np.nan):
            with pytest.raises(RecipeError, match=setting.name):
                unit.pack({setting.name: value}, np.dtype(np.float64))
        for value in (setting.low, setting.default, setting.high):
            unit.pack({setting.name: value}, np.dtype(np.float64))


def test_momentum_records_are_sgd_with_other_defaults():
    for name, nesterov in (("momentum", 0.0), ("nesterov", 1.0)):
        same = directions("sgd", GRADIENTS, momentum=0.9, nesterov=nesterov)
        assert close(directions(name, GRADIENTS), same, 0)
