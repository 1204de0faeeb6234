"""pca, whiten and zca: against scikit-learn, and by what they promise."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.decomposition import PCA

from nndoctor.data import Scaler, preprocess
from nndoctor.data.preprocess import ALONG_AXES
from nndoctor.data.principal import principal_axes

from .helpers import refused

KINDS = pytest.mark.parametrize("kind", ALONG_AXES)
SHAPES = pytest.mark.parametrize("shape", [(200, 6), (40, 40), (12, 30)])
SEEDS = st.integers(0, 10**6)


def cloud(rows, columns, seed=0):
    """Correlated columns of different means and spreads."""
    rng = np.random.default_rng(seed)
    turned = rng.normal(size=(rows, columns)) @ rng.normal(size=(columns, columns))
    return turned * rng.uniform(0.1, 30, columns) + rng.normal(0, 100, columns)


@SHAPES
@pytest.mark.parametrize("components", [0, 1, 5])
@pytest.mark.parametrize("kind", ["pca", "whiten"])
def test_it_is_scikit_learns(shape, components, kind):
    x, new = cloud(*shape), cloud(50, shape[1], seed=1)
    theirs = PCA(components or None, whiten=kind == "whiten", svd_solver="full").fit(x)
    ours = Scaler.fit(x, kind, components)
    assert ours.width == theirs.n_components_
    known = slice(0, min(ours.width, shape[0] - 1))  # scikit-learn's last one is all rounding
    for rows in (x, new):
        right = theirs.transform(rows)[:, known]
        scaled = ours.apply(rows, np.float64)[:, known]
        np.testing.assert_allclose(scaled, right, rtol=1e-7, atol=1e-8 * np.abs(right).max())


@SHAPES
def test_zca_is_the_inverse_root_of_the_covariance(shape):
    x = cloud(*shape)
    values, axes = np.linalg.eigh(np.cov(x, rowvar=False))
    root = np.where(values > 1e-10 * values.max(), values, np.inf) ** -0.5
    right = (x - x.mean(axis=0)) @ (axes * root) @ axes.T
    np.testing.assert_allclose(Scaler.fit(x, "zca").apply(x, np.float64), right, atol=1e-6)


@given(SEEDS, st.integers(2, 9), st.integers(1, 60), st.sampled_from(["whiten", "zca"]))
def test_whitened_training_rows_have_the_identity_as_covariance(seed, columns, more, kind):
    x = cloud(columns + more, columns, seed)
    scaled = Scaler.fit(x, kind).apply(x, np.float64)
    np.testing.assert_allclose(scaled.mean(axis=0), 0, atol=1e-7)
    covariance = np.cov(scaled, rowvar=False)
    np.testing.assert_allclose(covariance.reshape(columns, columns), np.eye(columns), atol=1e-4)


@given(SEEDS, st.integers(1, 12), st.integers(1, 12), st.sampled_from(ALONG_AXES))
def test_invert_undoes_apply_also_where_columns_repeat_or_stand_still(seed, rows, columns, kind):
    x = cloud(rows, columns, seed)
    x = np.column_stack([x, np.full(rows, 0.1), x[:, 0], x[:, 0] * 1e-3])
    scaler = Scaler.fit(x, kind)
    scaled = scaler.apply(x, np.float64)
    assert scaled.shape == (rows, columns + 3 if kind == "zca" else min(x.shape))
    assert np.isfinite(scaled).all()
    assert np.abs(scaled).max() < 1e4
    np.testing.assert_allclose(scaler.invert(scaled), x, rtol=1e-9, atol=1e-9)


@given(SEEDS, st.sampled_from(ALONG_AXES), st.integers(0, 3))
def test_another_row_changes_neither_the_fit_nor_the_others(seed, kind, components):
    x, new = cloud(20, 4, seed), 1e3 * cloud(7, 4, seed + 1)
    scaler = Scaler.fit(x, kind, 0 if kind == "zca" else components)
    before = {key: value.tobytes() for key, value in scaler.arrays().items()}
    alone = scaler.apply(x, np.float64)
    together = scaler.apply(np.concatenate([new, x]), np.float64)
    np.testing.assert_allclose(together[7:], alone, rtol=1e-12, atol=1e-12)
    assert {key: value.tobytes() for key, value in scaler.arrays().items()} == before


@SHAPES
@KINDS
def test_the_largest_entry_of_every_axis_is_positive(shape, kind):
    axes = Scaler.fit(cloud(*shape), kind).axes
    assert (axes.max(axis=0) >= -axes.min(axis=0)).all()
    np.testing.assert_allclose(axes.T @ axes, np.eye(min(shape)), atol=1e-12)


@KINDS
def test_rows_that_are_all_equal_become_zeros(kind):
    for rows in (1, 2, 9):
        assert (
            not Scaler.fit(np.full((rows, 4), 0.1), kind)
            .apply(np.full((3, 4), 0.1), np.float64)
            .any()
        )


@KINDS
def test_a_new_row_stays_small_where_the_training_rows_never_varied(kind):
    x = cloud(50, 4)
    x[:, 2] = 5.0
    scaler = Scaler.fit(x, kind)
    new = x[:1].copy()
    new[0, 2] += x.std(axis=0).max()
    moved = scaler.apply(new, np.float64) - scaler.apply(x[:1], np.float64)
    assert 0 < np.abs(moved).max() <= (1.01 if kind != "pca" else 1.01 * x.std(axis=0).max())


@pytest.mark.parametrize("size", [1e-200, 1e200])
@pytest.mark.parametrize("kind", ["whiten", "zca"])
@SHAPES
def test_huge_and_tiny_columns(size, kind, shape):
    x = cloud(*shape)
    ordinary = Scaler.fit(x, kind).apply(x, np.float64)
    x = np.column_stack([x * size, np.ones(len(x))])  # the constant column has no say
    np.testing.assert_allclose(
        Scaler.fit(x[:, :-1], kind).apply(x[:, :-1], np.float64), ordinary, atol=1e-6
    )
    assert np.isfinite(Scaler.fit(x, kind).apply(x, np.float64)).all()


@pytest.mark.parametrize("cells", [1, 7, 1 << 20])
@KINDS
def test_pieces_give_the_whole(monkeypatch, cells, kind):
    x = cloud(50, 4)
    right = Scaler.fit(x, kind).apply(x, np.float64)
    monkeypatch.setattr(preprocess, "CELLS", cells)
    np.testing.assert_allclose(Scaler.fit(x, kind).apply(x, np.float64), right, rtol=1e-9)


@KINDS
def test_bytes_and_single_precision_are_fitted_in_double(kind):
    x = np.random.default_rng(0).integers(0, 256, (60, 5)).astype(np.uint8)
    right = Scaler.fit(x.astype(np.float64), kind).apply(x.astype(np.float64), np.float64)
    for dtype in (np.uint8, np.float32):
        scaled = Scaler.fit(x.astype(dtype), kind).apply(x.astype(dtype), np.float64)
        np.testing.assert_array_equal(scaled, right)
    assert Scaler.fit(x, kind).apply(x, np.float32).dtype == np.float32


def test_more_components_than_there_are_are_refused():
    for shape, there in (((20, 4), 4), ((3, 9), 3)):
        (mistake,) = refused(lambda shape=shape: Scaler.fit(cloud(*shape), "whiten", 10))
        assert f"10 components of {shape[0]} rows and {shape[1]} columns" in mistake.problem
        assert mistake.hint == f"there are {there}"


@KINDS
def test_numbers_near_the_end_of_the_range_are_refused(kind):
    x = np.array([[1e308, 1.0], [1.7e308, 2.0], [1e308, 5.0]])
    with np.errstate(over="ignore"):
        (mistake,) = refused(lambda: Scaler.fit(x, kind))
    assert f"1.7e+308 are too large for {kind}" in mistake.problem


@pytest.mark.parametrize("kind", preprocess.KINDS)
def test_it_survives_being_stored(tmp_path, kind):
    x = cloud(30, 6)
    scaler = Scaler.fit(x, kind, 2 if kind in ("pca", "whiten") else 0)
    np.savez(tmp_path / "scaler.npz", **scaler.arrays())
    with np.load(tmp_path / "scaler.npz", allow_pickle=False) as stored:
        again = Scaler.from_arrays(stored)
    assert (again.kind, again.width) == (kind, scaler.width)
    scaled = scaler.apply(x, np.float32)
    assert again.apply(x, np.float32).tobytes() == scaled.tobytes()
    assert again.invert(scaled).tobytes() == scaler.invert(scaled).tobytes()


def test_deviations_of_one_row_and_of_two():
    """Two rows deviate along the line between them, by their distance over root two."""
    two = np.array([[1.0, 2.0], [4.0, 6.0]])
    axes, deviations = principal_axes([two - two.mean(axis=0)], 2, 2)
    np.testing.assert_allclose(np.abs(axes[:, 0]), [0.6, 0.8])
    np.testing.assert_allclose(deviations, 5 / np.sqrt(2))  # the second has no variance of its own
    axes, deviations = principal_axes([np.zeros((1, 3))], 1, 3)
    assert deviations.tolist() == [1.0]
    np.testing.assert_allclose(axes.T @ axes, np.eye(1))
