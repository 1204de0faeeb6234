"""ND309: sizes that Glorot, LeCun or He would draw pass; others are judged by the signal."""

from dataclasses import replace

import numpy as np
import pytest

from nndoctor.checks.init.weight_scale import Scale, WeightScale
from nndoctor.findings import Status
from nndoctor.setup import blueprint
from nndoctor.trainable import LayerPlan

from ..fakes import Constants, layer, stack
from ..setups import made

CHECK = WeightScale()
SEEDS = (0, 1, 2)
PLAN = LayerPlan("layer 1", 50, 50, "relu", "normal", True, 0.0, "", False)


def nd309(setup, seed=0):
    stats = setup.trainable.fresh(seed).activations(setup.train)
    return CHECK.judge(CHECK.measure(setup.trainable, blueprint(setup).layers, seed), stats)


def deep(model, layers=4):
    return made("gaussian", str([50] * layers), data="d = 50", model=model)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("model", "cause"),
    [
        ('activation = "tanh"\ninit = "normal(0,0.01)"', "init_too_small"),
        ('activation = "tanh"\ninit = "normal(0,1)"', "init_too_large"),
        ('activation = "relu"\ninit = "normal(0,0.01)"', "init_too_small"),
        ('activation = "relu"\ninit = "normal(0,1)"', "init_too_large"),
        ('init = "zeros"', "init_too_small"),
    ],
)
def test_sizes_under_which_the_signal_suffers_are_a_warning(model, cause, seed):
    found = nd309(deep(model), seed)
    assert found.status is Status.WARNING
    assert found.suggests == (cause,)
    assert ("he_normal" if "tanh" not in model else "glorot_uniform") in found.advice


@pytest.mark.parametrize("seed", SEEDS)
def test_small_misfits_add_up_in_a_deep_network(seed):
    assert nd309(deep('activation = "relu"\ninit = "xavier"', 4), seed).status is Status.OK
    found = nd309(deep('activation = "relu"\ninit = "xavier"', 12), seed)
    assert found.status is Status.WARNING
    assert "over all layers" in found.message


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid", "elu", "maxout", "selu"])
@pytest.mark.parametrize("init", ["he_normal", "xavier", "glorot_uniform", "orthogonal", "lsuv"])
def test_published_initialisers_pass(init, activation, seed):
    setup = deep(f'activation = "{activation}"\ninit = "{init}"', 2)
    assert nd309(setup, seed).status in (Status.OK, Status.SKIP)


def test_the_size_is_the_root_mean_square_and_the_fit_is_the_formula():
    setup = made("gaussian", "[200]", data="d = 100", model='init = "he_normal"')
    (scale,) = CHECK.measure(setup.trainable, blueprint(setup).layers)
    assert scale.fitting == pytest.approx(np.sqrt(2 / 100))
    assert scale.measured == pytest.approx(np.sqrt(2 / 100), rel=0.02)
    assert scale.least == pytest.approx(np.sqrt(2 / 300))
    constant = made("gaussian", "[200]", data="d = 100", model='init = "constant(0.3)"')
    assert CHECK.measure(constant.trainable, blueprint(constant).layers)[0].ratio == pytest.approx(
        0.3 / np.sqrt(2 / 100)
    )


def scale(size, **changed):
    return Scale(replace(PLAN, **changed), size, 1.0, 0.7, 1.0)


FINE, FADED, GROWN = stack(layer(std=1.0)), stack(layer(std=0.099)), stack(layer(std=10.1))


@pytest.mark.parametrize(
    ("size", "layers", "status"),
    [
        (0.351, FADED, Status.OK),
        (0.349, FINE, Status.NOTE),
        (0.349, FADED, Status.WARNING),
        (0.349, stack(layer(std=0.101)), Status.NOTE),
        (0.349, GROWN, Status.NOTE),  # that it grows is not their fault
        (1.99, GROWN, Status.OK),
        (2.01, FINE, Status.NOTE),
        (2.01, GROWN, Status.WARNING),
        (2.01, stack(layer(std=9.9)), Status.NOTE),
        (2.01, FADED, Status.NOTE),
        (2.01, stack(layer(saturated=0.51)), Status.WARNING),
        (2.01, stack(layer(saturated=0.49)), Status.NOTE),
        (0.0, FADED, Status.WARNING),
        (np.nan, FINE, Status.NOTE),
        (np.nan, stack(layer(std=np.nan)), Status.WARNING),
        (0.1, stack(layer(std=np.nan)), Status.WARNING),
        (np.inf, stack(layer(std=np.nan)), Status.WARNING),
    ],
)
def test_both_sides_of_every_threshold(size, layers, status):
    assert CHECK.judge([scale(size)], layers).status is status


@pytest.mark.parametrize(
    ("ratio", "layers", "status"),
    [
        (0.47, FADED, Status.WARNING),  # 0.47^3 = 0.104, 0.47^4 = 0.049
        (0.57, FADED, Status.OK),  # 0.57^4 = 0.106
        (0.47, FINE, Status.OK),
    ],
)
def test_both_sides_of_the_product_after_the_first_layer(ratio, layers, status):
    assert CHECK.judge([scale(1.0), *[scale(ratio)] * 4], layers).status is status


@pytest.mark.parametrize("changed", [{"norm": "batch_norm"}, {"fitted": True}])
def test_where_a_norm_or_the_data_make_up_for_the_size_it_is_not_judged(changed):
    assert CHECK.judge([scale(100.0, **changed)], GROWN).status is Status.SKIP
    both = [scale(100.0, **changed), scale(1.0, name="layer 2")]
    assert CHECK.judge(both, GROWN).status is Status.OK


def test_what_cannot_be_asked_is_skipped():
    assert CHECK.judge((), FINE).status is Status.SKIP
    mute = CHECK.measure(Constants(lambda seed: 1.0), (PLAN,))
    assert CHECK.judge(mute, FINE).status is Status.SKIP


@pytest.mark.parametrize("size", [0.5, 2.0])
def test_the_factor_is_told_from_one_on(size):
    assert "within a factor of 2 of the right one" in CHECK.judge([scale(size)], FINE).message
