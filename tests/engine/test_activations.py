"""Every activation against the textbook, in both precisions, and with NaN and infinity."""

import numpy as np
import pytest

from nndoctor.engine.activations import ACTIVATIONS, pieces

from ..oracles import activations as oracle
from .helpers import (
    PRECISIONS,
    TOLERANCE,
    activate,
    close,
    default_setting,
    slope_through,
    slopes_through,
)

RNG = np.random.default_rng(3)
Z = RNG.normal(0, 3, (17, 15))  # 5 units, of maxout's pieces 3
Z[0, :5] = [-30, -5, 0, 5, 30]
G = RNG.normal(size=(17, 5))
EACH = pytest.mark.parametrize("name", ACTIVATIONS)
BOTH = pytest.mark.parametrize("dtype", PRECISIONS)
FAR = [-1e10, -1e4, -100, 100, 1e4, 1e10]
NOT_IN_THE_SLOPE = (
    "linear",
    "relu",
    "leaky_relu",
    "prelu",
    "hard_sigmoid",
    "hard_tanh",
    "maxout",
    "step",
)


def _settings(name):
    several = {"maxout": [1.0, 2.0, 3.0], "clipped_sigmoid": [0.0, 0.01, 0.25]}
    return several.get(name, [0.0, 0.3, 1.7] if ACTIVATIONS[name].settings else [0.0])


def _z(name, dtype, s=None):
    """z [17, 5 k] for 5 units."""
    count = pieces(name, default_setting(name) if s is None else s)
    return Z[:, : 5 * count].astype(dtype)


@EACH
@BOTH
def test_value_and_gradient_are_the_oracles(name, dtype):
    tolerance = TOLERANCE[np.dtype(dtype)]
    for s in _settings(name):
        s, z = float(dtype(s)), _z(name, dtype, s)
        np.testing.assert_allclose(
            activate(name, z, s), oracle.value(name, z, s), rtol=tolerance, atol=tolerance / 10
        )
        np.testing.assert_allclose(
            slope_through(name, z, G, s),
            oracle.gradient(name, z, G.astype(dtype), s),
            rtol=tolerance,
            atol=tolerance / 10,
        )


@EACH
@BOTH
@pytest.mark.parametrize("units", [3, 40])
def test_a_bias_rides_along_in_narrow_and_in_wide_layers(name, dtype, units):
    rng, count = np.random.default_rng(7), pieces(name, default_setting(name))
    z = rng.normal(size=(9, units * count)).astype(dtype)
    bias, g = rng.normal(size=z.shape[1]).astype(dtype), rng.normal(size=(9, units))
    together = z + bias
    np.testing.assert_array_equal(activate(name, z, bias=bias), activate(name, together))
    by_z, _, by_bias = slopes_through(name, together, g, biased=True)
    np.testing.assert_array_equal(by_z, slope_through(name, together, g))
    np.testing.assert_allclose(by_bias, by_z.sum(axis=0), rtol=2e-4, atol=1e-5)


@BOTH
def test_prelu_learns_a_slope_for_each_unit(dtype):
    z, s = _z("prelu", dtype), np.array([0.25, 0.0, -0.5, 1.0, 3.0], dtype)
    tolerance = TOLERANCE[z.dtype]
    by_z, by_slopes, _ = slopes_through("prelu", z, G, s)
    assert close(activate("prelu", z, s), oracle.value("prelu", z, s), tolerance)
    assert close(by_z, oracle.gradient("prelu", z, G, s), tolerance)
    assert close(by_slopes, oracle.learnt_gradient(z, G), tolerance)


def test_the_first_of_equal_pieces_gets_the_gradient():
    z, g = np.array([[2.0, 1.0, 2.0, 1.0, 2.0, 3.0]]), np.array([[5.0, 7.0]])
    assert activate("maxout", z, 3).tolist() == [[2, 3]]
    assert slope_through("maxout", z, g, 3).tolist() == [[5, 0, 0, 0, 0, 7]]


@EACH
@BOTH
def test_nan_stays(name, dtype):
    for column in range(_z(name, dtype).shape[1]):
        z = _z(name, dtype)
        z[3, column] = np.nan
        value, slope = activate(name, z), slope_through(name, z, G)
        assert np.isnan(value[3, column % 5])
        assert np.isfinite(np.delete(value, 3, axis=0)).all()
        if name not in NOT_IN_THE_SLOPE:
            assert np.isnan(slope[3, column])
    g = G.copy()
    g[3, 1] = np.nan
    assert np.isnan(slope_through(name, np.abs(_z(name, dtype)), g)[3]).any()


@BOTH
def test_nan_reaches_the_slope_that_is_learnt(dtype):
    g = G.copy()
    g[3, 1] = np.nan
    z = -np.abs(_z("prelu", dtype))
    assert np.isnan(slopes_through("prelu", z, g)[1]).tolist() == [False, True, False, False, False]


LIMITS = {
    "linear": (np.inf, -np.inf), "relu": (np.inf, 0), "leaky_relu": (np.inf, -np.inf),
    "prelu": (np.inf, -np.inf), "elu": (np.inf, -1), "selu": (np.inf, -1.7580993408473766),
    "gelu": (np.inf, np.nan), "gelu_tanh": (np.inf, np.nan), "silu": (np.inf, np.nan),
    "mish": (np.inf, np.nan), "softplus": (np.inf, 0), "softsign": (np.nan, np.nan),
    "sigmoid": (1, 0), "clipped_sigmoid": (1, 0), "hard_sigmoid": (1, 0), "tanh": (1, -1),
    "hard_tanh": (1, -1), "exponential": (np.inf, 0),
    "step": (1, 0),
}  # fmt: skip


@pytest.mark.parametrize("name", LIMITS)
@BOTH
def test_infinity_gives_the_limit_or_nan(name, dtype):
    """NaN where the formula is infinity times 0, as PyTorch has it."""
    value = activate(name, np.array([[np.inf, 0.5], [-np.inf, 0.5]], dtype))
    assert value[:, 0] == pytest.approx(LIMITS[name], rel=2e-7, nan_ok=True)


@BOTH
def test_infinity_among_several(dtype):
    z = np.array([[np.inf, 0.5], [-np.inf, 0.5]], dtype)
    assert activate("maxout", z, 2)[:, 0].tolist() == [np.inf, 0.5]
    value = activate("softmax", z)
    assert np.isnan(value[0]).any()
    assert value[1].tolist() == [0, 1]
    assert set(ACTIVATIONS) == {*LIMITS, "maxout", "softmax"}


@EACH
@BOTH
def test_nothing_but_the_limit_far_out(name, dtype):
    """Rounding must not grow with z: 1 - tanh is 0 there, not a multiple of the last digit."""
    z, s = np.array([[one, one] for one in FAR], dtype), default_setting(name)
    with np.errstate(over="ignore"):
        right = oracle.value(name, z, s).astype(dtype)
        slope = oracle.gradient(name, z, np.ones_like(right), s).astype(dtype)
    np.testing.assert_allclose(activate(name, z), right, rtol=1e-5, atol=1e-30)
    np.testing.assert_allclose(
        slope_through(name, z, np.ones_like(right)), slope, rtol=1e-5, atol=1e-7
    )


@BOTH
def test_softmax_rows_sum_to_one_however_large_the_scores(dtype):
    value = activate("softmax", np.array([[1e30, -1e30, 1e30], [700, 710, 720]], dtype))
    np.testing.assert_allclose(value.sum(axis=1), 1, rtol=1e-6)
