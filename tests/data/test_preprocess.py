import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from nndoctor.data import Scaler, preprocess
from nndoctor.data.preprocess import KINDS

from .helpers import refused

TABLES = arrays(
    np.float64,
    array_shapes(min_dims=2, max_dims=2, max_side=8).map(lambda s: (s[0], 3 * s[1])),
    elements=st.floats(-1e6, 1e6),
)


@given(TABLES, st.sampled_from(KINDS))
def test_invert_undoes_apply(x, kind):
    scaler = Scaler.fit(x, kind)
    scaled = scaler.apply(x, np.float64)
    assert np.isfinite(scaled).all()
    np.testing.assert_allclose(scaler.invert(scaled), x, rtol=1e-9, atol=1e-6)


@pytest.mark.parametrize("cells", [1, 7, 1 << 20])
def test_pieces_give_the_whole(monkeypatch, cells):
    monkeypatch.setattr(preprocess, "CELLS", cells)
    x = np.random.default_rng(0).normal(1e4, 3.0, (50, 4))
    scaled = Scaler.fit(x, "standardize").apply(x, np.float64)
    np.testing.assert_allclose(scaled, (x - x.mean(axis=0)) / x.std(axis=0), atol=1e-9)


def test_what_each_kind_does_to_bytes():
    x = np.array([[0, 255], [10, 255]], np.uint8)
    assert Scaler.fit(x, "none").apply(x, np.float32).tolist() == [[0, 255], [10, 255]]
    assert Scaler.fit(x, "center").apply(x, np.float32).tolist() == [[-5, 0], [5, 0]]
    assert Scaler.fit(x, "standardize").apply(x, np.float32).tolist() == [[-1, 0], [1, 0]]
    assert Scaler.fit(x, "minmax").apply(x, np.float32).tolist() == [[0, 0], [1, 0]]


def test_a_constant_column_becomes_zeros_even_where_its_mean_is_rounded():
    x = np.full((1000, 1), 0.1)
    assert not Scaler.fit(x, "standardize").apply(x, np.float64).any()


@pytest.mark.parametrize("size", [1e-200, 1e200])
def test_huge_and_tiny_columns_get_unit_deviation(size):
    x = np.array([[-1.0], [1.0]]) * size
    np.testing.assert_allclose(Scaler.fit(x, "standardize").apply(x, np.float64), [[-1], [1]])


def test_channels_are_thirds():
    x = np.array([[1.0, 3, 10, 30, 5, 5], [1, 3, 10, 30, 5, 7]])
    assert Scaler.fit(x, "per-channel-center").shift.tolist() == [2, 2, 20, 20, 5.5, 5.5]


def test_channels_need_thirds():
    (mistake,) = refused(lambda: Scaler.fit(np.ones((2, 4)), "per-channel-center"))
    assert "4 columns" in mistake.problem
    assert "center" in mistake.hint


def test_unknown_kind():
    (mistake,) = refused(lambda: Scaler.fit(np.ones((2, 4)), "zac"))
    assert "'zac'" in mistake.problem
    assert "standardize" in mistake.hint


def test_applied_rows_are_contiguous_and_new():
    x = np.asfortranarray(np.arange(12.0).reshape(4, 3))
    scaled = Scaler.fit(x, "none").apply(x, np.float64)
    assert scaled.flags.c_contiguous
    assert not np.shares_memory(scaled, x)


def test_statistics_are_of_the_rows_it_was_fitted_on():
    scaler = Scaler.fit(np.array([[0.0], [2.0]]), "minmax")
    assert scaler.apply(np.array([[4.0]]), np.float64).tolist() == [[2.0]]
