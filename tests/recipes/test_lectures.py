"""The figures of CS231n lecture 5 (2016), and what the check says of each.

Ten hidden layers of 500 units, 1000 rows of 500 unit-Gaussian columns. Measured over seeds 0 to 9,
a layer's standard deviation spreads, largest less smallest relative to the mean, by 0.5 to 1.8 % in
the first four layers of small weights, by 0.04 % under large ones, by 0.3 to 1.3 % in the first
five layers under Xavier, and by 0.3 to 23 % from the first to the tenth ReLU layer.
"""

from functools import cache
from pathlib import Path

import numpy as np
import pytest

import nndoctor
from nndoctor.findings import Status, Verdict

from .seeds import SEEDS

pytestmark = pytest.mark.slow  # whole runs, or processes of their own

RECIPES = Path(__file__).resolve().parents[2] / "recipes"


@cache
def examined(name, seed):
    return nndoctor.activations_report(
        nndoctor.load_setup(RECIPES / f"lecture-{name}.toml", seed=seed)
    )


def hidden(name, seed, column="std"):
    table = examined(name, seed).evidence[0]
    at = table.columns.index(column)
    return np.array([row[at] for row in table.rows[:-1]])


def judged(name, seed):
    return {finding.code: finding.status for finding in examined(name, seed).findings}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("name", "lecture", "tolerance"),
    [
        # the spread, and half a unit of the lecture's last digit (of 0.0024 that is 2 %)
        ("tanh-small", [0.213, 0.0475, 0.0106, 0.0024], 0.025),
        ("tanh-large", [0.982] * 10, 0.001),
        ("tanh-xavier", [0.628, 0.486, 0.408, 0.357, 0.32], 0.015),
    ],
)
def test_the_standard_deviations_of_the_lecture(name, lecture, tolerance, seed):
    np.testing.assert_allclose(hidden(name, seed)[: len(lecture)], lecture, rtol=tolerance)


@pytest.mark.parametrize("seed", SEEDS)
def test_all_activations_go_to_zero_under_small_weights(seed):
    spread = hidden("tanh-small", seed)
    assert (np.diff(spread) < 0).all()
    assert spread[-1] < 1e-6


@pytest.mark.parametrize("seed", SEEDS)
def test_relu_under_xavier_loses_half_its_variance_a_layer(seed):
    spread = hidden("relu-xavier", seed)
    ratios = spread[1:] / spread[:-1]
    assert (ratios < 1).all()
    # single ratios lie from 0.64 to 0.77, their geometric mean over nine layers 0.69 to 0.71
    assert np.exp(np.log(ratios).mean()) == pytest.approx(np.sqrt(0.5), rel=0.05)


@pytest.mark.parametrize("seed", SEEDS)
def test_relu_under_he_stays_level(seed):
    spread = hidden("relu-he", seed)
    assert spread[0] == pytest.approx(np.sqrt(1 - 1 / np.pi), rel=0.02)  # relu of a unit Gaussian
    # over ten seeds 0.82 to 1.08 of the first layer
    assert spread.min() > 0.75 * spread[0]
    assert spread.max() < 1.25 * spread[0]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("name", "code", "status"),
    [
        ("tanh-small", "ND303", Status.ERROR),
        ("tanh-large", "ND305", Status.ERROR),
        ("relu-xavier", "ND303", Status.WARNING),
    ],
)
def test_what_is_sick_is_called_by_its_name(name, code, status, seed):
    found = judged(name, seed)
    assert found.pop(code) is status
    assert found.pop("ND309") is Status.WARNING  # the cause
    gradients = Status.OK if name == "relu-xavier" else Status.ERROR
    assert found.pop("ND311") is gradients  # they vanish or explode with the signal
    assert set(found.values()) <= {Status.OK, Status.SKIP}
    failed = Status.ERROR in judged(name, seed).values()
    assert examined(name, seed).verdict is (Verdict.FAIL if failed else Verdict.WARN)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", ["tanh-xavier", "relu-he"])
def test_what_is_sound_passes(name, seed):
    assert examined(name, seed).verdict is Verdict.PASS
    assert examined(name, seed).exit_code() == 0
