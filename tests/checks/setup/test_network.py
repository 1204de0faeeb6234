"""The hidden layers: ND205 to ND210, and dropout, ND217."""

import numpy as np
import pytest

from nndoctor.checks.setup.relu_depth import BornDead, ReluDepth
from nndoctor.checks.setup.saturating_depth import STEEPEST, USUAL

from .designs import (
    LABELS,
    NAN,
    NOTE,
    NUMBERS,
    OK,
    SKIP,
    THREE,
    TWO,
    WARNING,
    examined,
    layer,
    sound,
    stack,
    status,
    task,
)


def network(*hidden, base=THREE, **last):
    return sound(base, layers=stack(*hidden, **last))


def deep(depth, activation, **changed):
    return network(*[layer(activation=activation, **changed)] * depth)


@pytest.mark.parametrize("code", ["ND205", "ND206", "ND207", "ND208", "ND209"])
def test_without_a_hidden_layer_there_is_nothing_to_ask(code):
    assert status(code, network()) is SKIP


def test_nd205_linear_layers():
    assert status("ND205", deep(2, "linear")) is WARNING
    assert status("ND205", deep(2, "linear", norm="batch_norm")) is WARNING
    assert status("ND205", deep(2, "linear", norm="layer_norm")) is OK
    assert status("ND205", network(layer(activation="linear"), layer())) is NOTE
    assert examined("ND205", deep(1, "linear")).suggests == ("missing_hidden_activation",)


def test_nd206_exponential_and_softmax_are_both_told():
    found = examined("ND206", network(layer(activation="exponential"), layer(activation="softmax")))
    assert found.status is WARNING
    assert "layer 1" in found.message
    assert "layer 2" in found.message
    assert {"exploding_gradient", "vanishing_gradient"} < set(found.suggests)
    assert status("ND206", deep(3, "gelu")) is OK


@pytest.mark.parametrize(
    ("depth", "activation", "expected"),
    [
        (3, "sigmoid", OK),
        (4, "sigmoid", NOTE),
        (5, "sigmoid", WARNING),
        (3, "hard_sigmoid", NOTE),
        (4, "hard_sigmoid", WARNING),
        (11, "tanh", OK),
        (17, "tanh", OK),
        (18, "tanh", NOTE),
        (30, "relu", OK),
    ],
)
def test_nd207_depth_of_saturating_layers(depth, activation, expected):
    found = examined("ND207", deep(depth, activation))
    assert found.status is expected
    assert "vanishing_gradient" in found.suggests or expected is OK


def test_nd207_a_normalisation_keeps_gradients_alive():
    assert status("ND207", deep(9, "sigmoid", norm="batch_norm")) is OK


def test_nd207_slopes_are_those_of_the_functions():
    z = np.linspace(-8, 8, 100_001)
    sigmoid = 1 / (1 + np.exp(-z))
    assert np.gradient(sigmoid, z).max() == pytest.approx(STEEPEST["sigmoid"], rel=1e-4)
    density = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
    slopes = {"tanh": 1 - np.tanh(z) ** 2, "softsign": 1 / (1 + abs(z)) ** 2}
    for name, slope in slopes.items():
        assert np.sqrt(np.trapezoid(density * slope**2, z)) == pytest.approx(USUAL[name], abs=2e-3)


def relu(*widths, inputs=2):
    layers = [
        layer(units, before) for before, units in zip((inputs, *widths), widths, strict=False)
    ]
    return network(*layers)


def test_nd208_narrow_and_deep():
    assert status("ND208", relu(*[5] * 17)) is WARNING
    assert status("ND208", relu(*[100] * 17)) is OK
    assert status("ND208", relu(12, 3, inputs=3)) is OK
    assert status("ND208", deep(17, "tanh")) is SKIP


def test_nd208_agrees_with_networks_of_the_engine():
    from nndoctor.trainable import Batch

    from ..setups import made

    rows = np.random.default_rng(0).standard_normal((50, 2)).astype(np.float32)
    setup = made("spiral", f"[{', '.join(['4'] * 12)}]")
    dead = sum(
        np.ptp(setup.trainable.fresh(seed).outputs(Batch(rows, rows)), axis=0).max() == 0
        for seed in range(200)
    )
    share = ReluDepth().measure(relu(*[4] * 12)).share
    assert share == pytest.approx(dead / 200, abs=4 * np.sqrt(0.25 * 0.75 * (1 / 200 + 1 / 400)))


@pytest.mark.parametrize(
    ("share", "expected"),
    [(0.029, OK), (0.03, NOTE), (0.099, NOTE), (0.1, WARNING), (NAN, WARNING)],
)
def test_nd208_both_sides(share, expected):
    assert ReluDepth().judge(BornDead(share, (4, 4))).status is expected


@pytest.mark.parametrize(
    ("units", "activation", "base", "outputs", "expected"),
    [
        (32, "relu", THREE, 3, OK),
        (2, "tanh", THREE, 3, OK),
        (1, "tanh", THREE, 3, WARNING),
        (1, "relu", NUMBERS, 1, WARNING),
        (1, "linear", NUMBERS, 1, NOTE),
        (9, "tanh", NUMBERS, 100, NOTE),
        (10, "tanh", NUMBERS, 100, OK),
        (2, "sigmoid", TWO, 1, OK),
        (2, "tanh", LABELS, 4, OK),
    ],
)
def test_nd209_the_narrowest_layer(units, activation, base, outputs, expected):
    hidden = (layer(), layer(units, activation=activation), layer())
    assert status("ND209", network(*hidden, base=task(base, outputs=outputs))) is expected


def test_nd210_a_bias_before_batch_norm():
    assert status("ND210", deep(2, "relu", norm="batch_norm", bias=True)) is NOTE
    assert status("ND210", deep(2, "relu", norm="batch_norm", bias=False)) is OK
    assert status("ND210", deep(2, "relu", norm="layer_norm", bias=True)) is SKIP


@pytest.mark.parametrize(
    ("units", "share", "expected"),
    [
        (32, 0.0, SKIP),
        (32, 0.5, OK),
        (32, 0.59, OK),
        (32, 0.6, NOTE),
        (32, 0.79, NOTE),
        (32, 0.8, WARNING),
        (4, 0.5, OK),  # 6 % of the rows lose the layer
        (3, 0.5, WARNING),  # 12.5 %
        (32, NAN, WARNING),
    ],
)
def test_nd217_dropout(units, share, expected):
    assert status("ND217", network(layer(units, dropout=share))) is expected


def test_nd217_dropout_on_the_last_layer():
    found = examined("ND217", network(layer(dropout=0.9), dropout=0.2))
    assert found.status is WARNING
    assert "last layer" in found.message
    assert "80%" in found.message  # told beside it
