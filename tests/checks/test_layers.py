"""ND303 to ND306, ND603 to ND606: one pathology each, at both sides of its thresholds."""

from dataclasses import replace

import numpy as np
import pytest

from nndoctor.checks.layers import TRAINED_LAYERS, UNTRAINED_LAYERS
from nndoctor.checks.layers.collapse import Collapse
from nndoctor.checks.layers.dead_units import DeadUnits
from nndoctor.checks.layers.explosion import Explosion
from nndoctor.checks.layers.saturation import Saturation
from nndoctor.checks.measures.layer_statistics import statistics_table
from nndoctor.findings import Status
from nndoctor.recipe import loads
from nndoctor.setup import build
from nndoctor.trainable import Plan

from .fakes import layer, stack
from .setups import made, scaled

COLLAPSE = Collapse(warning=0.1, error=0.01)
EXPLOSION = Explosion(warning=10.0, error=100.0)
SATURATION = Saturation(warning=0.2, error=0.5)
DEAD = DeadUnits(warning=0.2, error=0.5)
BAD = {Status.WARNING, Status.ERROR}


def judged(check, *layers):
    return check.judge(stack(*layers)).status


def by_code(setup, checks=UNTRAINED_LAYERS):
    layers = setup.trainable.fresh(0).activations(setup.train)
    return {check.code: check.judge(layers).status for check in checks}


@pytest.mark.parametrize(
    ("second", "status"),
    [
        (1.0, Status.OK),
        (0.101, Status.OK),
        (0.099, Status.WARNING),
        (0.0101, Status.WARNING),
        (0.0099, Status.ERROR),
        (0.0, Status.ERROR),
        (np.nan, Status.ERROR),
    ],
)
def test_collapse_is_relative_to_the_first_hidden_layer(second, status):
    assert judged(COLLAPSE, layer(row_std=1.0), layer("layer 2", row_std=second)) is status
    assert judged(COLLAPSE, layer(row_std=5.0), layer("layer 2", row_std=5 * second)) is status


@pytest.mark.parametrize("first", [0.0, np.nan])
def test_a_first_layer_that_answers_to_nothing_has_collapsed(first):
    assert judged(COLLAPSE, layer(row_std=first)) is Status.ERROR


def test_layers_that_are_not_finite_are_left_to_explosion():
    broken = layer("layer 2", np.nan, row_std=np.nan, nonfinite=0.1)
    assert judged(COLLAPSE, layer(), broken) is Status.OK
    assert judged(COLLAPSE, broken) is Status.SKIP
    assert judged(EXPLOSION, layer(), broken) is Status.ERROR


@pytest.mark.parametrize(
    ("second", "status"),
    [
        (0.001, Status.OK),
        (9.99, Status.OK),
        (10.01, Status.WARNING),
        (99.9, Status.WARNING),
        (100.1, Status.ERROR),
        (np.inf, Status.ERROR),
        (np.nan, Status.ERROR),
    ],
)
def test_explosion_is_relative_to_the_first_hidden_layer(second, status):
    assert judged(EXPLOSION, layer(std=1.0), layer("layer 2", std=second)) is status


def test_a_first_layer_without_spread_is_no_explosion_but_nan_is_not_ok():
    assert judged(EXPLOSION, layer(std=0.0), layer("layer 2", 0.0)) is Status.OK
    assert judged(EXPLOSION, layer(std=np.nan), layer("layer 2", 1.0)) is Status.ERROR
    assert judged(EXPLOSION, layer(std=np.inf), layer("layer 2", 1.0)) is Status.ERROR


def test_values_that_are_not_finite_are_told_with_layer_and_share():
    found = EXPLOSION.judge(stack(layer(), layer("layer 2", nonfinite=0.25), layer("layer 3")))
    assert found.status is Status.ERROR
    assert found.where.layer == "layer 2"
    assert "25.00% of its values are not finite" in found.message


@pytest.mark.parametrize(
    ("share", "status"),
    [
        (0.0, Status.OK),
        (0.2, Status.OK),
        (0.201, Status.WARNING),
        (0.5, Status.WARNING),
        (0.501, Status.ERROR),
        (np.nan, Status.ERROR),
    ],
)
def test_saturation_by_share(share, status):
    assert judged(SATURATION, layer(saturated=0.0), layer("layer 2", saturated=share)) is status


@pytest.mark.parametrize(
    ("dead", "status"),
    [(0, Status.OK), (2, Status.OK), (3, Status.WARNING), (5, Status.WARNING), (6, Status.ERROR)],
)
def test_dead_units_by_share(dead, status):
    assert judged(DEAD, layer(dead=0), layer("layer 2", dead=dead)) is status


def test_a_single_dead_unit_is_luck_unless_it_is_most_of_the_layer():
    assert judged(DEAD, layer(units=4, dead=1)) is Status.OK
    assert judged(DEAD, layer(units=1, dead=1)) is Status.ERROR


def test_an_output_that_is_not_finite_is_an_explosion_though_the_hidden_layers_are_sound():
    found = EXPLOSION.judge([layer(), layer("output", nonfinite=0.5, is_output=True)])
    assert found.status is Status.ERROR
    assert found.where.layer == "output"


def test_what_a_layer_cannot_have_is_not_looked_for():
    assert judged(SATURATION, layer(saturated=None)) is Status.SKIP
    assert judged(DEAD, layer(dead=None)) is Status.SKIP
    assert [check.judge(stack()).status for check in UNTRAINED_LAYERS] == [Status.SKIP] * 4


def test_the_first_of_the_worst_layers_is_blamed_and_the_ill_are_counted():
    shares = (0.0, 0.3, 0.6, 0.9)
    layers = [layer(f"layer {i}", saturated=share) for i, share in enumerate(shares, 1)]
    found = SATURATION.judge(stack(*layers))
    assert found.where.layer == "layer 3"
    assert found.measured == 0.6
    assert "3 of 4 hidden layers" in found.message
    assert found.advice
    assert found.suggests


def test_finite_figures_of_the_output_layer_are_nobodys_fault():
    assert judged(SATURATION, layer(saturated=0.0)) is Status.OK  # the stack's output has 100 %
    assert judged(DEAD, layer(dead=0)) is Status.OK
    assert judged(COLLAPSE, layer()) is Status.OK


SICK = {
    "ND303": lambda: made("gaussian", "[100, 100, 100, 100]", model='init = "normal(0,0.01)"'),
    "ND304": lambda: made("gaussian", "[100, 100, 100]", model='init = "normal(0,1)"'),
    "ND305": lambda: made(
        "gaussian", "[100, 100]", model='activation = "tanh"\ninit = "normal(0,1)"'
    ),
}
DEEP = "[100, 100, 100, 100]"
HEALTHY = {
    "relu": lambda: made("gaussian", DEEP),
    "tanh": lambda: made("gaussian", DEEP, model='activation = "tanh"\ninit = "xavier"'),
    "few inputs": lambda: made("spiral", "[32, 16]"),
}


@pytest.mark.parametrize("code", SICK)
def test_real_networks_with_one_pathology(code):
    found = by_code(SICK[code]())
    assert found.pop(code) in BAD
    assert not BAD & set(found.values())


@pytest.mark.parametrize("name", HEALTHY)
def test_real_networks_without(name):
    assert not BAD & set(by_code(HEALTHY[name]()).values())


def all_dead():
    """ReLU units whose biases keep them below zero on every row."""
    layers = "".join(
        f'[[model.layers]]\nunits = {units}\nactivation = "{unit}"\n'
        f'bias_init = "constant({bias})"\n'
        for units, unit, bias in ((16, "relu", 0), (16, "relu", -50), (3, "linear", 0))
    )
    text = f'[data]\ngenerator = "blobs"\n{layers}'
    return scaled(build(loads(text), "recipe", text), 0.01)


def test_real_units_that_are_dead():
    assert by_code(all_dead())["ND306"] is Status.ERROR
    assert by_code(all_dead(), TRAINED_LAYERS)["ND606"] is Status.ERROR


@pytest.mark.parametrize(
    ("dead", "status"), [(0, Status.SKIP), (9, Status.SKIP), (10, Status.ERROR)]
)
def test_outputs_are_dead_where_all_of_them_are(dead, status):
    """A single one may be asked for nothing but zeros."""
    last = layer("output", units=10, dead=dead, is_output=True)
    assert judged(DEAD, last) is status
    assert judged(DEAD, layer(dead=0), last) is (status if dead == 10 else Status.OK)


def trained(rate, unit="relu"):
    setup = made(
        "gaussian",
        "[32, 32]",
        model=f'activation = "{unit}"',
        optimizer=f'name = "sgd"\nlearning_rate = {rate}',
    )
    model = setup.trainable.fresh(0)
    model.train(setup.train, Plan(200))
    layers = model.activations(setup.train)
    return {check.code: check.judge(layers).status for check in TRAINED_LAYERS}


def test_training_at_a_sound_rate_leaves_the_layers_sound():
    assert not BAD & set(trained(0.1).values())


def test_training_at_a_mad_rate_kills_units_or_saturates_them():
    assert trained(3.0)["ND606"] in BAD
    assert trained(3.0, "tanh")["ND605"] in BAD


def test_trained_checks_judge_as_their_twins_but_under_their_own_codes():
    collapsed = stack(layer(), layer("layer 2", row_std=1e-4))
    exploded = stack(layer(), layer("layer 2", 1e4))
    found = {check.code: check for check in TRAINED_LAYERS}
    assert found["ND603"].judge(collapsed).status is Status.ERROR
    assert found["ND604"].judge(exploded).status is Status.ERROR
    assert found["ND603"].judge(collapsed).code == "ND603"


def test_before_training_more_is_forgiven():
    some = stack(layer(saturated=0.3, dead=3))
    before = [check.judge(some).status for check in UNTRAINED_LAYERS]
    after = [check.judge(some).status for check in TRAINED_LAYERS]
    assert not BAD & set(before)
    assert len([status for status in after if status in BAD]) == 2


def test_the_table_of_statistics_has_a_row_a_layer():
    layers = stack(layer(saturated=0.125), replace(layer("layer 2"), counts=()))
    table = statistics_table(layers, "untrained", 20)
    rows = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
    assert [row["layer"] for row in rows] == ["layer 1", "layer 2", "output"]
    assert rows[0]["saturated"] == "12.5%"
    assert rows[1]["saturated"] is None
    assert rows[0]["histogram"].counts == (1, 2, 1)
    assert rows[1]["histogram"] is None
    assert "20 rows" in table.caption


def test_what_was_so_from_the_start_is_not_blamed_on_training():
    dead, flat = layer(dead=6), layer(saturated=0.6)
    assert judged(DEAD, dead) is judged(SATURATION, flat) is Status.ERROR
    assert DEAD.judge(stack(dead), before=stack(layer(dead=6))).status is Status.OK
    assert DEAD.judge(stack(dead), before=stack(layer(dead=3))).status is Status.WARNING
    assert SATURATION.judge(stack(flat), before=stack(layer(saturated=0.6))).status is Status.OK
    assert SATURATION.judge(stack(flat), before=stack(layer(saturated=0.0))).status is Status.ERROR


def test_a_single_hidden_layer_that_says_nothing_has_collapsed():
    assert judged(COLLAPSE, layer(row_std=1e-8)) is Status.ERROR
    assert judged(COLLAPSE, layer(row_std=1e-8, input_std=1e-8)) is Status.OK  # tiny inputs
    assert judged(COLLAPSE, layer(row_std=0.9, input_std=1e6)) is Status.OK  # tanh of raw inputs
    mute = made("spiral", "[16]", model='init = "normal(0,1e-8)"')
    assert by_code(mute)["ND303"] is Status.ERROR
    assert "its inputs" in COLLAPSE.judge(stack(layer(row_std=1e-8))).message


def test_training_is_not_blamed_for_a_collapse_or_an_explosion_that_was_there():
    faint, loud = layer("layer 2", row_std=0.001), layer("layer 2", std=1000.0)
    for check, second in ((COLLAPSE, faint), (EXPLOSION, loud)):
        assert judged(check, layer(), second) is Status.ERROR
        now, then = stack(layer(), second), stack(layer(), layer("layer 2"))
        assert check.judge(now, before=now).status is Status.OK
        assert check.judge(now, before=then).status is Status.ERROR


SMALL = 'activation = "tanh"\ninit = "normal(0, 0.01)"'
LARGE = 'activation = "tanh"\ninit = "normal(0, 1)"'


@pytest.mark.parametrize("model", [SMALL, LARGE])
def test_untrained_layers_under_batch_norm_are_looked_at_as_their_first_batch_sees_them(model):
    """Weights that no sound scale comes out of; batch norm makes up for them from the start."""
    deep = "[64, 64, 64, 64]"
    bare = by_code(made("gaussian", deep, model=model))
    normed = by_code(made("gaussian", deep, model=f"{model}\nbatch_norm = true"))
    assert {*bare.values()} & BAD
    assert not {*normed.values()} & BAD


def test_units_that_are_dead_in_spite_of_batch_norm_are_seen_under_it():
    setup = made("gaussian", "[16]", model='activation = "relu"\nbatch_norm = true')
    net = setup.trainable.fresh(0)
    assert DeadUnits().judge(net.activations(setup.train)).status is Status.OK
    net.parameters()["layer 1 gain and shift"][1] = -20.0
    assert DeadUnits().judge(net.activations(setup.train)).status is Status.ERROR
