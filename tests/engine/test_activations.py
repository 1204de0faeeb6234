"""Every activation against the textbook, in both precisions, and with NaN and infinity."""

import numpy as np
import pytest

from nndoctor.engine.activations import ACTIVATIONS

from ..oracles import activations as oracle
from .helpers import PRECISIONS, TOLERANCE, activate, default_setting, slope_through

RNG = np.random.default_rng(3)
Z = RNG.normal(0, 3, (17, 5))
Z[0] = [-30, -5, 0, 5, 30]
G = RNG.normal(size=Z.shape)
EACH = pytest.mark.parametrize("name", ACTIVATIONS)
BOTH = pytest.mark.parametrize("dtype", PRECISIONS)


def _settings(name):
    return [0.0, 0.3, 1.7] if ACTIVATIONS[name].settings else [default_setting(name)]


@EACH
@BOTH
def test_value_and_gradient_are_the_oracles(name, dtype):
    z = Z.astype(dtype)
    tolerance = TOLERANCE[z.dtype]
    for s in _settings(name):
        s = float(dtype(s))
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
def test_nan_stays(name, dtype):
    z = Z.astype(dtype)
    z[3, 1] = np.nan
    value, slope = activate(name, z), slope_through(name, z, G)
    assert np.isnan(value[3, 1])
    assert np.isfinite(np.delete(value, 3, axis=0)).all()
    if name not in ("linear", "relu", "leaky_relu", "elu"):  # there the value is not in the slope
        assert np.isnan(slope[3, 1])
    g = G.copy()
    g[3, 1] = np.nan
    assert np.isnan(slope_through(name, np.abs(Z).astype(dtype), g)[3, 1])


@EACH
@BOTH
def test_infinity_gives_the_limit_or_nan(name, dtype):
    limits = {
        "linear": (np.inf, -np.inf), "relu": (np.inf, 0), "leaky_relu": (np.inf, -np.inf),
        "elu": (np.inf, -1), "sigmoid": (1, 0), "tanh": (1, -1), "exponential": (np.inf, 0),
    }  # fmt: skip
    value = activate(name, np.array([[np.inf, 0.5], [-np.inf, 0.5]], dtype))
    if name == "softmax":
        assert np.isnan(value[0]).any()
        assert value[1].tolist() == [0, 1]
    else:
        assert value[:, 0] == pytest.approx(limits[name], rel=2e-7)


@BOTH
def test_softmax_rows_sum_to_one_however_large_the_scores(dtype):
    value = activate("softmax", np.array([[1e30, -1e30, 1e30], [700, 710, 720]], dtype))
    np.testing.assert_allclose(value.sum(axis=1), 1, rtol=1e-6)
