"""exp and tanh of our own, over all magnitudes of float32."""

import numpy as np
import pytest

from nndoctor.engine import elementary
from nndoctor.engine.jit import kernel


@kernel
def _exp(x, out):
    for i in range(x.size):
        out[i] = elementary.exp(x[i])


@kernel
def _tanh(x, out):
    for i in range(x.size):
        out[i] = elementary.tanh(x[i])


def _each(function, values, dtype=np.float32):
    x = np.asarray(values, dtype)
    out = np.empty_like(x)
    function(x, out)
    return x, out


def _magnitudes():
    """Every exponent of float32 with many mantissas, both signs, and a fine grid near zero."""
    whole = np.arange(0, 0x7F800000, 9973, dtype=np.uint32).view(np.float32)
    grid = np.linspace(-110, 110, 2_000_001, dtype=np.float32)
    return np.concatenate([whole, -whole, grid])


def test_exp_meets_its_stated_bound():
    x, out = _each(_exp, _magnitudes())
    with np.errstate(over="ignore", under="ignore"):
        exact = np.exp(x.astype(np.float64))
    normal = (exact > np.finfo(np.float32).tiny) & (exact < np.finfo(np.float32).max)
    assert np.abs(out[normal] / exact[normal] - 1).max() < 3e-7
    assert (out[exact > 3.41e38] == np.inf).all()
    small = exact <= np.finfo(np.float32).tiny  # subnormals: within two spacings
    assert np.abs(out[small] - exact[small]).max() < 2.9e-45


def test_tanh_meets_its_stated_bound():
    x, out = _each(_tanh, _magnitudes())
    exact = np.tanh(x.astype(np.float64))
    normal = np.abs(x) > 1e-37
    assert np.abs(out[normal] / exact[normal] - 1).max() < 4e-7
    assert np.abs(out).max() <= 1 + 1.2e-7
    assert (out[x == 0] == 0).all()


@pytest.mark.parametrize("function", [_exp, _tanh])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_nan_stays_nan_and_leaves_its_neighbours_alone(function, dtype):
    values = np.tile([0.5, np.nan, -0.5], 21)
    _, out = _each(function, values, dtype)
    assert np.isnan(out).tolist() == np.isnan(values).tolist()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_infinities(dtype):
    assert _each(_exp, [np.inf, -np.inf], dtype)[1].tolist() == [np.inf, 0.0]
    assert _each(_tanh, [np.inf, -np.inf], dtype)[1] == pytest.approx([1.0, -1.0], rel=2e-7)


def test_float64_is_the_c_library():
    x = np.linspace(-700, 700, 20001)
    np.testing.assert_allclose(_each(_exp, x, np.float64)[1], np.exp(x), rtol=1e-15)
    np.testing.assert_allclose(_each(_tanh, x, np.float64)[1], np.tanh(x), rtol=1e-15)
