"""Elementary functions of our own, over all magnitudes of float32."""

import numpy as np
import pytest
from scipy import special

from nndoctor.engine import elementary
from nndoctor.engine.jit import kernel


def _over_arrays(function):
    def fill(x, out):
        for i in range(x.size):
            out[i] = function(x[i])

    return kernel(fill)


NAMES = ("exp", "tanh", "erf", "log", "log1p")
KERNELS = {name: _over_arrays(getattr(elementary, name)) for name in NAMES}
EXACT = {"exp": np.exp, "tanh": np.tanh, "erf": special.erf, "log": np.log, "log1p": np.log1p}
TINY = np.finfo(np.float32).tiny
BOTH = pytest.mark.parametrize("dtype", [np.float32, np.float64])


def _each(name, values, dtype=np.float32):
    x = np.asarray(values, dtype)
    out = np.empty_like(x)
    KERNELS[name](x, out)
    return x, out


def _exactly(name, x):
    with np.errstate(over="ignore", under="ignore"):
        return EXACT[name](x.astype(np.float64))


def _positive():
    """Every exponent of float32 with many mantissas."""
    return np.arange(0, 0x7F800000, 9973, dtype=np.uint32).view(np.float32)


def _magnitudes():
    """Both signs, and a fine grid near zero."""
    grid = np.linspace(-110, 110, 2_000_001, dtype=np.float32)
    return np.concatenate([_positive(), -_positive(), grid])


def test_exp_meets_its_stated_bound():
    x, out = _each("exp", _magnitudes())
    exact = _exactly("exp", x)
    normal = (exact > TINY) & (exact < np.finfo(np.float32).max)
    assert np.abs(out[normal] / exact[normal] - 1).max() < 3e-7
    assert (out[exact > 3.41e38] == np.inf).all()
    small = exact <= TINY  # subnormals: within two spacings
    assert np.abs(out[small] - exact[small]).max() < 2.9e-45


@pytest.mark.parametrize("name", ["tanh", "erf"])
def test_tanh_and_erf_meet_their_stated_bound(name):
    x, out = _each(name, _magnitudes())
    exact = _exactly(name, x)
    normal = np.abs(x) > 1e-37
    assert np.abs(out[normal] / exact[normal] - 1).max() < 4e-7
    assert np.abs(out).max() <= 1 + 1.2e-7
    assert (out[x == 0] == 0).all()
    assert (np.abs(out[np.abs(x) > 9.1]) == 1).all()  # gelu's left tail is z (1 + erf)


def test_log_meets_its_stated_bound():
    x, out = _each("log", np.concatenate([_positive(), np.linspace(0.5, 2, 1_000_001)]))
    x, out = x[x >= TINY], out[x >= TINY]
    exact = _exactly("log", x)
    assert (np.abs(out - exact) / np.maximum(1, np.abs(exact))).max() < 3e-7
    assert (out[x == 1] == 0).all()


def test_log1p_meets_its_stated_bound():
    x, out = _each("log1p", np.concatenate([_positive(), np.linspace(0, 1, 1_000_001)]))
    x, out = x[x <= 1], out[x <= 1]
    normal = x >= TINY
    assert np.abs(out[normal] / _exactly("log1p", x[normal]) - 1).max() < 3e-7
    assert (out[x == 0] == 0).all()


@pytest.mark.parametrize("name", NAMES)
@BOTH
def test_nan_stays_nan_and_leaves_its_neighbours_alone(name, dtype):
    values = np.tile([0.5, np.nan, 0.25], 21)
    _, out = _each(name, values, dtype)
    assert np.isnan(out).tolist() == np.isnan(values).tolist()


@BOTH
def test_infinities(dtype):
    ends = [np.inf, -np.inf]
    assert _each("exp", ends, dtype)[1].tolist() == [np.inf, 0.0]
    assert _each("tanh", ends, dtype)[1].tolist() == [1.0, -1.0]
    assert _each("erf", ends, dtype)[1].tolist() == [1.0, -1.0]


@BOTH
def test_the_log_of_what_has_none(dtype):
    out = _each("log", [np.inf, 0.0, -0.0, -1.0, -np.inf, -1e-45], dtype)[1]
    expected = [np.inf, -np.inf, -np.inf, np.nan, np.nan, np.nan]
    np.testing.assert_array_equal(out[:5], expected[:5])
    if dtype == np.float64:
        assert np.isnan(out[5])
    subnormal = _each("log", [1e-40], dtype)[1][0]
    assert subnormal == (-np.inf if dtype == np.float32 else np.log(1e-40))


@pytest.mark.parametrize("name", NAMES)
def test_float64_is_the_c_library(name):
    low, high = {"exp": (-700, 700), "log": (1e-300, 700), "log1p": (0, 1)}.get(name, (-30, 30))
    x, out = _each(name, np.linspace(low, high, 20001), np.float64)
    np.testing.assert_allclose(out, EXACT[name](x), rtol=1e-15)


@BOTH
def test_a_constant_gets_the_precision_of_its_neighbour(dtype):
    @kernel
    def third(x):
        return elementary.like(x, 1 / 3)

    assert third(dtype(2)) == (float(np.float32(1 / 3)) if dtype == np.float32 else 1 / 3)


@BOTH
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_is_told_after_any_arithmetic(bad, dtype):
    """`np.isfinite` fails here: x - x of a sum may be folded to 0 under reassociation."""

    @kernel
    def total_is_finite(values):
        values[0] += values[1] / 2
        return elementary.finite(values[0])

    assert not total_is_finite(np.array([1, bad], dtype))
    assert total_is_finite(np.array([1, 3], dtype))
