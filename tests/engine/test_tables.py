"""The tables of units: each with a source and an oracle, each known to recipes; adding is cheap."""

import contextlib
import inspect

import numpy as np
import pytest

from nndoctor.adapters.full_batch import METHODS, SOURCES
from nndoctor.engine import training
from nndoctor.engine.activations import ACTIVATIONS, Activation, elementwise
from nndoctor.engine.initializers import INITIALIZERS
from nndoctor.engine.losses import LOSSES
from nndoctor.engine.normalization import NORMALIZATIONS
from nndoctor.engine.optimizers import OPTIMIZERS
from nndoctor.engine.schedules import SCHEDULES
from nndoctor.recipe import names
from nndoctor.recipe.loss_table import Loss
from nndoctor.recipe.optimizer_table import Optimizer as RecipeOptimizer
from nndoctor.recipe.schema import LayerTable, Model
from nndoctor.trainable import Plan
from tools import make_units

from ..oracles import activations, initializers, losses, normalization, optimizers, schedules
from .helpers import default_setting, mlp, smooth
from .test_gradients import relative_error
from .test_torch_parity import LOSS_CASES, stored

TABLES = {
    "activations": (ACTIVATIONS, names.ACTIVATIONS, activations.VALUES),
    "initializers": (INITIALIZERS, names.INITIALIZERS, initializers.DISTRIBUTIONS),
    "optimizers": (OPTIMIZERS, names.OPTIMIZERS, optimizers.STEPS),
    "schedules": (SCHEDULES, names.SCHEDULES, schedules.FACTORS),
}
EACH = pytest.mark.parametrize("family", TABLES)


@EACH
def test_records_are_filed_under_their_names_and_have_a_source(family):
    table = TABLES[family][0]
    assert [unit.name for unit in table.values()] == list(table)
    assert all(len(unit.source) > 5 for unit in table.values())


@EACH
def test_what_recipes_may_name_is_what_there_is_and_has_an_oracle(family):
    table, recipe, oracles = TABLES[family]
    full_batch = set(METHODS) if family == "optimizers" else set()  # SciPy's
    assert set(recipe.names) == set(table) | full_batch
    assert set(table) == set(oracles)


def test_every_unit_says_what_it_computes_and_the_page_is_current():
    page = make_units.PAGE.read_text(encoding="utf-8")
    assert page == make_units.render()
    assert "None" not in page
    for family in (names.ACTIVATIONS, names.LOSSES, names.OPTIMIZERS, names.SCHEDULES):
        assert all(f"| `{name}` |" in page for name in family.names)


def test_losses_are_in_recipes_and_oracles():
    assert {name for name, _ in LOSSES} == set(names.LOSSES.names)
    assert set(LOSSES) == set(losses.ROW_LOSSES)
    assert all((unit.name, unit.from_logits) == key for key, unit in LOSSES.items())
    assert all(len(unit.source) > 5 for unit in LOSSES.values())
    assert all(unit.per_output == losses.per_output(unit.name) for unit in LOSSES.values())


def test_normalisations_have_a_source_an_oracle_and_a_key_in_recipes():
    assert set(NORMALIZATIONS) == set(normalization.KINDS)
    assert set(NORMALIZATIONS) <= set(LayerTable.model_fields) & set(Model.model_fields)
    for name, unit in NORMALIZATIONS.items():
        assert unit.name == name
        assert len(unit.source) > 5
        assert [key for key, _ in unit.settings] == [
            "momentum",
            "eps",
            "unbiased",
        ]  # as `Net.numbers` has it
        assert unit.running == (dict(unit.settings)["momentum"] > 0)


def test_every_activation_loss_and_normalisation_has_a_golden_value():
    assert {f"{name}/value" for name in ACTIVATIONS} <= stored("activations").keys()
    assert {f"{name}/slope" for name in ACTIVATIONS} <= stored("activations").keys()
    golden = {tuple(key.split("/")[:2]) for key in stored("losses") if key.count("/") > 2}
    assert golden == {tuple(key.split("/")[:2]) for key in LOSS_CASES}
    assert {name for name, _ in golden} == {name for name, _ in LOSSES}
    assert {f"{name}/value" for name in NORMALIZATIONS} <= stored("normalization").keys()


def test_losses_take_what_recipes_say():
    for unit in LOSSES.values():
        for key, _ in unit.settings:
            assert key in Loss.model_fields


def test_activations_take_what_recipes_say():
    for name, unit in ACTIVATIONS.items():
        assert dict(unit.settings) == dict(names.ACTIVATIONS.arguments.get(name, {}))


def test_initializers_take_as_many_numbers_as_recipes_say():
    for name, unit in INITIALIZERS.items():
        assert len(unit.settings) == len(names.INITIALIZERS.arguments.get(name, {}))
        if unit.settings:
            assert tuple(inspect.signature(unit.draw).parameters)[4:] == unit.settings


def test_optimizers_have_the_settings_and_defaults_of_recipes():
    assert set(names.OPTIMIZER_SETTINGS) == set(OPTIMIZERS) | set(METHODS)
    assert all(len(SOURCES[name]) > 5 for name in METHODS)
    for name, unit in OPTIMIZERS.items():
        recipe = dict(names.OPTIMIZER_SETTINGS[name])
        assert recipe.pop("learning_rate") > 0
        assert recipe.pop("weight_decay", 0.01) == 0.01  # a stage around the optimizer
        choices = [setting for setting in unit.settings if setting.low < setting.high]
        assert {setting.name: setting.default for setting in choices} == recipe
        for setting in unit.settings:
            assert setting.low <= setting.default <= setting.high


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_whatever_a_recipe_permits_the_engine_takes(name):
    for setting in OPTIMIZERS[name].settings:
        default = names.OPTIMIZER_SETTINGS[name].get(setting.name)
        if default is None or isinstance(default, bool):
            continue
        permitted = []
        for value in (-1.1, -0.5, -0.1, 0.0, 0.5, 0.999, 1.0, 1.1, 100.0):
            with contextlib.suppress(ValueError):
                RecipeOptimizer.model_validate({"name": name, setting.name: value})
                permitted.append(value)
        assert min(permitted) == (-0.5 if setting.low == -1 else setting.low)
        assert len(permitted) >= 3
        for value in permitted:
            OPTIMIZERS[name].pack({setting.name: value})


def test_schedules_have_the_settings_and_defaults_of_recipes():
    assert set(names.SCHEDULE_SETTINGS) == set(SCHEDULES)
    for name, unit in SCHEDULES.items():
        recipe, engine = dict(names.SCHEDULE_SETTINGS[name]), dict(unit.settings)
        assert engine.keys() == recipe.keys()
        assert all(value in (None, engine[key]) for key, value in recipe.items())


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_what_is_said_of_an_activation_is_so(name):
    """Dead within [-5, 5]: gelu is 0 with slope 0 at -30 too, but a unit comes back from there."""
    unit, s = ACTIVATIONS[name], default_setting(name)
    if name in ("softmax", "maxout"):
        assert unit.max_slope is None
        assert not unit.can_die
        return
    if name == "step":  # flat everywhere: it has no region that it could leave
        assert unit.max_slope is None
        assert unit.can_die
        return
    z, near = np.linspace(-30, 30, 6001)[:, None], np.linspace(-5, 5, 1001)[:, None]
    slope, value = activations.SLOPES[name](z, s), activations.value(name, near, s)
    saturates = max(slope[0, 0], slope[-1, 0]) < 2e-3  # softsign does slowly
    assert (unit.max_slope is not None) == saturates
    if saturates:
        assert unit.max_slope == pytest.approx(slope.max())
    assert unit.can_die == bool(((value == 0) & (activations.SLOPES[name](near, s) == 0)).sum() > 1)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_only_what_is_called_a_surrogate_has_another_slope_than_its_own(name):
    if name in ("softmax", "maxout"):  # their Jacobians are in the gradient check
        assert not ACTIVATIONS[name].surrogate
        return
    z, s = np.linspace(-6.03, 6.01, 250)[:, None], default_setting(name)
    difference = activations.value(name, z + 1e-6, s) - activations.value(name, z - 1e-6, s)
    wrong = np.abs(difference / 2e-6 - activations.SLOPES[name](z, s)).max() > 1e-3
    assert ACTIVATIONS[name].surrogate == wrong


def _bent(v, s):
    return (np.sqrt(v * v + 1) - 1) / 2 + v


def _bent_slope(v, a, s):
    return v / (2 * np.sqrt(v * v + 1)) + 1


def test_a_new_activation_is_one_record_and_recompiles_nothing(monkeypatch):
    batch = smooth(20, 3, 2)
    mlp([3, 4, 2], "tanh").fresh(0).train(batch, Plan(1))
    before = list(training.train.signatures)
    compiled = sum(training.train.stats.cache_misses.values())
    unit = Activation("bent", *elementwise(_bent, _bent_slope), "the bent identity of folklore")
    monkeypatch.setitem(ACTIVATIONS, "bent", unit)
    setup = mlp([3, 6, 2], "bent")
    loss = setup.fresh(0).train(batch, Plan(300, batch_size=0)).loss
    assert loss[-1] < 0.5 * loss[0]
    assert relative_error(setup, smooth(9, 3, 2)) < 1e-6
    assert list(training.train.signatures) == before
    assert sum(training.train.stats.cache_misses.values()) == compiled
